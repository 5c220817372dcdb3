// The contract suite of the Ledger port: what holds for every store, as scenarios.
import { describe, onTestFinished } from 'vitest';
import { administering } from './ledger-contract/admin.ts';
import { history, room } from './ledger-contract/history.ts';
import type { Open } from './ledger-contract/scenario.ts';
import { expiring, identity, windows } from './ledger-contract/time.ts';
import {
  ceilings,
  growing,
  reserving,
  settling,
  tombstones,
  verbsAndStates,
} from './ledger-contract/verbs.ts';

/** Runs the suite over a store. `open` gives an empty ledger whose wall clock stands at `NOON_MS`. */
export function ledgerContract(name: string, open: Open): void {
  const opened: Open = async () => {
    const ledger = await open();
    onTestFinished(() => ledger.close());
    return ledger;
  };
  describe(`${name}: ledger contract`, () => {
    // Tables share a ledger, which they open and close themselves.
    ceilings(open);
    verbsAndStates(open);
    for (const scenarios of [reserving, settling, growing, tombstones]) scenarios(opened);
    administering(opened);
    for (const scenarios of [identity, expiring, windows, history, room]) scenarios(opened);
  });
}
