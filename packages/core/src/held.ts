// A reservation as the engine holds it: how one begins, how it ends, how it is written down.
import type { Counter } from './counter.ts';
import type { HeldEntry } from './entry.ts';
import type { ReservationState, Settlement } from './ledger.ts';
import type { LedgerRecord, SettlingVerb } from './record.ts';
import type { HeldState } from './state.ts';

export interface Held<Meta> {
  readonly id: string;
  state: ReservationState;
  readonly fingerprint: number;
  expiresAtMs: number;
  /** Let go of once committed: nothing can change them any more. */
  entries: readonly HeldEntry[];
  /** One for each entry; undefined: the counter is forgotten, and so is what it held. */
  counters: readonly (Counter | undefined)[];
  /** What each entry has committed so far; undefined: nothing. */
  committed: readonly number[] | undefined;
  readonly meta: Meta | undefined;
  settlement: Settlement<Meta> | undefined;
  /** Of the verb that ended it; undefined while it is open. */
  endedAtMs: number | undefined;
  /** Its neighbours among those that expire in the same second, while it is open. */
  earlier: Held<Meta> | undefined;
  later: Held<Meta> | undefined;
}

export type NewRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'reserve' | 'record' }>;
export type TombstoneRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'tombstone' }>;
export type SettlingRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: SettlingVerb }>;

const NOTHING_HELD = { entries: [], counters: [], committed: undefined } as const;
const NOTHING_SAID = { meta: undefined, settlement: undefined } as const;
const UNLISTED = { earlier: undefined, later: undefined } as const;

/** As a reserve leaves it, open, or a record, committed at once. */
export function begun<Meta>(record: NewRecord<Meta>, counters: Held<Meta>['counters']): Held<Meta> {
  const { id, entries, meta, fingerprint, atMs } = record;
  if (record.verb === 'record') {
    const amounts = entries.map(({ amount }) => amount);
    const settlement = { fingerprint, amounts, meta, late: false };
    const times = { expiresAtMs: atMs, endedAtMs: atMs };
    const ended = { ...times, ...NOTHING_HELD, ...UNLISTED };
    return { id, state: 'committed', fingerprint: 0, ...ended, meta, settlement };
  }
  // Written out because every call passes here.
  return {
    id,
    state: 'open',
    fingerprint,
    expiresAtMs: record.expiresAtMs,
    entries,
    counters,
    committed: undefined,
    meta,
    settlement: undefined,
    endedAtMs: undefined,
    earlier: undefined,
    later: undefined,
  };
}

/** What a release of an unknown id leaves. */
export function tombstone<Meta>({ id, fingerprint, atMs }: TombstoneRecord<Meta>): Held<Meta> {
  const times = { expiresAtMs: atMs, endedAtMs: atMs };
  const nothing = { ...NOTHING_HELD, ...NOTHING_SAID, ...UNLISTED };
  return { id, state: 'tombstone', fingerprint, ...times, ...nothing };
}

const END_STATES = { commit: 'committed', release: 'released', expire: 'expired' } as const;

/** Ends a reservation as the record says. A committed one can never change again. */
export function end<Meta>(held: Held<Meta>, record: SettlingRecord<Meta>): void {
  const { verb, fingerprint, amounts, meta, late, atMs } = record;
  held.state = END_STATES[verb];
  held.settlement = { fingerprint, amounts, meta, late };
  held.committed = amounts;
  held.endedAtMs = atMs;
  if (held.state !== 'committed') return;
  held.entries = NOTHING_HELD.entries;
  held.counters = NOTHING_HELD.counters;
  held.committed = NOTHING_HELD.committed;
}

/** A reservation as it is written down. */
export function stateOf<Meta>(held: Held<Meta>): HeldState<Meta> {
  const { id, state, fingerprint, expiresAtMs, endedAtMs, entries, committed } = held;
  const { meta, settlement } = held;
  const ids = { id, state, fingerprint, expiresAtMs, endedAtMs };
  return { ...ids, entries, committed, meta, settlement };
}

/** And back. */
export function heldOf<Meta>(state: HeldState<Meta>, counters: Held<Meta>['counters']): Held<Meta> {
  return { ...state, counters, ...UNLISTED };
}
