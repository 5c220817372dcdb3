// The index of ids: a number for each id that grows with time, so that it is written at one place.
import { type LedgerRecord, mintedAtMs } from '@spendfuse/core';
import { isIndexed } from './row.ts';

/** 2020-01-01: 41 bits of milliseconds from here reach to 2089. */
const EPOCH_MS = 1_577_836_800_000;
const RANDOM_BITS = 12;

/** The time of an id and a few of its random bits, in 53 bits: several ids may have the same key. */
export function idKey(id: string): number {
  const ms = Math.max(0, mintedAtMs(id) - EPOCH_MS);
  return ms * 2 ** RANDOM_BITS + Number.parseInt(id.slice(-3), 16);
}

/** The keys under which records are found by their ids, each once. */
export function idKeys(records: readonly LedgerRecord<unknown>[]): ReadonlySet<number> {
  return new Set(records.filter(isIndexed).map(({ id }) => idKey(id)));
}
