// The plan of a settlement: what stays of each entry when a reservation ends.
import type { HeldEntry } from './entry.ts';
import { unitRule } from './limits/registry.ts';
import type { Actual, WorstCase } from './limits/unit.ts';

/** What a commit leaves, one amount for each entry. */
export function settleAmounts(entries: readonly HeldEntry[], actual: Actual): readonly number[] {
  const amounts = Array<number>(entries.length);
  for (let i = 0; i < entries.length; i++) {
    const { counter, amount } = entries[i] as HeldEntry;
    amounts[i] = unitRule(counter.unit).settle(actual, amount);
  }
  return amounts;
}

/** What a release leaves, one amount for each entry. */
export function releaseAmounts(entries: readonly HeldEntry[], sent: boolean): readonly number[] {
  return entries.map(({ counter }) => unitRule(counter.unit).afterRelease(sent));
}

/** Whether each entry holds what this case would take of it. */
export function covers(entries: readonly HeldEntry[], worst: WorstCase): boolean {
  return entries.every(
    ({ counter, amount }) => (unitRule(counter.unit).hold(worst) ?? 0) <= amount,
  );
}
