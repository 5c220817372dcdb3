// Counts of texts already counted: an agent sends its whole history again every turn.
import { hash } from 'node:crypto';
import type { CountText } from './tokenizer.ts';

/** Enough for the histories of many agents at 100 bytes each. */
const REMEMBERED = 10_000;
/** A shorter text is counted as fast as it is looked up. */
const WORTH_REMEMBERING = 64;

/** Counts each text once; after it has not been asked for in a long time, once more. */
export function remembered(count: CountText): CountText {
  const known = new Map<string, number>();
  return (text) => {
    if (text.length < WORTH_REMEMBERING) return count(text);
    const key = hash('sha256', text, 'base64');
    const tokens = known.get(key) ?? count(text);
    // Taken out and put back in: the map's order is the order of last use.
    known.delete(key);
    known.set(key, tokens);
    const oldest = known.keys().next().value;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return tokens;
  };
}
