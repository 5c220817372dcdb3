// What the scenarios of the ledger's contract share: ledgers, held reservations, states of an id.
import type { ErrorCode, Ledger } from '@spendfuse/core';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  entry,
  NOON_MS,
  reservePlan,
  settleRequest,
  type TellingLedger,
  type TestMeta,
  testId,
} from '../ledger-plans.ts';

/** Gives an empty ledger. */
export type Open = () => Promise<TellingLedger>;

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** One ledger for all rows of a table; each row has counters of its own. */
export function shared(open: Open): () => Ledger<TestMeta> {
  let ledger: Ledger<TestMeta> | undefined;
  beforeAll(async () => {
    ledger = await open();
  });
  afterAll(() => ledger?.close());
  return () => {
    if (!ledger) throw new Error('no ledger was opened');
    return ledger;
  };
}

/** Reserves one entry and returns its id. */
export async function held(ledger: Ledger<TestMeta>, key = 'a', amount = 10): Promise<string> {
  const outcome = await ledger.reserve(reservePlan({ entries: [entry(key, { amount })] }));
  if (outcome.kind !== 'granted') throw new Error('refused');
  return outcome.reservation.id;
}

/** Matches the error of Spendfuse with this code. */
export function failing(code: ErrorCode): unknown {
  return expect.objectContaining({ name: 'SpendfuseError', code });
}

/** Brings an id into a state. Where it was reserved, it took 10 of the counter. */
export const STATES = {
  open: (ledger: Ledger<TestMeta>, key?: string) => held(ledger, key),
  committed: async (ledger: Ledger<TestMeta>, key?: string) => {
    const id = await held(ledger, key);
    await ledger.commit(settleRequest({ id, amounts: [4] }));
    return id;
  },
  released: async (ledger: Ledger<TestMeta>, key?: string) => {
    const id = await held(ledger, key);
    await ledger.release(settleRequest({ id }));
    return id;
  },
  expired: async (ledger: Ledger<TestMeta>, key?: string) => {
    const id = await held(ledger, key);
    await ledger.expire({ nowMs: NOON_MS + 3 * MINUTE_MS, max: 10 });
    return id;
  },
  unknown: async () => testId(),
};
