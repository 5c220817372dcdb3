// PORT: what a store must do. It adds integers under ceilings, all or none, and remembers ids.
import type { CounterRef, HeldEntry, PlanEntry } from './entry.ts';
import type { Labels } from './subject.ts';

export interface ReservePlan<Meta> {
  readonly id: string;
  /** Of the content of the request, so that a repeat can be told from a reuse (L4). */
  readonly fingerprint: number;
  readonly nowMs: number;
  readonly expiresAtMs: number;
  readonly entries: readonly PlanEntry[];
  /** Opaque to the store; kept with the reservation and in its record. */
  readonly meta: Meta;
}

export type RefusalKind = 'TOO_LARGE' | 'EXHAUSTED' | 'IN_FLIGHT';

/** An entry that does not fit, and what its counter holds. */
export interface EntryRefusal {
  readonly index: number;
  readonly kind: RefusalKind;
  readonly committed: number;
  readonly reserved: number;
  /** The newest bucket that has to leave the window for the amount to fit, if leaving helps. */
  readonly leavingBucket: number | undefined;
}

export type ReservationState = 'open' | 'committed' | 'released' | 'expired' | 'tombstone';

export interface Reservation<Meta> {
  readonly id: string;
  readonly state: ReservationState;
  readonly fingerprint: number;
  readonly expiresAtMs: number;
  readonly entries: readonly HeldEntry[];
  readonly meta: Meta | undefined;
  /** Of the verb that ended it. */
  readonly settlement: Settlement<Meta> | undefined;
}

/** How a reservation has ended. What stays of each entry is in the counters, and in the history. */
export interface Settlement<Meta> {
  readonly fingerprint: number;
  readonly meta: Meta | undefined;
  /** Came after the reservation had ended otherwise. */
  readonly late: boolean;
}

export type ReserveOutcome<Meta> =
  | {
      readonly kind: 'granted';
      readonly reservation: Reservation<Meta>;
      /** The id was granted before; nothing was changed. */
      readonly repeated: boolean;
      /** Entries of shadow budgets that would have refused. */
      readonly shadow: readonly EntryRefusal[];
    }
  | { readonly kind: 'refused'; readonly refusals: readonly EntryRefusal[] };

export interface SettleRequest<Meta> {
  readonly id: string;
  readonly nowMs: number;
  readonly fingerprint: number;
  readonly amounts: readonly number[];
  readonly meta: Meta | undefined;
  /** What memory has in the place of `meta`, which the record has: so many are kept. Default: `meta`. */
  readonly kept?: Meta | undefined;
}

/** Usage of a call that was not reserved here: counted without asking (L6). */
export interface RecordPlan<Meta> {
  readonly id: string;
  readonly nowMs: number;
  readonly fingerprint: number;
  readonly entries: readonly PlanEntry[];
  readonly meta: Meta;
}

export interface CounterSums {
  readonly committed: number;
  readonly reserved: number;
}

/** Something worth a line in the history that changes no counter, such as a denial. */
export interface Note<Meta> {
  readonly id: string;
  readonly nowMs: number;
  readonly meta: Meta;
}

/**
 * A store. Each verb is atomic, and its promise settles only when what it answers is durable (L3).
 * All throw SpendfuseError: `ID_REUSED`, `ID_EXPIRED`, `NOT_FOUND`, `SETTLED`, `EXPIRED` as the verb
 * and state table says, `UNAVAILABLE` when the store cannot be written.
 */
export interface Ledger<Meta> {
  reserve(plan: ReservePlan<Meta>): Promise<ReserveOutcome<Meta>>;
  /**
   * What is known of an id now, durable or not: the first step of a settlement. Undefined: nothing.
   * An answer that rests on it alone waits for `settle`.
   */
  find(id: string): Promise<Reservation<Meta> | undefined>;
  commit(request: SettleRequest<Meta>): Promise<Reservation<Meta>>;
  /** An unknown id leaves a tombstone, so that a reserve arriving later is refused. */
  release(request: SettleRequest<Meta>): Promise<void>;
  extend(request: ExtendPlan): Promise<ExtendOutcome<Meta>>;
  record(plan: RecordPlan<Meta>): Promise<Reservation<Meta>>;
  /** Ends up to `max` reservations whose time is up; each is charged its `expireAmount`s (L5). */
  expire(request: ExpireRequest): Promise<readonly Reservation<Meta>[]>;
  /** Sets what a budget's counters have committed to 0 (L9). */
  reset(plan: ResetPlan<Meta>): Promise<void>;
  /** Keeps a document, or removes it (`null`). */
  put(plan: PutPlan<Meta>): Promise<void>;
  /** Documents whose key begins so, as they are in memory, in the order of their keys. */
  documents(prefix: string): readonly Document[];
  /** Resolves when everything answered so far is durable; writes the note, if there is one. */
  settle(note?: Note<Meta>): Promise<void>;
  /** Why these entries would be refused now, those of shadow budgets too; changes nothing. */
  check(entries: readonly PlanEntry[]): readonly EntryRefusal[];
  /** Sums of one counter over its buckets from `oldestBucket` on. */
  read(query: ReadQuery): CounterSums;
  /** Every counter of a budget. */
  counters(budget: string): Iterable<CounterRef>;
  /** Looks at up to `max` counters, and forgets those that nothing can refer to any more. */
  forget(request: ForgetRequest): void;
  /** Called when a call has come to its end in these counters: there may be room, or none to wait for. */
  onEnded(listener: (ended: readonly Pick<HeldEntry, 'counter'>[]) => void): void;
  close(): Promise<void>;
}

export interface ExtendPlan {
  readonly id: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
  /** The entries of the reserve, in their order, with what they are to hold: a smaller amount stays. */
  readonly entries?: readonly PlanEntry[] | undefined;
}

/** Refused: nothing was changed, the expiry included. */
export type ExtendOutcome<Meta> =
  | { readonly kind: 'extended'; readonly reservation: Reservation<Meta> }
  | { readonly kind: 'refused'; readonly refusals: readonly EntryRefusal[] };

export interface ResetPlan<Meta> {
  /** UUIDv7 of the act, for the history. */
  readonly id: string;
  readonly nowMs: number;
  readonly budget: string;
  /** Only scopes with all of these values; undefined: all. */
  readonly scope: Labels | undefined;
  readonly meta: Meta;
}

export interface PutPlan<Meta> {
  /** UUIDv7 of the act, for the history. */
  readonly id: string;
  readonly nowMs: number;
  /** `budget/team-daily`, `override/…`. */
  readonly key: string;
  /** JSON; null: removed. */
  readonly value: unknown;
  readonly meta: Meta;
}

export interface Document {
  readonly key: string;
  readonly value: unknown;
}

export interface ExpireRequest {
  readonly nowMs: number;
  readonly max: number;
}

export interface ForgetRequest extends ExpireRequest {
  /** Asked now and then: whether to stop before `max`. */
  readonly isTimeUp?: (() => boolean) | undefined;
}

export interface ReadQuery {
  readonly counter: CounterRef;
  readonly oldestBucket: number;
}
