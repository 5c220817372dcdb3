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
/** Of others; Gemini takes the most of those that say how many they take. */
const OTHERS_AUDIO_TOKENS_PER_SECOND = 32;
/** Where a text begins and ends, which models of others mark. */
const TEXT_FRAMING = 4;

/** Labels of the wire that the model does not read. */
const NOT_READ: ReadonlySet<string> = new Set(['type', 'role', 'id', 'status', 'detail']);

/** Templates of other models put them in as they are. */
const OTHERS_READ: ReadonlySet<string> = new Set(['role', 'id']);
/** Objects in which anything may be, so that the names are read too: of calls, and of MCP's tools. */
const FREE_FORM: ReadonlySet<string> = new Set([
  'arguments',
  'action',
  'attributes',
  'input_schema',
]);

/** The last at vLLM. */
const CONVERSATION = ['messages', 'input', 'instructions', 'prompt', 'prediction', 'chat_template'];

/** What else the model reads, as JSON; the last two at Groq and vLLM. */
const SCHEMAS = [
  'tools',
  'functions',
  'response_format',
  'text',
  'documents',
  'chat_template_kwargs',
];

interface Pieces {
  readonly model: string;
  /** It is none of OpenAI's. */
  readonly isOthers: boolean;
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
  const isOthers = templateTokens > 0;
  const pieces: Pieces = { model, isOthers, texts: [], extraTokens: 0, audioTokens: 0 };
  if (api === 'completions') {
    // The last are vectors in base64, where no token takes less than a byte.
    for (const name of ['prompt', 'suffix', 'prompt_embeds']) addPrompt(pieces, body[name]);
  } else if (api === 'embeddings' && !('messages' in body)) addPrompt(pieces, body['input']);
  else {
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
export function maxAudioTokens(bytes: number, perSecond = AUDIO_TOKENS_PER_SECOND): number {
  return Math.ceil((bytes / AUDIO_BYTES_PER_SECOND) * perSecond);
}

/** A text, a list of texts, tokens, a list of token lists, or a text and images in objects. */
function addPrompt(pieces: Pieces, prompt: unknown): void {
  if (typeof prompt === 'string') {
    pieces.texts.push(prompt);
    if (pieces.isOthers) pieces.extraTokens += TEXT_FRAMING;
  } else if (typeof prompt === 'number') pieces.extraTokens += 1;
  else if (isObject(prompt)) addObject(pieces, prompt);
  else for (const item of listOf(prompt)) addPrompt(pieces, item);
}

function addConversation(pieces: Pieces, body: JsonObject): void {
  for (const name of CONVERSATION) addValue(pieces, body[name]);
  for (const name of SCHEMAS) {
    for (const schema of Array.isArray(body[name]) ? body[name] : [body[name]]) {
      if (isObject(schema)) addJson(pieces, schema);
      else addValue(pieces, schema);
    }
  }
}

/** With its names, which the model reads as well. */
function addJson(pieces: Pieces, value: JsonObject): void {
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
  // To vLLM a part is what it has, whether or not it has a type.
  const type = value['type'] ?? PARTS.find((name) => name in value);
  if (IMAGES.has(type)) addImage(pieces, value);
  else if (type === 'input_audio') {
    const audio = isObject(value['input_audio']) ? value['input_audio'] : value;
    const perSecond = pieces.isOthers ? OTHERS_AUDIO_TOKENS_PER_SECOND : AUDIO_TOKENS_PER_SECOND;
    const tokens = maxAudioTokens(bytesOfBase64(audio['data']), perSecond);
    pieces.extraTokens += tokens;
    pieces.audioTokens += tokens;
  } else addFields(pieces, value);
}

const PARTS = ['image_url', 'input_audio'];
const IMAGES: ReadonlySet<unknown> = new Set([
  'image_url',
  'input_image',
  'computer_screenshot',
  'image_generation_call',
]);

function addFields(pieces: Pieces, value: JsonObject): void {
  for (const [name, field] of Object.entries(value)) {
    // A file's text is not to be seen here; its bytes are the best bound there is, and a soft one.
    if (name === 'file_data') pieces.extraTokens += bytesOfBase64(field);
    else if (FREE_FORM.has(name) && isObject(field)) addJson(pieces, field);
    else if (!NOT_READ.has(name) || (pieces.isOthers && OTHERS_READ.has(name))) {
      addValue(pieces, field);
    }
  }
}

function addImage(pieces: Pieces, part: JsonObject): void {
  const image = isObject(part['image_url']) ? part['image_url'] : part;
  pieces.extraTokens += maxImageTokens({ model: pieces.model, detail: image['detail'] });
}

function bytesOfBase64(data: unknown): number {
  return typeof data === 'string' ? Math.ceil((data.length * 3) / 4) : 0;
}
