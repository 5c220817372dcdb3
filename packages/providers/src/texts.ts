// The input of a request in countable pieces, whatever its shape: every string in it is a text, so that
// nothing is forgotten when an API grows a field.
import { utf8Length } from '@spendfuse/core';
import { isObject } from './json.ts';
import type { CountableInput, JsonObject } from './provider.ts';

/** What is no text for the model: a part of a message, or a field with its name. */
export type MediaOf = (value: unknown, name: string | undefined) => Media | undefined;

/** The most tokens that it can be. */
export interface Media {
  readonly imageTokens?: number | undefined;
  readonly audioTokens?: number | undefined;
  /** Of what has the price of text, such as a list of tokens. */
  readonly otherTokens?: number | undefined;
}

export interface Readable {
  /** What the model reads: messages, prompts, documents. */
  readonly values: readonly unknown[];
  /** What it reads as JSON: tools, and the form of the answer. */
  readonly schemas?: readonly unknown[] | undefined;
  readonly mediaOf?: MediaOf | undefined;
}

/** Around a message, a part of one, or a tool: role and separators are 3 or 4 tokens. */
const OBJECT_FRAMING = 4;
/** The start of the answer, and what introduces tools or the form of an answer. */
const CALL_FRAMING = 16;

/** Labels of the wire that the model does not read. */
const NOT_READ: ReadonlySet<string> = new Set(['type', 'role']);
/** Objects in which anything may be, so that the names are read too: of calls, results and documents. */
const FREE_FORM: ReadonlySet<string> = new Set([
  'arguments',
  'parameters',
  'outputs',
  'documents',
  'data',
]);

interface Pieces {
  readonly mediaOf: MediaOf;
  readonly texts: string[];
  extraTokens: number;
  imageTokens: number;
  audioTokens: number;
}

/** Texts are bounded by their bytes: no tokenizer of bytes makes more than one token of each. */
export function countable({
  values,
  schemas = [],
  mediaOf = () => undefined,
}: Readable): CountableInput {
  const pieces: Pieces = {
    mediaOf,
    texts: [],
    extraTokens: CALL_FRAMING,
    imageTokens: 0,
    audioTokens: 0,
  };
  for (const value of values) add(pieces, value);
  for (const schema of schemas) addSchema(pieces, schema);
  const { texts, extraTokens, imageTokens, audioTokens } = pieces;
  const maxTokens = texts.reduce((sum, text) => sum + utf8Length(text), extraTokens);
  return { texts, extraTokens, imageTokens, audioTokens, maxTokens };
}

function add(pieces: Pieces, value: unknown, name?: string): void {
  const media = pieces.mediaOf(value, name);
  if (media) addMedia(pieces, media);
  else if (typeof value === 'string') {
    if (value !== '') pieces.texts.push(value);
  } else if (Array.isArray(value)) for (const item of value) add(pieces, item);
  else if (isObject(value)) addObject(pieces, value);
}

function addMedia(
  pieces: Pieces,
  { imageTokens = 0, audioTokens = 0, otherTokens = 0 }: Media,
): void {
  pieces.imageTokens += imageTokens;
  pieces.audioTokens += audioTokens;
  pieces.extraTokens += imageTokens + audioTokens + otherTokens;
}

function addObject(pieces: Pieces, value: JsonObject): void {
  pieces.extraTokens += OBJECT_FRAMING;
  for (const [name, field] of Object.entries(value)) {
    if (FREE_FORM.has(name)) addFreeForm(pieces, field);
    else if (!NOT_READ.has(name)) add(pieces, field, name);
  }
}

function addSchema(pieces: Pieces, schema: unknown): void {
  if (Array.isArray(schema)) for (const item of schema) addSchema(pieces, item);
  else if (isObject(schema)) addJson(pieces, schema);
}

function addFreeForm(pieces: Pieces, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) addFreeForm(pieces, item);
  else if (isObject(value)) addJson(pieces, value);
  else add(pieces, value);
}

function addJson(pieces: Pieces, value: JsonObject): void {
  pieces.texts.push(JSON.stringify(value));
  pieces.extraTokens += OBJECT_FRAMING;
}
