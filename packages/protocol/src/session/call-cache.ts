// Who calls what comes again and again: the same bytes become the same object.
import type { Call } from '@spendfuse/core';
import { spendfuse } from '#wire';
import { decodeExact } from '../codec.ts';
import { callFromWire } from '../requests.ts';
import type { ByteReader } from './bytes.ts';

interface Slot {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly call: Call;
}

const SLOTS = 4096;
/** Slots where a call may be: with one alone, a fifth of a thousand calls would drive each other out. */
const WAYS = 8;
/** Larger ones are rare, and would make the bound of the cache a large one. */
const MAX_BYTES = 512;

/**
 * The latest calls by their bytes; where there is no room the oldest goes. What it saves is less the reading than the memory: of
 * calls with the same labels the authority keeps one object.
 */
export class CallCache {
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS });

  /** Reads a Call with the length before it. @throws RangeError for bytes that are none. */
  read(reader: ByteReader): Call | undefined {
    const end = reader.end();
    const { bytes, at: start } = reader;
    if (end > bytes.length) return undefined;
    reader.at = end;
    const size = end - start;
    if (size > MAX_BYTES) return decode(bytes.subarray(start, end));
    const hash = hashOf(bytes, start, end);
    const first = hash & (SLOTS - WAYS);
    for (let place = first; place < first + WAYS; place++) {
      const known = this.#slots[place];
      if (!known) break;
      if (known.hash !== hash) continue;
      if (bytes.compare(known.bytes, 0, known.bytes.length, start, end) === 0) return known.call;
    }
    const own = Uint8Array.prototype.slice.call(bytes, start, end);
    const call = decode(bytes.subarray(start, end));
    this.#slots.copyWithin(first + 1, first, first + WAYS - 1);
    this.#slots[first] = { hash, bytes: own, call };
    return call;
  }
}

/** Four bytes at a time: this is done for every reserve. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 3 < end; i += 4) {
    const low = (bytes[i] as number) | ((bytes[i + 1] as number) << 8);
    const high = (bytes[i + 2] as number) | ((bytes[i + 3] as number) << 8);
    hash = Math.imul(hash ^ low ^ (high << 16), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function decode(bytes: Buffer): Call {
  return callFromWire(decodeExact(spendfuse.v1.Call, bytes));
}
