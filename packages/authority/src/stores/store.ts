// What every store of the authority offers: the ledger, and how it is doing.
import type { Ledger } from '@spendfuse/core';
import type { Entry } from '../entry.ts';
import type { CheckedEntryFilter, CheckedEntryQuery, EntryPage } from '../entry-query.ts';
import type { CheckedUsageQuery, UsagePage } from '../usage-query.ts';
import type { Verbs } from './verbs.ts';

export interface Store<Meta> extends Ledger<Meta> {
  /**
   * The verbs on an id, carried out now and in memory. What they answer or throw may be told when a
   * `settle` called after them has resolved (L3). Undefined: use the promised verbs, which look the id
   * up or say what is wrong.
   */
  atOnce(id: string): Verbs<Meta> | undefined;
  /** False while the store cannot be written; every verb throws `UNAVAILABLE` then. */
  ready(): boolean;
  /** Reservations that have not ended. */
  openReservations(): number;
  /** The latest time in the ledger as it was opened, for the clock to start from (L10); 0: none. */
  readonly highWaterMs: number;
  /** @throws SpendfuseError `UNAVAILABLE` while the store cannot be read. */
  readonly queries: Queries;
}

/** What a store tells of its history: all that was durable when it was asked, and nothing else. */
export interface Queries {
  usage(query: CheckedUsageQuery): Promise<UsagePage>;
  entries(query: CheckedEntryQuery): Promise<EntryPage>;
  exportEntries(filter: CheckedEntryFilter): AsyncIterable<ExportBatch>;
}

/** The oldest first. */
export interface ExportBatch {
  /** May be empty. */
  readonly entries: readonly Entry[];
  /** How far it has come, from 0 to 1. */
  readonly share: number;
}
