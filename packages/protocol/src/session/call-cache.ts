// Who calls what comes again and again: the same bytes become the same object.
import type { Call } from '@spendfuse/core';
import { spendfuse } from '#wire';
import { decodeExact } from '../codec.ts';
import { callFromWire } from '../requests.ts';
import type { ByteReader } from './bytes.ts';

interface Slot {
  readonly bytes: Uint8Array;
  readonly call: Call;
}

const SLOTS = 4096;
/** Larger ones are rare, and would make the bound of the cache a large one. */
const MAX_BYTES = 512;

/**
 * The latest calls by their bytes, one a slot. What it saves is less the reading than the memory: of
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
    let hash = size;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#slots[place];
    if (known && isSame(known.bytes, bytes, start, size)) return known.call;
    const own = Uint8Array.prototype.slice.call(bytes, start, end);
    const call = decode(bytes.subarray(start, end));
    this.#slots[place] = { bytes: own, call };
    return call;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, size: number): boolean {
  if (known.length !== size) return false;
  for (let i = 0; i < size; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}

function decode(bytes: Buffer): Call {
  return callFromWire(decodeExact(spendfuse.v1.Call, bytes));
}
