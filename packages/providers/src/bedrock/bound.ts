// The input of a request in countable pieces, and a bound of its tokens that always holds.
//
// Every string of the conversation is a text, so nothing is forgotten when the API grows a block; what
// is no text for the model (images, files, sealed thinking) is replaced by the most that it can be.
import { utf8Length } from '@spendfuse/core';
import { fileTokens, mostTokens } from '../anthropic/bound.ts';
import { imageTokens } from '../anthropic/images.ts';
import { toolTokens } from '../anthropic/tools.ts';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { isClaude, mayBeClaude } from './model.ts';

/** The start of the answer, and what tells the model to think. */
const CALL_FRAMING = 16 + 64;
/** What tells it the format of the answer. */
const FORMAT_PROMPT = 512;
/** Around a message, or a block of one. */
const OBJECT_FRAMING = 8;
/** Around a call of a tool, or its result. */
const TOOL_FRAMING = 48;
/** Of an image, for models whose makers publish no rule; the largest known take 6,400. */
const MOST_IMAGE = 8_000;
/**
 * No model reads more video than fills its context. A second of one takes 288 tokens, and no less than
 * 25 bytes for each (https://docs.aws.amazon.com/nova/latest/userguide/modalities-video.html).
 */
const MOST_VIDEO = 300_000;
const VIDEO_BYTES_PER_TOKEN = 25;

/** Labels of the wire that the model does not read. */
const NOT_READ: ReadonlySet<string> = new Set([
  'role',
  'type',
  'format',
  'status',
  'toolUseId',
  'cachePoint',
  'qualifiers',
  'performanceConfig',
]);

/** Objects in which anything may be, so that the names are read too. */
const FREE_FORM: ReadonlySet<string> = new Set([
  'input',
  'json',
  'arguments',
  'parameters',
  'parameter_definitions',
  'outputs',
  'documents',
]);

/** Encrypted: the bytes are no fewer than those that were encrypted. */
const SEALED: ReadonlySet<string> = new Set(['signature', 'redactedContent', 'bytes']);

interface Pieces {
  readonly model: string;
  readonly texts: string[];
  extraTokens: number;
}

/** Of Converse, and of Nova's own bodies, which are the same. */
export function converseBound({ model = '' }: Metered, body: JsonObject): CountableInput {
  const pieces: Pieces = { model, texts: [], extraTokens: CALL_FRAMING };
  addValue(pieces, body['system']);
  addValue(pieces, body['messages']);
  addValue(pieces, body['promptVariables']);
  addTools(pieces, body);
  addJson(pieces, body['additionalModelRequestFields']);
  const format = objectOf(body['outputConfig'])['textFormat'];
  addJson(pieces, format);
  if (isObject(format)) pieces.extraTokens += FORMAT_PROMPT;
  return countable(pieces);
}

/** Of a body in a maker's own words: all that it says. */
export function plainBound({ model = '' }: Metered, body: JsonObject): CountableInput {
  const pieces: Pieces = { model, texts: [], extraTokens: CALL_FRAMING };
  const { images, inputImage, ...rest } = body;
  addFields(pieces, rest);
  pieces.extraTokens += MOST_IMAGE * listOf(images).length;
  if (inputImage !== undefined) pieces.extraTokens += MOST_IMAGE;
  return countable(pieces);
}

function countable({ model, texts, extraTokens }: Pieces): CountableInput {
  const most = mayBeClaude(model) ? mostTokens : utf8Length;
  return {
    texts,
    extraTokens,
    maxTokens: texts.reduce((sum, text) => sum + most(text), extraTokens),
  };
}

function addTools(pieces: Pieces, body: JsonObject): void {
  const own = listOf(objectOf(body['additionalModelRequestFields'])['tools']);
  const tools = listOf(objectOf(body['toolConfig'])['tools']);
  for (const tool of tools) addJson(pieces, tool);
  // Those of the conversation have no type, and so no definition but the one that is seen.
  pieces.extraTokens += toolTokens(pieces.model, [...tools.map(() => ({})), ...own]);
}

function addJson(pieces: Pieces, value: unknown): void {
  if (!isObject(value)) return;
  pieces.texts.push(JSON.stringify(value));
  pieces.extraTokens += OBJECT_FRAMING;
}

function addValue(pieces: Pieces, value: unknown): void {
  if (typeof value === 'string') pieces.texts.push(value);
  else if (Array.isArray(value)) for (const item of value) addValue(pieces, item);
  else if (isObject(value)) {
    pieces.extraTokens += OBJECT_FRAMING;
    addFields(pieces, value);
  }
}

function addFields(pieces: Pieces, value: JsonObject): void {
  for (const [name, field] of Object.entries(value)) {
    if (NOT_READ.has(name)) continue;
    if (name === 'image' && isObject(field)) pieces.extraTokens += imageOf(pieces.model, field);
    else if (name === 'document' && isObject(field)) addDocument(pieces, field);
    else if (name === 'video' && isObject(field)) pieces.extraTokens += videoTokens(field);
    else if (SEALED.has(name)) pieces.extraTokens += bytesOfBase64(field);
    else if (FREE_FORM.has(name)) addArguments(pieces, field);
    else {
      if (name === 'toolUse' || name === 'toolResult') pieces.extraTokens += TOOL_FRAMING;
      addValue(pieces, field);
    }
  }
}

function addArguments(pieces: Pieces, value: unknown): void {
  pieces.extraTokens += OBJECT_FRAMING * Object.keys(objectOf(value)).length;
  pieces.texts.push(JSON.stringify(value) ?? '');
}

function imageOf(model: string, image: JsonObject): number {
  const data = textOf(objectOf(image['source'])['bytes']);
  return isClaude(model) ? imageTokens(model, { type: 'base64', data }) : MOST_IMAGE;
}

function videoTokens(video: JsonObject): number {
  const bytes = bytesOfBase64(objectOf(video['source'])['bytes']);
  return bytes === 0 ? MOST_VIDEO : Math.min(MOST_VIDEO, Math.ceil(bytes / VIDEO_BYTES_PER_TOKEN));
}

const PLAIN_FORMATS: ReadonlySet<unknown> = new Set(['txt', 'md', 'html', 'csv']);

function addDocument(pieces: Pieces, document: JsonObject): void {
  const { source, ...rest } = document;
  addFields(pieces, rest);
  const { bytes, s3Location, ...shown } = objectOf(source);
  addValue(pieces, shown);
  if (bytes === undefined && s3Location === undefined) return;
  const data = textOf(bytes);
  // Of plain text no token is shorter than a byte, but for letters that Claude spells in bytes.
  if (data !== undefined && PLAIN_FORMATS.has(document['format'])) {
    pieces.extraTokens += Math.ceil(1.5 * bytesOfBase64(data));
  } else {
    pieces.extraTokens += fileTokens(pieces.model, { type: data && 'base64', data });
  }
}

function bytesOfBase64(data: unknown): number {
  return typeof data === 'string' ? Math.ceil((data.length * 3) / 4) : 0;
}
