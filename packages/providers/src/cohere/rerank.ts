// Search units: what a rerank is billed by (Cohere's pricing page, "What is a search unit?").
import { utf8Length } from '@spendfuse/core';
import { countOf, isObject, listOf, textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';

/** A unit is a query with so many documents at most. */
const DOCUMENTS_PER_UNIT = 100;
/** What is longer, the query included, is cut into parts, each of which counts as a document. */
const TOKENS_PER_PART = 500;
/** No longer query is read together with each part (guide on rerank). */
const MAX_QUERY_TOKENS = 256;

/** Where the request sets no limit (API references of `v2/rerank` and `v1/rerank`). */
const TOKENS_PER_DOCUMENT = 4096;
const PARTS_PER_DOCUMENT = 10;

/** The most units that it can be: no token is shorter than a byte. */
export function maxSearchUnits(api: string, body: JsonObject): number {
  const query = utf8Length(textOf(body['query']) ?? '');
  const room = TOKENS_PER_PART - Math.min(query, MAX_QUERY_TOKENS);
  const limits = {
    tokens: countOf(body['max_tokens_per_doc']) || TOKENS_PER_DOCUMENT,
    parts: countOf(body['max_chunks_per_doc']) || PARTS_PER_DOCUMENT,
  };
  const parts = listOf(body['documents']).map((document) => {
    const tokens = utf8Length(textOfDocument(document));
    if (api === 'rerank-v1') return Math.min(Math.ceil(tokens / room), limits.parts);
    return Math.ceil(Math.min(tokens, limits.tokens) / room);
  });
  const documents = parts.reduce((sum, each) => sum + Math.max(1, each), 0);
  return Math.max(1, Math.ceil(documents / DOCUMENTS_PER_UNIT));
}

function textOfDocument(document: unknown): string {
  if (isObject(document)) return JSON.stringify(document);
  return textOf(document) ?? '';
}
