// How a reservation grows while it is open: what an extend may add, and what it holds then.
import type { AskedEntry, Counter } from './counter.ts';
import type { HeldEntry, PlanEntry } from './entry.ts';
import type { Held } from './held.ts';
import type { EntryRefusal, RefusalKind } from './ledger.ts';
import type { GrownAmounts } from './record.ts';

/** The entries that have no room for what they are to grow by. */
export function growthRefusals<Meta>(
  held: Held<Meta>,
  wanted: readonly PlanEntry[],
): readonly EntryRefusal[] {
  const refusals: EntryRefusal[] = [];
  for (let index = 0; index < wanted.length; index++) {
    const { bucket, amount } = held.entries[index] as HeldEntry;
    const entry = wanted[index] as PlanEntry;
    const more = entry.amount - amount;
    const counter = held.counters[index];
    // A bucket that has left the window limits nothing any more.
    if (more <= 0 || entry.shadow || !counter || bucket < entry.oldestBucket) continue;
    const { ceiling, oldestBucket } = entry;
    const refusal = refusalOf({ amount: more, ceiling, oldestBucket }, counter, index);
    if (refusal) refusals.push(refusal);
  }
  return refusals;
}

/** What a reservation holds once it has grown; undefined: nothing grows. */
export function grownAmounts<Meta>(
  held: Held<Meta>,
  wanted: readonly PlanEntry[],
): GrownAmounts | undefined {
  let grows = false;
  const amounts: number[] = [];
  const expireAmounts: number[] = [];
  for (let i = 0; i < held.entries.length; i++) {
    const { amount, expireAmount } = held.entries[i] as HeldEntry;
    const entry = wanted[i];
    const isMore = entry !== undefined && entry.amount > amount;
    grows ||= isMore;
    amounts.push(isMore ? entry.amount : amount);
    expireAmounts.push(isMore ? entry.expireAmount : expireAmount);
  }
  return grows ? { amounts, expireAmounts } : undefined;
}

/** Takes what is new from the counters. */
export function grow<Meta>(held: Held<Meta>, grown: GrownAmounts): void {
  for (let i = 0; i < held.counters.length; i++) {
    const entry = held.entries[i] as HeldEntry;
    held.counters[i]?.add(entry, (grown.amounts[i] ?? entry.amount) - entry.amount, 0);
  }
  held.entries = grownEntries(held.entries, grown);
}

export function grownEntries(
  entries: readonly HeldEntry[],
  grown: GrownAmounts,
): readonly HeldEntry[] {
  return entries.map(({ counter, bucket, amount, expireAmount }, i) => ({
    counter,
    bucket,
    amount: grown.amounts[i] ?? amount,
    expireAmount: grown.expireAmounts[i] ?? expireAmount,
  }));
}

/** Why an entry does not fit; undefined: it does. No counter: nothing is counted yet. */
export function refusalOf(
  entry: AskedEntry,
  counter: Counter | undefined,
  index: number,
): EntryRefusal | undefined {
  const kind: RefusalKind | undefined = counter
    ? counter.refusal(entry)
    : entry.amount > entry.ceiling
      ? 'TOO_LARGE'
      : undefined;
  if (!kind) return undefined;
  const { committed, reserved } = counter?.sums(entry.oldestBucket) ?? NOTHING;
  const leavingBucket = kind === 'EXHAUSTED' ? counter?.leavingBucket(entry) : undefined;
  return { index, kind, committed, reserved, leavingBucket };
}

const NOTHING = { committed: 0, reserved: 0 };
