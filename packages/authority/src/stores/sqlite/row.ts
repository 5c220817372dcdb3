// A row of the journal: the records of one group, as bytes.
import type { CounterRef, LedgerRecord } from '@spendfuse/core';

/**
 * The time of the first record, to which other times in the row are relative, then the records up to
 * the end: verb, id, time, and what the encoder writes for the verb. `bytes-writer.ts` says how a
 * value is laid out.
 *
 * An entry is `place, amount, expireAmount`. A place that is new in the row is followed by what it
 * stands for: `number, bucket, oldestBucket, forgetAtMs`, the number being a counter's in the table
 * `counters`. So a key of a hundred bytes is written once in the life of a counter, a call once for
 * its id, and the name of a property once in a row.
 */
export const VERBS = [
  'note',
  'put',
  'reset',
  'tombstone',
  'extend',
  'reserve',
  'record',
  'commit',
  'release',
  'expire',
] as const satisfies readonly LedgerRecord<unknown>['verb'][];

/** The name of the property of a meta that all records of an id have in common. */
export const CALL = 'call';

export function callIn(meta: unknown): unknown {
  return (meta as { readonly [CALL]?: unknown } | null | undefined)?.[CALL];
}

/** A counter's definition, as the table `counters` has it. */
export interface Definition {
  readonly number: number;
  readonly ref: CounterRef;
}

/** What makes one row, with what goes into other tables in the same transaction. */
export interface Group {
  /** What `readGroup` reads. Most groups have no more, and one buffer is quick to post. */
  readonly packed: ArrayBuffer;
  /** Counters that no earlier row has used. */
  readonly definitions: readonly Definition[];
  /** Numbers that no later row will use. */
  readonly retired: readonly number[];
}

export interface UnpackedGroup {
  /** The latest time in it. */
  readonly atMs: number;
  readonly body: Uint8Array;
  /** `idKey`s of the records that say what became of an id. */
  readonly keys: Float64Array | readonly number[];
}

/** Numbers ahead of the keys: the time, and how many keys there are. */
const HEAD = 2;
const HEAD_BYTES = HEAD * Float64Array.BYTES_PER_ELEMENT;

export function packGroup({ atMs, body, keys }: UnpackedGroup): ArrayBuffer {
  const count = keys.length;
  const aheadBytes = HEAD_BYTES + count * Float64Array.BYTES_PER_ELEMENT;
  const packed = new ArrayBuffer(aheadBytes + body.length);
  const numbers = new Float64Array(packed, 0, HEAD + count);
  numbers[0] = atMs;
  numbers[1] = count;
  numbers.set(keys, HEAD);
  new Uint8Array(packed, aheadBytes).set(body);
  return packed;
}

/** Views of what was packed. */
export function readGroup(packed: ArrayBuffer): UnpackedGroup {
  const [atMs = 0, count = 0] = new Float64Array(packed, 0, HEAD);
  const keys = new Float64Array(packed, HEAD_BYTES, count);
  return { atMs, body: new Uint8Array(packed, keys.byteOffset + keys.byteLength), keys };
}

/** Whether a record says what became of its id, so that it can be found by it. */
export function isIndexed(record: LedgerRecord<unknown>): boolean {
  const { verb } = record;
  if (verb === 'note' || verb === 'put' || verb === 'reset') return false;
  return verb !== 'extend' || record.grown !== undefined;
}
