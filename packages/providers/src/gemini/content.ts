// Reads a `GenerateContentResponse`, whole or one piece of a stream.
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';
import { countField, field, listField, objectField } from './fields.ts';
import { learnOutput, learnUsage, type Learned } from './learned.ts';
import { modelOf } from './models.ts';
import { mediaOf } from './parts.ts';
import { usageOfMetadata } from './usage.ts';

/** Returns the output text. */
export function learnContent(learned: Learned, chunk: JsonObject): string {
  const metadata = objectField(chunk, 'usageMetadata');
  learned.id ??= textOf(field(chunk, 'responseId'));
  learned.model ??= modelOf(field(chunk, 'modelVersion'));
  learned.tier = trafficTier(field(metadata, 'trafficType')) ?? learned.tier;
  const outputs = listOf(chunk['candidates']).map((value) => learnCandidate(learned, value));
  const text = outputs.map((output) => output.text).join('');
  const hasMedia = outputs.some((output) => output.hasMedia);
  learnOutput(learned, text, hasMedia);
  const blocked = reasonOf(field(objectField(chunk, 'promptFeedback'), 'blockReason'));
  if (blocked !== undefined) {
    learned.isBlocked = true;
    learned.finishReasons = [...learned.finishReasons, blocked];
  }
  learnUsage(learned, usageOfMetadata(metadata));
  return text;
}

interface Output {
  readonly text: string;
  readonly hasMedia: boolean;
}

function learnCandidate(learned: Learned, value: unknown): Output {
  const candidate = objectOf(value);
  const index = countField(candidate, 'index') ?? 0;
  const reason = reasonOf(field(candidate, 'finishReason'));
  learned.begun.add(index);
  if (reason !== undefined) {
    learned.finished.add(index);
    learned.finishReasons = [...learned.finishReasons, reason];
  }
  for (const query of listField(objectField(candidate, 'groundingMetadata'), 'webSearchQueries')) {
    // Empty ones are not billed (guide on grounding).
    if (textOf(query) !== undefined) learned.queries.add(String(query));
  }
  const parts = listField(objectOf(candidate['content']), 'parts').map(objectOf);
  return {
    text: parts.map(textOfPart).join(''),
    hasMedia: parts.some((part) => part['text'] === undefined && mediaOf(part, '') !== undefined),
  };
}

/** Answer or thought, a call with its arguments as far as they came, or code that Google runs. */
function textOfPart(part: JsonObject): string {
  const text = textOf(part['text']);
  // A part is one thing, and most are text.
  if (text !== undefined) return text;
  const call = objectField(part, 'functionCall');
  const name = textOf(call['name']) ?? '';
  const args = call['args'] ?? field(call, 'partialArgs');
  const called = isObject(args) || Array.isArray(args) ? JSON.stringify(args) : '';
  const code = textOf(objectField(part, 'executableCode')['code']) ?? '';
  return name + code + called;
}

/** In the words of the others: `stop`, `length`, `safety`, …; undefined: it goes on. */
function reasonOf(value: unknown): string | undefined {
  const reason = textOf(value)?.toLowerCase();
  if (reason === undefined || reason.endsWith('unspecified')) return undefined;
  return reason === 'max_tokens' ? 'length' : reason;
}

/** Of Vertex AI: `ON_DEMAND`, `ON_DEMAND_PRIORITY`, `ON_DEMAND_FLEX`, `PROVISIONED_THROUGHPUT`. */
function trafficTier(value: unknown): string | undefined {
  const tier = textOf(value)?.toLowerCase();
  if (tier === 'on_demand') return 'standard';
  return /^on_demand_(.+)$/u.exec(tier ?? '')?.[1];
}
