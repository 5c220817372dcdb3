// The input of an Anthropic request in countable pieces, and a bound of its tokens that always holds.
//
// Every string of the conversation is a text, so nothing is forgotten when the API grows a block;
// what is no text for the model (images, files, sealed thinking) is replaced by its published worst
// case, and what the API writes around it by a few tokens more than have been seen of it.
import { utf8Length } from '@spendfuse/core';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { imageTokens, mostImageTokens } from './images.ts';
import { mayThink } from './request.ts';
import { toolsOf, toolTokens } from './tools.ts';

/** The start of the answer, and what introduces the system prompt. */
const CALL_FRAMING = 16;
/** Around a message, or a block of one. */
const OBJECT_FRAMING = 8;
/** A call of a tool or its result is wrapped in tags, each argument too. */
const TOOL_FRAMING = 48;
/** What tells the model to think; 32 tokens were seen. */
const THINKING_PROMPT = 64;
/** What tells it the format of the answer. */
const FORMAT_PROMPT = 512;

/**
 * A page of a PDF is an image and up to 3,000 tokens of text, and there are 600 pages at most
 * (https://platform.claude.com/docs/en/build-with-claude/pdf-support). Pages cannot be counted
 * here: few take less than these bytes, and a file that is not here is taken for so many pages.
 */
const PAGE_TEXT = 3_000;
const PAGE_BYTES = 4_096;
const MOST_PAGES = 600;
const PAGES_OF_UNSEEN = 20;
/** No model reads more. */
const LARGEST_CONTEXT = 1_000_000;

/** Labels of the wire that the model does not read. */
const NOT_READ: ReadonlySet<string> = new Set([
  'type',
  'role',
  'id',
  'tool_use_id',
  'cache_control',
  'caller',
  'media_type',
]);

/** Encrypted texts: the bytes are no fewer than those that were encrypted. */
const SEALED: ReadonlySet<string> = new Set([
  'signature',
  'data',
  'encrypted_content',
  'encrypted_index',
]);

interface Pieces {
  readonly model: string;
  readonly texts: string[];
  extraTokens: number;
}

export function bound({ api }: Metered, body: JsonObject): CountableInput {
  const pieces: Pieces = {
    model: textOf(body['model']) ?? '',
    texts: [],
    extraTokens: CALL_FRAMING,
  };
  if (api === 'complete') addValue(pieces, body['prompt']);
  else addConversation(pieces, body);
  const { texts, extraTokens } = pieces;
  const maxTokens = texts.reduce((sum, text) => sum + mostTokens(text), extraTokens);
  return { texts, extraTokens, maxTokens };
}

/**
 * A rare letter that stands alone is spelled in bytes and wrapped in marks of Claude's own: up to 1.5
 * tokens a byte have been seen of it, and never more than one of ASCII. Each letter of two bytes and
 * more has at most so many units of UTF-16 as half its bytes, which is what is added here.
 */
export function mostTokens(text: string): number {
  return 2 * utf8Length(text) - text.length;
}

function addConversation(pieces: Pieces, body: JsonObject): void {
  addValue(pieces, body['system']);
  addValue(pieces, body['messages']);
  const tools = toolsOf(body);
  for (const schema of [...tools, ...listOf(body['mcp_servers'])]) addJson(pieces, schema);
  pieces.extraTokens += toolTokens(pieces.model, tools);
  for (const format of [objectOf(body['output_config'])['format'], body['output_format']]) {
    if (!isObject(format)) continue;
    addJson(pieces, format);
    pieces.extraTokens += FORMAT_PROMPT;
  }
  if (mayThink(pieces.model, body)) pieces.extraTokens += THINKING_PROMPT;
}

function addJson(pieces: Pieces, value: unknown): void {
  if (!isObject(value)) return;
  pieces.texts.push(JSON.stringify(value));
  pieces.extraTokens += OBJECT_FRAMING;
}

function addValue(pieces: Pieces, value: unknown): void {
  if (typeof value === 'string') pieces.texts.push(value);
  else if (Array.isArray(value)) for (const item of value) addValue(pieces, item);
  else if (isObject(value)) addObject(pieces, value);
}

function addObject(pieces: Pieces, value: JsonObject): void {
  pieces.extraTokens += OBJECT_FRAMING;
  const type = textOf(value['type']) ?? '';
  const source = objectOf(value['source']);
  if (type === 'image') pieces.extraTokens += imageTokens(pieces.model, source);
  else if (type === 'document' && source['type'] !== 'text' && source['type'] !== 'content') {
    pieces.extraTokens += fileTokens(pieces.model, source);
    addFields(pieces, { ...value, source: undefined });
  } else {
    if (type.endsWith('tool_use') || type.endsWith('tool_result')) {
      pieces.extraTokens += TOOL_FRAMING;
    }
    addFields(pieces, value);
  }
}

function addFields(pieces: Pieces, value: JsonObject): void {
  // The `data` of a plain text document is just that.
  const isText = value['type'] === 'text';
  for (const [name, field] of Object.entries(value)) {
    if (name === 'input') addInput(pieces, field);
    else if (SEALED.has(name) && !isText) pieces.extraTokens += bytesOfBase64(field);
    else if (!NOT_READ.has(name)) addValue(pieces, field);
  }
}

/** The arguments of a call. */
function addInput(pieces: Pieces, input: unknown): void {
  pieces.extraTokens += OBJECT_FRAMING * Object.keys(objectOf(input)).length;
  pieces.texts.push(JSON.stringify(input) ?? '');
}

export function fileTokens(model: string, source: JsonObject): number {
  const bytes = source['type'] === 'base64' ? bytesOfBase64(source['data']) : undefined;
  const pages = bytes === undefined ? PAGES_OF_UNSEEN : Math.ceil(bytes / PAGE_BYTES);
  const tokens = Math.min(pages, MOST_PAGES) * (PAGE_TEXT + mostImageTokens(model));
  return Math.min(tokens, LARGEST_CONTEXT);
}

function bytesOfBase64(data: unknown): number {
  return typeof data === 'string' ? Math.ceil((data.length * 3) / 4) : 0;
}
