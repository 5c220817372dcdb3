// Deterministic text and token counts: words for answers, pieces for streams, sizes for prompts.

import { isObject } from '../json.ts';

/** Every word is one token of o200k_base and cl100k_base when a space precedes it. */
const WORDS = (
  'the people of this city were walking along river in early morning and could see how light ' +
  'moved over water while small boats came back from open sea with their nets full'
).split(' ');

/** Text of exactly `count` tokens: common words, the first with a capital letter. */
export function words(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const word = WORDS[index % WORDS.length] ?? 'the';
    return index === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : ` ${word}`;
  });
}

/** Splits a text as a tokenizer roughly would; never more pieces than UTF-8 bytes. */
export function pieces(text: string): readonly string[] {
  return text.match(/\s*\S{1,6}|\s+$/gu) ?? [];
}

/**
 * Input tokens of a request: `ceil(bytes / 4)` per text plus `overheadTokens` (3 a message in
 * chats), never more than the UTF-8 bytes of all texts. Images, files and audio count nothing:
 * a script that needs them sets `inputTokens`.
 */
export function promptTokens(texts: readonly string[], overheadTokens: number): number {
  let tokens = 0;
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text);
    tokens += Math.ceil(size / 4) + overheadTokens;
    bytes += size;
  }
  return Math.min(tokens, bytes);
}

const TEXT_KEYS = [
  'name',
  'content',
  'text',
  'refusal',
  'arguments',
  'output',
  'summary',
  'function',
  'tool_calls',
];

/** All text of one message or input item that the model reads. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(textOf).join('');
  }
  return isObject(value) ? TEXT_KEYS.map((key) => textOf(value[key])).join('') : '';
}
