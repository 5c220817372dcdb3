// Byte-pair encoding by the vocabularies of js-tiktoken, made to count: no token is ever written down.
//
// js-tiktoken's own encoder takes more than quadratic time and much memory (a table of byte lists);
// this one gives the same counts from the same data in a tenth of both. Synchronous: for a thread.
import type { TiktokenBPE } from 'js-tiktoken/lite';

export type Encoding = 'o200k_base' | 'cl100k_base';

const VOCABULARIES: Readonly<Record<Encoding, () => Promise<{ readonly default: TiktokenBPE }>>> = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
};

/**
 * Text is encoded in parts of at most so many UTF-16 units, as merging a piece takes quadratic time.
 * Only a run without any break that is longer is cut inside, which makes up to 0.4 % more tokens.
 */
const MAX_PART = 512;

/** Tokens of a text, special tokens counted as the plain text they are here. */
export type CountText = (text: string) => number;

export function encodingOf(model: string): Encoding {
  const older = /^(?:ft:)?(?:gpt-4(?![o.])|gpt-3\.?5|text-embedding|davinci|babbage)/u;
  return older.test(model) ? 'cl100k_base' : 'o200k_base';
}

export async function loadTokenizer(encoding: Encoding): Promise<CountText> {
  const { default: vocabulary } = await VOCABULARIES[encoding]();
  const ranks = ranksOf(vocabulary.bpe_ranks);
  const pattern = new RegExp(vocabulary.pat_str, 'gu');
  return (text) => {
    let tokens = 0;
    for (const part of partsOf(text, pattern)) {
      for (const [piece] of part.matchAll(pattern)) tokens += countPiece(ranks, bytesOf(piece));
    }
    return tokens;
  };
}

/** The rank of each token by its bytes, a character of the key for each. */
type Ranks = ReadonlyMap<string, number>;

/** From lines of `! FIRST_RANK TOKEN TOKEN …`, tokens in base64. */
function ranksOf(lines: string): Ranks {
  const ranks = new Map<string, number>();
  for (const line of lines.split('\n')) {
    const [, first, ...tokens] = line.split(' ');
    for (const [i, token] of tokens.entries()) {
      ranks.set(atob(token), Number(first) + i);
    }
  }
  return ranks;
}

/**
 * Up to the last place where the patterns of both encodings end a piece, whatever comes before and
 * after it: behind a letter or digit, but not inside of a word, a number or `it's`; and before the
 * space that follows anything but one.
 */
const TO_LAST_BREAK = /^[^]*(?:\p{L}(?=[^\p{L}\p{M}'])|\p{N}(?=\P{N})|\S(?= ))/u;

/** Parts whose counts add up to that of the whole. */
function* partsOf(text: string, pattern: RegExp): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const window = text.slice(at, wholePairs(text, at + MAX_PART));
    const isLast = at + window.length === text.length;
    const part = isLast ? window : (TO_LAST_BREAK.exec(window)?.[0] ?? firstHalf(window, pattern));
    yield part;
    at += part.length;
  }
}

/**
 * The pieces that end in the first half of the window: what follows it can hardly matter for them.
 * A space or tab at the end is left to the next part, as what follows it does matter.
 */
function firstHalf(window: string, pattern: RegExp): string {
  let end = 0;
  for (const { 0: piece, index } of window.matchAll(pattern)) {
    if (index + piece.length > window.length / 2) break;
    if (/[\S\r\n]$/u.test(piece)) end = index + piece.length;
  }
  return end === 0 ? window : window.slice(0, end);
}

/** The place itself, or one before it where it is inside a surrogate pair. */
function wholePairs(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

const NOT_ASCII = /[^\0-\x7f]/u;

/** In UTF-8, a character for each byte. */
function bytesOf(piece: string): string {
  return NOT_ASCII.test(piece) ? Buffer.from(piece).toString('latin1') : piece;
}

/** No text has more bytes in a part. */
const MOST_BYTES = 3 * MAX_PART;
/** Of the parts that a piece is in by now: where each starts, and the rank of it and the next as one. */
const starts = new Int32Array(MOST_BYTES + 1);
const pairs = new Int32Array(MOST_BYTES + 1);
const NO_RANK = 0x7fffffff;

/** Starts with the single bytes and joins the pair of the lowest rank, the first such, until none has one. */
function countPiece(ranks: Ranks, bytes: string): number {
  if (ranks.has(bytes)) return 1;
  let parts = bytes.length;
  const pairAt = (i: number): number => {
    if (i + 1 >= parts) return NO_RANK;
    return ranks.get(bytes.slice(starts[i], starts[i + 2])) ?? NO_RANK;
  };
  for (let i = 0; i <= parts; i++) starts[i] = i;
  for (let i = 0; i < parts; i++) pairs[i] = pairAt(i);
  for (;;) {
    let best = 0;
    for (let i = 1; i < parts; i++) if ((pairs[i] as number) < (pairs[best] as number)) best = i;
    if (pairs[best] === NO_RANK) return parts;
    starts.copyWithin(best + 1, best + 2, parts + 1);
    pairs.copyWithin(best + 1, best + 2, parts);
    parts -= 1;
    pairs[best] = pairAt(best);
    if (best > 0) pairs[best - 1] = pairAt(best - 1);
  }
}
