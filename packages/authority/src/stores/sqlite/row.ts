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

/** A counter's definition, as the table `counters` has it. */
export interface Definition {
  readonly number: number;
  readonly ref: CounterRef;
}

/** What makes one row, with what goes into other tables in the same transaction. */
export interface Group {
  /** The latest time in it. */
  readonly atMs: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** `idKey`s of the records that say what became of an id. */
  readonly keys: Float64Array<ArrayBuffer>;
  /** Counters that no earlier row has used. */
  readonly definitions: readonly Definition[];
  /** Numbers that no later row will use. */
  readonly retired: readonly number[];
}

/** Whether a record says what became of its id, so that it can be found by it. */
export function isIndexed(record: LedgerRecord<unknown>): boolean {
  const { verb } = record;
  if (verb === 'note' || verb === 'put' || verb === 'reset') return false;
  return verb !== 'extend' || record.grown !== undefined;
}
