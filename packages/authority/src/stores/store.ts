// What every store of the authority offers: the ledger, and how it is doing.
import type { Ledger } from '@spendfuse/core';

export interface Store<Meta> extends Ledger<Meta> {
  /** False while the store cannot be written; every verb throws `UNAVAILABLE` then. */
  ready(): boolean;
  /** Reservations that have not ended. */
  openReservations(): number;
  /** The latest time in the ledger as it was opened, for the clock to start from (L10); 0: none. */
  readonly highWaterMs: number;
}
