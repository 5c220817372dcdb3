// What a sidecar's ledger holds of calls that have ended.
import { allEntries, balances, type EntryJson, settled, type TestSidecar } from './sidecar.ts';

/** Every commit with these labels, newest first, once nothing is reserved any more. */
export async function commits(
  sidecar: TestSidecar,
  labels: Readonly<Record<string, string>> = {},
): Promise<readonly EntryJson[]> {
  await settled(sidecar);
  return allEntries(sidecar, 'commit', labels);
}

export async function commitCount(sidecar: TestSidecar): Promise<number> {
  return (await commits(sidecar)).length;
}

/** Tokens of output of the newest commits, oldest first. */
export async function chargedTokens(
  sidecar: TestSidecar,
  count: number,
): Promise<readonly (number | undefined)[]> {
  const newest = (await commits(sidecar)).slice(0, count);
  return newest.map(({ usage }) => usage?.outputTokens).toReversed();
}

export interface Billed {
  readonly sidecar: TestSidecar;
  readonly provider: { billedNanoUsd(): bigint };
}

export interface Bill {
  /** That were committed. */
  readonly calls: number;
  /** What the ledger says that they cost. */
  readonly chargedNanoUsd: bigint;
  /** What the provider says. */
  readonly billedNanoUsd: bigint;
}

/** What comes to the ledger and to the provider's bill while this runs. */
export async function billOf(
  { sidecar, provider }: Billed,
  run: () => Promise<void>,
): Promise<Bill> {
  const known = await commitCount(sidecar);
  const billed = provider.billedNanoUsd();
  await run();
  const all = await commits(sidecar);
  const fresh = all.slice(0, all.length - known);
  return {
    calls: fresh.length,
    chargedNanoUsd: fresh.reduce((sum, { costNanoUsd }) => sum + BigInt(costNanoUsd ?? 0), 0n),
    billedNanoUsd: provider.billedNanoUsd() - billed,
  };
}

/** Of each commit with these labels: model, nano-USD, where that is known from; oldest first. */
export async function toldCommits(
  sidecar: TestSidecar,
  labels: Readonly<Record<string, string>>,
): Promise<readonly (readonly unknown[])[]> {
  return (await commits(sidecar, labels))
    .map(({ model, costNanoUsd, usageSource }) => [model, Number(costNanoUsd), usageSource])
    .toReversed();
}

/** What was committed to a budget in all its scopes, by unit. */
export async function committedOf(
  sidecar: TestSidecar,
  budget: string,
): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {};
  for (const { budget: id, unit, committed } of await balances(sidecar))
    if (id === budget) sums[unit] = (sums[unit] ?? 0) + Number(committed);
  return sums;
}
