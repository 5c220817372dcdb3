// What the verbs of the authority work with.
import type { Admission, Clock, Ledger } from '@spendfuse/core';
import type { OutputHabits } from './adaptive.ts';
import type { EntryMeta } from './entry.ts';
import type { PriceCatalogue } from './prices/price.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface VerbContext {
  /** Of the budgets in force: another object after each change, which waiting calls see as well. */
  readonly admission: Admission;
  readonly catalogue: PriceCatalogue;
  readonly ledger: Ledger<EntryMeta>;
  readonly clock: Clock;
  readonly line: WaitingLine;
  /** How much output calls usually have. */
  readonly habits: OutputHabits;
}
