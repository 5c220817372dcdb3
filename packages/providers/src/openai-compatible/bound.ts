// The input of a request in countable pieces, and a bound of its tokens that always holds.
//
// Every string of the conversation is a text, so nothing is forgotten when the API grows a field;
// what is no text for the model (images, audio) is replaced by its published worst case, and each
// object of the conversation adds a few tokens of framing. A tokenizer of bytes makes at most one
// token of each byte, so texts are bounded by their UTF-8 length.
import { utf8Length } from '@spendfuse/core';
import { isObject, listOf, textOf } from '../json.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import type { Dialect } from './dialect.ts';
import { maxImageTokens } from './image-input.ts';

/** Around a message, a part of one, or a tool call: role and separators are 3 or 4 tokens. */
const OBJECT_FRAMING = 4;
/** The start of the answer, and what introduces tools or an output schema. */
const CALL_FRAMING = 16;
/** No format of recorded speech spends less: 6.4 kbit/s. */
export const AUDIO_BYTES_PER_SECOND = 800;
/** Of audio in (guide on audio: one for each 100 ms). */
const AUDIO_TOKENS_PER_SECOND = 10;

/** Labels of the wire that the model does not read. */
const NOT_READ: ReadonlySet<string> = new Set(['type', 'role', 'id', 'status', 'detail']);

/** Parts of a request beside the conversation that the model reads, as JSON. */
const SCHEMAS = ['tools', 'functions', 'response_format', 'text'];

interface Pieces {
  readonly model: string;
  readonly texts: string[];
  extraTokens: number;
  audioTokens: number;
}

export function bound(
  { api }: Metered,
  body: JsonObject,
  { templateTokens = 0 }: Pick<Dialect, 'templateTokens'> = {},
): CountableInput {
  const model = textOf(body['model']) ?? '';
  const pieces: Pieces = { model, texts: [], extraTokens: 0, audioTokens: 0 };
  if (api === 'embeddings') addPrompt(pieces, body['input']);
  else if (api === 'completions') {
    addPrompt(pieces, body['prompt']);
    addPrompt(pieces, body['suffix']);
  } else {
    pieces.extraTokens += CALL_FRAMING + templateTokens;
    addConversation(pieces, body);
  }
  const { texts, extraTokens, audioTokens } = pieces;
  return { texts, extraTokens, audioTokens, maxTokens: maxTokensOf(texts, extraTokens) };
}

export function maxTokensOf(texts: readonly string[], extraTokens: number): number {
  return texts.reduce((sum, text) => sum + utf8Length(text), extraTokens);
}

/** The most tokens that this much recorded audio can be. */
export function maxAudioTokens(bytes: number): number {
  return Math.ceil((bytes / AUDIO_BYTES_PER_SECOND) * AUDIO_TOKENS_PER_SECOND);
}

/** A text, a list of texts, tokens, or a list of token lists. */
function addPrompt(pieces: Pieces, prompt: unknown): void {
  if (typeof prompt === 'string') pieces.texts.push(prompt);
  else if (typeof prompt === 'number') pieces.extraTokens += 1;
  else for (const item of listOf(prompt)) addPrompt(pieces, item);
}

function addConversation(pieces: Pieces, body: JsonObject): void {
  for (const name of ['messages', 'input', 'instructions', 'prompt', 'prediction']) {
    addValue(pieces, body[name]);
  }
  for (const name of SCHEMAS) {
    for (const schema of Array.isArray(body[name]) ? body[name] : [body[name]]) {
      if (!isObject(schema)) continue;
      pieces.texts.push(JSON.stringify(schema));
      pieces.extraTokens += OBJECT_FRAMING;
    }
  }
}

function addValue(pieces: Pieces, value: unknown): void {
  if (typeof value === 'string') pieces.texts.push(value);
  else if (Array.isArray(value)) for (const item of value) addValue(pieces, item);
  else if (isObject(value)) addObject(pieces, value);
}

function addObject(pieces: Pieces, value: JsonObject): void {
  pieces.extraTokens += OBJECT_FRAMING;
  const type = value['type'];
  if (type === 'image_url' || type === 'input_image' || type === 'computer_screenshot') {
    addImage(pieces, value);
  } else if (type === 'input_audio') {
    const audio = isObject(value['input_audio']) ? value['input_audio'] : value;
    const tokens = maxAudioTokens(bytesOfBase64(audio['data']));
    pieces.extraTokens += tokens;
    pieces.audioTokens += tokens;
  } else if (type === 'image_generation_call') addImage(pieces, value);
  else addFields(pieces, value);
}

function addFields(pieces: Pieces, value: JsonObject): void {
  for (const [name, field] of Object.entries(value)) {
    // A file's text is not to be seen here; its bytes are the best bound there is, and a soft one.
    if (name === 'file_data') pieces.extraTokens += bytesOfBase64(field);
    else if (!NOT_READ.has(name)) addValue(pieces, field);
  }
}

function addImage(pieces: Pieces, part: JsonObject): void {
  const image = isObject(part['image_url']) ? part['image_url'] : part;
  pieces.extraTokens += maxImageTokens({ model: pieces.model, detail: image['detail'] });
}

function bytesOfBase64(data: unknown): number {
  return typeof data === 'string' ? Math.ceil((data.length * 3) / 4) : 0;
}
