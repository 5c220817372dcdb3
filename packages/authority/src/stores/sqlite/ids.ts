// The index of ids: a number for each id that grows with time, so that it is written at one place.
import { type LedgerRecord, mintedAtMs } from '@spendfuse/core';
import { isIndexed } from './row.ts';

/** 2020-01-01: 41 bits of milliseconds from here reach to 2089. */
const EPOCH_MS = 1_577_836_800_000;
const RANDOM_DIGITS = 3;

/** The time of an id and a few of its random bits, in 53 bits: several ids may have the same key. */
export function idKey(id: string): number {
  let key = Math.max(0, mintedAtMs(id) - EPOCH_MS);
  for (let i = id.length - RANDOM_DIGITS; i < id.length; i++) {
    const code = id.charCodeAt(i);
    key = key * 16 + (code >= 0x61 ? code - 0x57 : code - 0x30);
  }
  return key;
}

/** The keys under which records are found by their ids, each once. */
export function idKeys(records: readonly LedgerRecord<unknown>[]): ReadonlySet<number> {
  return new Set(records.filter(isIndexed).map(({ id }) => idKey(id)));
}
