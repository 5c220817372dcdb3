// A row of the journal: the records of one group as one JSON text.
import type { CounterRef, LedgerRecord } from '@spendfuse/core';

/**
 * `[baseMs, places, records]`:
 *
 * - baseMs: the time of the first record; other times in the row are relative to it;
 * - places: `number, bucket, oldestBucket, forgetAtMs` of all entries of this row, flat, each once.
 *   A number is a counter's in the table `counters`; `forgetAtMs` is null for never;
 * - records: `[verb, id, time, …]` as the encoder makes them. Entries are flat triples
 *   `place, amount, expireAmount`; a meta without its call is followed by `FROM_RESERVE`.
 *
 * So a key of a hundred bytes is written once in the life of a counter, and a call once for its id.
 */
export type Row = readonly [number, readonly (number | null)[], readonly RecordRow[]];
export type RecordRow = readonly [LedgerRecord<unknown>['verb'], string, number, ...unknown[]];

/** Says that the reserve of the id has the call of this meta. */
export const FROM_RESERVE = 1;

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
  readonly body: string;
  /** Ids, one after the other, of the records that say what became of an id. */
  readonly ids: string;
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

export function idsIn(records: readonly LedgerRecord<unknown>[]): string {
  return records.map((record) => (isIndexed(record) ? record.id : '')).join('');
}
