// A reservation as the engine holds it: how one begins, how it ends, how it is written down.
import type { Counter } from './counter.ts';
import type { HeldEntry } from './entry.ts';
import type { Reservation, ReservationState, Settlement } from './ledger.ts';
import type { LedgerRecord, SettlingVerb } from './record.ts';
import type { HeldState } from './state.ts';

export type NewRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'reserve' | 'record' }>;
export type TombstoneRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'tombstone' }>;
export type SettlingRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: SettlingVerb }>;

export function isSettling<Meta>(record: LedgerRecord<Meta>): record is SettlingRecord<Meta> {
  return record.verb === 'commit' || record.verb === 'release' || record.verb === 'expire';
}

type Counters = readonly (Counter | undefined)[];

/** What a reservation is from its beginning on. */
type Beginning<Meta> = Pick<
  Reservation<Meta>,
  'id' | 'fingerprint' | 'expiresAtMs' | 'entries' | 'meta'
>;

/** So many are kept after their end that they are one object each, and hold no more than can still be asked. */
export class Held<Meta> implements Reservation<Meta> {
  readonly id: string;
  readonly fingerprint: number;
  meta: Meta | undefined;
  state: ReservationState = 'open';
  expiresAtMs: number;
  /** Let go of once committed: nothing can change them any more. */
  entries: readonly HeldEntry[];
  /** One for each entry; undefined: the counter is forgotten, and so is what it held. */
  counters: Counters;
  /** What each entry has committed so far; undefined: nothing, or once committed. */
  committed: readonly number[] | undefined = undefined;
  /** When it was released, or has expired. */
  endedAtMs: number | undefined = undefined;
  /** Of the verb that ended it; undefined while it is open. */
  settledAs: number | undefined = undefined;
  settledMeta: Meta | undefined = undefined;
  isLate = false;
  /** Its neighbours among those that expire in the same second, while it is open. */
  earlier: Held<Meta> | undefined = undefined;
  later: Held<Meta> | undefined = undefined;

  constructor(
    { id, fingerprint, expiresAtMs, entries, meta }: Beginning<Meta>,
    counters: Counters,
  ) {
    this.id = id;
    this.fingerprint = fingerprint;
    this.meta = meta;
    this.expiresAtMs = expiresAtMs;
    this.entries = entries;
    this.counters = counters;
  }

  get settlement(): Settlement<Meta> | undefined {
    const { settledAs, settledMeta, isLate } = this;
    if (settledAs === undefined) return undefined;
    return { fingerprint: settledAs, meta: settledMeta, late: isLate };
  }

  /** What an entry has committed to its counter: what had ended before a reset has left with that. */
  committedIn({ resetAtMs }: Counter, index: number): number {
    const { endedAtMs, committed } = this;
    const isReset = resetAtMs !== undefined && endedAtMs !== undefined && endedAtMs <= resetAtMs;
    return isReset ? 0 : (committed?.[index] ?? 0);
  }

  /** Ends it as the record says. A committed one can never change again. */
  end({ verb, fingerprint, amounts, meta, late, atMs }: SettlingRecord<Meta>): void {
    const isCommitted = verb === 'commit';
    this.state = END_STATES[verb];
    this.settledAs = fingerprint;
    this.settledMeta = meta;
    this.isLate = late;
    this.committed = isCommitted ? undefined : amounts;
    this.endedAtMs = isCommitted ? undefined : atMs;
    if (!isCommitted) return;
    this.entries = NO_ENTRIES;
    this.counters = NO_COUNTERS;
  }
}

const END_STATES = { commit: 'committed', release: 'released', expire: 'expired' } as const;

const NO_ENTRIES: readonly HeldEntry[] = [];
const NO_COUNTERS: Counters = [];

/** As a reserve leaves it, open, or a record, committed at once. */
export function begun<Meta>(record: NewRecord<Meta>, counters: Counters): Held<Meta> {
  if (record.verb === 'reserve') return new Held(record, counters);
  const { id, atMs: expiresAtMs, fingerprint, meta } = record;
  const held = nothingHeld({ id, fingerprint: 0, expiresAtMs, meta });
  held.state = 'committed';
  held.settledAs = fingerprint;
  held.settledMeta = meta;
  return held;
}

/** What a release of an unknown id leaves. */
export function tombstone<Meta>({ id, fingerprint, atMs }: TombstoneRecord<Meta>): Held<Meta> {
  const held = nothingHeld<Meta>({ id, fingerprint, expiresAtMs: atMs, meta: undefined });
  held.state = 'tombstone';
  return held;
}

function nothingHeld<Meta>(beginning: Omit<Beginning<Meta>, 'entries'>): Held<Meta> {
  return new Held({ ...beginning, entries: NO_ENTRIES }, NO_COUNTERS);
}

/** A reservation as it is written down. */
export function stateOf<Meta>(held: Held<Meta>): HeldState<Meta> {
  const { id, state, fingerprint, expiresAtMs, endedAtMs, entries, committed } = held;
  const { meta, settlement } = held;
  const ids = { id, state, fingerprint, expiresAtMs, endedAtMs };
  return { ...ids, entries, committed, meta, settlement };
}

/** And back. */
export function heldOf<Meta>(written: HeldState<Meta>, counters: Counters): Held<Meta> {
  const held = new Held(written, counters);
  held.state = written.state;
  held.committed = written.committed;
  held.endedAtMs = written.endedAtMs;
  held.settledAs = written.settlement?.fingerprint;
  held.settledMeta = written.settlement?.meta;
  held.isLate = written.settlement?.late ?? false;
  return held;
}
