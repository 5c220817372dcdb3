// Short ways to write ledger requests in tests: ids, plans and settlements with sensible defaults.
import type {
  CounterRef,
  Ledger,
  PlanEntry,
  RecordPlan,
  ReservePlan,
  SettleRequest,
} from '@spendfuse/core';
import { mintId } from '@spendfuse/core';

/** What tests keep with a record. */
export interface TestMeta {
  readonly note: string;
}

/** 2026-01-01T12:00:00Z: where the time of the ledger's tests begins. */
export const NOON_MS = Date.UTC(2026, 0, 1, 12);

let minted = 0;

/** A fresh id; no two calls of a process give the same. */
export function testId(nowMs: number = NOON_MS): string {
  minted += 1;
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, minted);
  new DataView(random.buffer).setUint32(2, process.pid);
  return mintId({ nowMs, random });
}

/** The counter of a budget named like it. */
export function counterRef(key: string): CounterRef {
  return { key, budget: key, unit: 'cost', scope: { team: key } };
}

export type EntryFields = Partial<Omit<PlanEntry, 'counter'>>;

/** An entry of a lifetime counter; by default it takes 10 of 100, all of it at expiry. */
export function entry(key: string, fields: EntryFields = {}): PlanEntry {
  const amount = fields.amount ?? 10;
  return {
    counter: counterRef(key),
    bucket: 0,
    oldestBucket: 0,
    amount,
    ceiling: 100,
    shadow: false,
    maxCounters: 1_000_000,
    expireAmount: amount,
    forgetAtMs: Number.POSITIVE_INFINITY,
    ...fields,
  };
}

/** By default: a fresh id, one entry of the counter `a`, two minutes to live. */
export function reservePlan(fields: Partial<ReservePlan<TestMeta>> = {}): ReservePlan<TestMeta> {
  const { nowMs = NOON_MS } = fields;
  return {
    id: testId(nowMs),
    fingerprint: 1,
    nowMs,
    expiresAtMs: nowMs + 120_000,
    entries: [entry('a')],
    meta: { note: 'reserved' },
    ...fields,
  };
}

type Settling = Omit<SettleRequest<TestMeta>, 'kept'>;
export type SettleFields = Partial<Settling> & { readonly id: string };

/** By default all that was reserved stays away: one amount of 0. */
export function settleRequest(fields: SettleFields): Settling {
  return { nowMs: NOON_MS, fingerprint: 2, amounts: [0], meta: { note: 'settled' }, ...fields };
}

export function recordPlan(fields: Partial<RecordPlan<TestMeta>> = {}): RecordPlan<TestMeta> {
  const { nowMs = NOON_MS } = fields;
  const base = { id: testId(nowMs), fingerprint: 3, nowMs, entries: [entry('a')] };
  return { ...base, meta: { note: 'recorded' }, ...fields };
}

/** `committed+reserved` of a lifetime counter, as tables in tests show it. */
export function standing(ledger: Ledger<TestMeta>, key = 'a', oldestBucket = 0): string {
  const { committed, reserved } = ledger.read({ counter: counterRef(key), oldestBucket });
  return `${committed}+${reserved}`;
}

/** A line of the history, as far as scenarios look at it. */
export interface Told {
  readonly id: string;
  /** A note is told as `deny`, a tombstone as `release`. */
  readonly verb: string;
  readonly time: string;
  readonly late: boolean;
}

export interface TellOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ToldPage {
  readonly entries: readonly Told[];
  readonly next?: string | undefined;
}

/** A ledger that answers questions, as the stores of the authority do. */
export interface TellingLedger extends Ledger<TestMeta> {
  readonly queries: { entries(query: AnyEntry): Promise<ToldPage> };
}

type AnyEntry = typeof ANY & { readonly limit: number; readonly cursor: string | undefined };

const ANY = {
  fromMs: 0,
  toMs: Number.MAX_SAFE_INTEGER,
  verbs: [],
  filter: {},
  id: undefined,
  budget: undefined,
  decision: undefined,
  reason: undefined,
};

/** A page of the history, the newest first. */
export function tell({ queries }: TellingLedger, options: TellOptions): Promise<ToldPage> {
  return queries.entries({ ...ANY, cursor: undefined, ...options });
}

/** The whole history, the newest first, read in pages of `limit`. */
export async function wholeHistory(
  ledger: TellingLedger,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<readonly Told[]> {
  const told: Told[] = [];
  let cursor: string | undefined;
  do {
    const { entries, next } = await tell(ledger, { limit, cursor });
    told.push(...entries);
    cursor = next;
  } while (cursor !== undefined);
  return told;
}
