// Identifiers that look like the real ones and are the same in every run.

import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `prefix` and `length` letters and digits that follow from the seed. */
export function alphanumericId(prefix: string, length: number, seed: string): string {
  return prefix + letters(length, `${prefix}${seed}`);
}

/** `prefix` and 50 hexadecimal digits that follow from the seed, as the Responses API has them. */
export function hexId(prefix: string, seed: string): string {
  return prefix + digest(`${prefix}${seed}`).toString('hex').slice(0, 50);
}

/**
 * The `obfuscation` of a streamed event: it pads a delta to a multiple of 16 characters, so that
 * sizes on the wire do not give the tokens away (observed in the recordings).
 */
export function obfuscation(deltaLength: number, seed: string): string {
  return letters(16 - (deltaLength % 16), `pad${seed}`);
}

function letters(length: number, seed: string): string {
  const bytes = digest(seed);
  let text = '';
  for (let position = 0; position < length; position += 1) {
    text += ALPHABET.charAt((bytes[position % bytes.length] ?? 0) % ALPHABET.length);
  }
  return text;
}

function digest(seed: string): Buffer {
  return createHash('sha512').update(seed).digest();
}
