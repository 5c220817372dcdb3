// What an authority in this process offers beyond the verbs: its history, its events, its life.
import type { Budget, BudgetAuthority } from '@spendfuse/core';
import type { BudgetAdmin } from './admin.ts';
import type { AlertSource } from './alerts/source.ts';
import type { BalancePage, BalancePageQuery } from './balance-page.ts';
import type { Entry } from './entry.ts';
import type { EntryFilter, EntryPage, EntryQuery } from './entry-query.ts';
import type { AuthorityEvent } from './event.ts';
import type { PriceCatalogue } from './prices/price.ts';
import type { Submission, SubmitListener } from './submit.ts';
import type { UsagePage, UsageQuery } from './usage-query.ts';

/** What a budgets file says, read again. */
export interface Reconfiguration {
  readonly budgets: readonly Budget[];
  readonly catalogue: PriceCatalogue;
}

export interface LocalAuthority extends BudgetAuthority {
  /** Balances, the fullest first. @throws SpendfuseError as `entries` does. */
  balancePage(query: BalancePageQuery): Promise<BalancePage>;
  /** The history, the newest first. @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
  entries(query: EntryQuery): Promise<EntryPage>;
  /** What was used, also where no limit is. @throws SpendfuseError as `entries` does. */
  usage(query: UsageQuery): Promise<UsagePage>;
  /** The whole history, the oldest first, in batches. @throws SpendfuseError as `entries` does. */
  exportEntries(filter: EntryFilter): AsyncIterable<readonly Entry[]>;
  /** The listener is called synchronously and must not throw. */
  onEvent(listener: (event: AuthorityEvent) => void): void;
  /**
   * Many at once, each as if it were called alone and in this order, for less: the answers of all that
   * can be decided now wait for the disk as one. The array stays as it is until each has been told.
   */
  submit<S extends Submission>(batch: readonly S[], to: SubmitListener<S>): void;
  /** Called with the keys of counters in which a call has ended; none: anything may have changed. */
  onChanged(listener: (counterKeys: readonly string[]) => void): void;
  /** Budgets, top-ups and overrides, resets, explanations. */
  readonly admin: BudgetAdmin;
  /** Of the prices in force. */
  catalogueVersion(): string;
  /**
   * Another budgets file is in force from now on, all of it at once; counters stay (L9).
   * @throws SpendfuseError `CONFIG` where two limits would be one counter; nothing has changed then.
   */
  configure(changed: Reconfiguration): void;
  /** What an alert watcher works with. */
  readonly alerts: AlertSource;
  /**
   * Does at once what is done every second: ends reservations whose time is up, forgets what is over,
   * lets those who wait look again.
   */
  keepHouse(): Promise<void>;
  /** False while the store cannot be written. */
  ready(): boolean;
  /** Reservations that have not ended. */
  openReservations(): number;
  /** Answers what is waiting, makes all durable, lets go of the store. */
  close(): Promise<void>;
}
