// What a cell is charged, against what the provider has on its bill and what was held.
import type { EntryJson } from '../../support/sidecar.ts';
import type { Attempt } from './column.ts';

export interface Charges {
  readonly attempts: readonly Attempt[];
  readonly reserves: readonly EntryJson[];
  readonly commits: readonly EntryJson[];
}

/** What has to hold, in words. Attempts and entries of a cell are summed, for some are tried again. */
export function chargesOf({ attempts, reserves, commits }: Charges): Record<string, boolean> {
  const made = {
    input: sumOf(attempts, ({ inputTokens }) => inputTokens),
    output: sumOf(attempts, ({ outputTokens }) => outputTokens),
    nanoUsd: sumOf(attempts, ({ billedNanoUsd }) => billedNanoUsd),
  };
  const charged = {
    input: sumOf(commits, ({ usage }) => usage?.inputTokens),
    output: sumOf(commits, ({ usage }) => usage?.outputTokens),
    nanoUsd: sumOf(commits, ({ costNanoUsd }) => costNanoUsd),
  };
  const isPriced = attempts.every(({ billedNanoUsd }) => billedNanoUsd !== undefined);
  const held = sumOf(reserves, ({ heldNanoUsd }) => heldNanoUsd);
  if (commits.every(({ usageSource }) => usageSource === 'provider')) {
    return {
      'the charge is the bill':
        charged.input === made.input &&
        charged.output === made.output &&
        (!isPriced || charged.nanoUsd === made.nanoUsd),
    };
  }
  return {
    'the charge is not below the bill':
      charged.input >= made.input &&
      charged.output >= made.output &&
      charged.nanoUsd >= made.nanoUsd,
    'the charge is not above what was held': charged.nanoUsd <= held,
  };
}

function sumOf<T>(
  items: readonly T[],
  of: (item: T) => number | bigint | string | null | undefined,
): bigint {
  return items.reduce((sum, item) => sum + BigInt(of(item) ?? 0), 0n);
}
