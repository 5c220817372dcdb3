// The tokenizer of a model family: loaded on first need, filled and run in slices.
import { utf8Length } from '@spendfuse/core';
import { Tiktoken, type TiktokenBPE } from 'js-tiktoken/lite';
import { Slices } from './slices.ts';

export type Encoding = 'o200k_base' | 'cl100k_base';

const RANKS: Readonly<Record<Encoding, () => Promise<{ readonly default: TiktokenBPE }>>> = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
};

export function encodingOf(model: string): Encoding {
  const older = /^(?:ft:)?(?:gpt-4(?![o.])|gpt-3\.?5|text-embedding|davinci|babbage)/u;
  return older.test(model) ? 'cl100k_base' : 'o200k_base';
}

/** Merging a piece takes more than quadratic time in its length, so longer ones are cut. */
const MAX_PIECE_BYTES = 128;
/** Into parts of this size: 3 s for 1 MB without a break, where parts of 128 would take 13 s. */
const CUT_BYTES = 32;
/** How much text is looked at, and at most encoded, in one go. */
const WINDOW = 512;

export interface Tokenizer {
  /** Tokens of a text, special tokens counted as the plain text they are here. */
  count(text: string): Promise<number>;
}

/** Building the table at once would hold the event loop for most of a second. */
export async function loadTokenizer(encoding: Encoding): Promise<Tokenizer> {
  const { default: ranks } = await RANKS[encoding]();
  const encoder = new Tiktoken({ ...ranks, bpe_ranks: '' });
  const { rankMap } = encoder as unknown as { readonly rankMap: Map<string, number> };
  await fill(rankMap, ranks.bpe_ranks);
  const pattern = new RegExp(ranks.pat_str, 'gu');
  return { count: (text) => count(text, { encoder, pattern }) };
}

/** Lines of `! FIRST_RANK TOKEN TOKEN …`, tokens in base64; the table's keys are their bytes. */
async function fill(rankMap: Map<string, number>, ranks: string): Promise<void> {
  const slices = new Slices();
  for (const line of ranks.split('\n')) {
    const first = /^\S+ (\d+) /u.exec(line);
    if (!first) continue;
    let rank = Number(first[1]);
    for (let at = first[0].length; at < line.length; rank += 1) {
      const space = line.indexOf(' ', at);
      const end = space === -1 ? line.length : space;
      rankMap.set(Buffer.from(line.slice(at, end), 'base64').join(','), rank);
      at = end + 1;
      if (rank % 256 === 0) await slices.breathe();
    }
  }
}

interface Parts {
  readonly encoder: Tiktoken;
  readonly pattern: RegExp;
}

async function count(text: string, { encoder, pattern }: Parts): Promise<number> {
  const slices = new Slices();
  let tokens = 0;
  for (const part of partsOf(text, pattern)) {
    tokens += encoder.encode(part, [], []).length;
    await slices.breathe();
  }
  return tokens;
}

/**
 * Short parts of the text, cut where the encoding's own pattern cuts, so that their counts add up
 * to that of the whole. Only a piece above the limit is cut inside, which can add tokens.
 */
function* partsOf(text: string, pattern: RegExp): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const window = text.slice(at, wholePairs(text, at + WINDOW));
    const last = at + window.length === text.length;
    let part = '';
    let end = 0;
    for (const { 0: piece, index } of window.matchAll(pattern)) {
      // What touches the end of the window may go on behind it; it starts the next window then.
      if (!last && index > 0 && index + piece.length === window.length) break;
      end = index + piece.length;
      const long = utf8Length(piece) > MAX_PIECE_BYTES;
      if (part !== '' && (long || part.length + piece.length > MAX_PIECE_BYTES)) {
        yield part;
        part = '';
      }
      if (long) yield* cut(piece);
      else part += piece;
    }
    if (part !== '') yield part;
    at += end === 0 ? window.length : end;
  }
}

function* cut(piece: string): Generator<string> {
  // No UTF-16 unit takes more than 3 bytes.
  const length = utf8Length(piece) === piece.length ? CUT_BYTES : CUT_BYTES / 4;
  for (let at = 0; at < piece.length; ) {
    const end = wholePairs(piece, at + length);
    yield piece.slice(at, end);
    at = end;
  }
}

/** The place itself, or one before it where it is inside a surrogate pair. */
function wholePairs(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
