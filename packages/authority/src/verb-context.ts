// What the verbs of the authority work with.
import type { Admission, Clock, Ledger } from '@spendfuse/core';
import type { EntryMeta } from './entry.ts';
import type { PriceCatalogue } from './prices/price.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface VerbContext {
  readonly admission: Admission;
  readonly catalogue: PriceCatalogue;
  readonly ledger: Ledger<EntryMeta>;
  readonly clock: Clock;
  readonly line: WaitingLine;
}
