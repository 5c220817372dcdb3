// The input of a Gemini request in countable pieces, and a bound of its tokens that always holds.
//
// Every string of the conversation is a text, so nothing is forgotten when the API grows a field;
// media count by their published rates, what a tool was called with and answered as its JSON. A
// tokenizer of bytes makes at most one token of each byte, so texts are bounded by their length.
import { utf8Length } from '@spendfuse/core';
import { isObject } from '../json.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { field, itemsOf, objectField } from './fields.ts';
import { modelOf } from './models.ts';
import { mediaOf } from './parts.ts';
import { bytesOfBase64, type Media, mediaTokens } from './media.ts';

/** Around a message, a part of one, or a tool. */
const OBJECT_FRAMING = 4;
/** The start of the answer, and what introduces tools or an output schema. */
const CALL_FRAMING = 16;

/** Labels of the wire that the model does not read. */
const NOT_READ =
  /^(?:role|model|type|id|call_?id|mime_?type|task_?type|resolution|media_?resolution)$/iu;
/** Free-form values, of which the names are read too. */
const FREE_FORM = /^(?:args|arguments|partial_?args|response|result)$/iu;
/** Thoughts that were handed out sealed, and come back as input. */
const SEALED = /^(?:thought_?)?signature$/iu;

/** Where the conversation is, and what else the model reads, as JSON. */
const CONVERSATION = ['contents', 'systemInstruction', 'input', 'content', 'title', 'requests'];
const SCHEMAS = ['responseSchema', 'responseJsonSchema', 'responseFormat'];

interface Pieces {
  readonly model: string;
  readonly texts: string[];
  extraTokens: number;
  audioTokens: number;
  imageTokens: number;
}

export function bound(match: Metered, body: JsonObject): CountableInput {
  const model = match.model ?? modelOf(body['model']) ?? '';
  const pieces: Pieces = { model, texts: [], extraTokens: 0, audioTokens: 0, imageTokens: 0 };
  // Pictures are billed by the piece, whatever they are asked for with.
  if (match.api !== 'predict') addRequest(pieces, body);
  else if (match.operation === 'embeddings') addValue(pieces, body['instances']);
  const { texts, extraTokens, audioTokens, imageTokens } = pieces;
  const maxTokens = texts.reduce((sum, text) => sum + utf8Length(text), extraTokens);
  return { texts, extraTokens, audioTokens, imageTokens, maxTokens };
}

function addRequest(pieces: Pieces, body: JsonObject): void {
  pieces.extraTokens += CALL_FRAMING;
  for (const name of CONVERSATION) addValue(pieces, field(body, name));
  for (const tool of itemsOf(field(body, 'tools'))) addTool(pieces, tool);
  const config = objectField(body, 'generationConfig');
  for (const name of SCHEMAS) {
    addJson(pieces, field(config, name));
    addJson(pieces, field(body, name));
  }
}

/** Each function by itself: an agent sends the same ones every turn. */
function addTool(pieces: Pieces, tool: unknown): void {
  const declarations = isObject(tool) ? itemsOf(field(tool, 'functionDeclarations')) : [];
  if (declarations.length === 0) addJson(pieces, tool);
  else for (const declaration of declarations) addJson(pieces, declaration);
}

function addValue(pieces: Pieces, value: unknown): void {
  if (typeof value === 'string') pieces.texts.push(value);
  else if (Array.isArray(value)) for (const item of value) addValue(pieces, item);
  else if (isObject(value)) addObject(pieces, value);
}

function addObject(pieces: Pieces, value: JsonObject): void {
  pieces.extraTokens += OBJECT_FRAMING;
  const media = mediaOf(value, pieces.model);
  if (media) addMedia(pieces, media);
  else for (const [name, inner] of Object.entries(value)) addField(pieces, name, inner);
}

function addField(pieces: Pieces, name: string, inner: unknown): void {
  if (NOT_READ.test(name)) return;
  if (FREE_FORM.test(name)) addJson(pieces, inner);
  else if (SEALED.test(name)) {
    if (typeof inner === 'string') pieces.extraTokens += bytesOfBase64(inner);
  } else addValue(pieces, inner);
}

/** As text, but for the media in it. */
function addJson(pieces: Pieces, value: unknown): void {
  if (value === undefined || value === null) return;
  const text = JSON.stringify(value, (_, inner: unknown) => {
    const media = isObject(inner) ? mediaOf(inner, pieces.model) : undefined;
    if (!media) return inner;
    addMedia(pieces, media);
    return undefined;
  }) as string | undefined;
  pieces.extraTokens += OBJECT_FRAMING;
  if (text !== undefined) pieces.texts.push(text);
}

function addMedia(pieces: Pieces, media: Media): void {
  const tokens = mediaTokens(media);
  pieces.extraTokens += tokens;
  if (media.mimeType.startsWith('audio/')) pieces.audioTokens += tokens;
  if (media.mimeType.startsWith('image/')) pieces.imageTokens += tokens;
}
