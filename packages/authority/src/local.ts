// What an authority in this process offers beyond the verbs: its history, its events, its life.
import type {
  BudgetAuthority,
  Call,
  Committed,
  Decision,
  SpendfuseError,
  Usage,
} from '@spendfuse/core';
import type { Entry } from './entry.ts';

export interface EntryQuery {
  /** Default 50, at most 1000. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly verb?: Entry['verb'] | undefined;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  readonly next?: string | undefined;
}

/** What happened, for metrics and logs. Durations are from the request to its durable answer. */
export type AuthorityEvent =
  | {
      readonly kind: 'decision';
      readonly call: Call;
      readonly decision: Decision;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'commit';
      readonly call: Call;
      readonly usage: Usage;
      readonly committed: Committed;
      /** What the reservation held; undefined for a record. */
      readonly heldNanoUsd: number | undefined;
      readonly durationMs: number;
    }
  | { readonly kind: 'expire'; readonly call: Call }
  | { readonly kind: 'unpriced'; readonly call: Call }
  | { readonly kind: 'failure'; readonly verb: string; readonly error: SpendfuseError };

export interface LocalAuthority extends BudgetAuthority {
  entries(query: EntryQuery): Promise<EntryPage>;
  /** The listener is called synchronously and must not throw. */
  onEvent(listener: (event: AuthorityEvent) => void): void;
  /** False while the store cannot be written. */
  ready(): boolean;
  /** Reservations that have not ended. */
  openReservations(): number;
  /** Answers what is waiting, makes all durable, lets go of the store. */
  close(): Promise<void>;
}
