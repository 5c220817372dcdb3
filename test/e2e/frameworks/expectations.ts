// What has to hold of a scenario that was granted or refused, whatever the framework.
import { expect } from 'vitest';
import type { Cell } from './play.ts';

/** Every request is charged as the provider bills it, to the token and the nano-dollar. */
export function expectCharged(cell: Cell, calls: number): void {
  expect(cell.calls).toHaveLength(calls);
  expect(chargeOf(cell)).toEqual(billOf(cell));
  expect(cell.commits.every(({ usageSource }) => usageSource === 'provider')).toBe(true);
}

/** One reservation, whose charge is an estimate that covers the bill. */
export function expectEstimated({ calls, commits }: Cell): void {
  expect(calls).toHaveLength(1);
  expect(commits).toMatchObject([{ usageSource: 'estimated' }]);
  expect(BigInt(commits[0]?.costNanoUsd ?? 0)).toBeGreaterThanOrEqual(calls[0]!.billedNanoUsd);
}

/** The ledger was asked so often, and nothing was sent. */
export function expectDenied(cell: Cell, { questions = 1 } = {}): void {
  expect(cell.denials).toBe(questions);
  expect(cell.calls).toEqual([]);
  expect(cell.commits).toEqual([]);
}

/** Our error itself, as a program describes it. */
export function ours(reason: string): unknown {
  return expect.objectContaining({ name: 'BudgetExceededError', isOurs: true, reason });
}

/** A call in one line: tokens in, tokens out, nano-USD. */
function billOf({ calls }: Cell): readonly string[] {
  return calls
    .map(({ inputTokens, outputTokens, billedNanoUsd }) =>
      [inputTokens, outputTokens, billedNanoUsd].join(' '),
    )
    .toSorted();
}

/** What was charged, in the same form. */
function chargeOf({ commits }: Cell): readonly string[] {
  return commits
    .map(({ usage, costNanoUsd }) =>
      [usage?.inputTokens, usage?.outputTokens, costNanoUsd].join(' '),
    )
    .toSorted();
}
