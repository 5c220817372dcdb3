// The state of an engine in parts, for a store to write down and to read again.
import type { CounterState } from './counter.ts';
import type { HeldEntry } from './entry.ts';
import type { ReservationState, Settlement } from './ledger.ts';

export interface HeldState<Meta> {
  readonly id: string;
  readonly state: ReservationState;
  readonly fingerprint: number;
  readonly expiresAtMs: number;
  /** When it was released, or has expired; undefined: neither. */
  readonly endedAtMs: number | undefined;
  readonly entries: readonly HeldEntry[];
  /** What each entry has committed so far; undefined: nothing, or once committed. */
  readonly committed: readonly number[] | undefined;
  readonly meta: Meta | undefined;
  readonly settlement: Settlement<Meta> | undefined;
}

/** Counters come before the reservations that hold them, ended reservations the oldest first. */
export type StatePart<Meta> =
  | { readonly kind: 'counter'; readonly counter: CounterState }
  | { readonly kind: 'reservation'; readonly held: HeldState<Meta> }
  | { readonly kind: 'document'; readonly key: string; readonly value: unknown }
  /** Ids minted up to then may have been used and forgotten. */
  | { readonly kind: 'forgotten'; readonly untilMs: number };
