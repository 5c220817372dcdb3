// The line at the end of a run.
import type { Balance } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { budgetText, summaryText } from './summary.ts';
import type { Totals } from './wire.ts';

const daily: Balance = {
  budget: 'limit',
  scope: {},
  unit: 'cost',
  window: 'day',
  limit: 5_000_000_000,
  committed: 4_012_300_000,
  reserved: 0,
  remaining: 987_700_000,
  mode: 'enforce',
};
const hourly: Balance = {
  ...daily,
  unit: 'tokens',
  window: 'rolling 3600s',
  limit: 100_000,
  committed: 1000,
  remaining: 99_000,
};
const totals: Totals = {
  calls: 14,
  inputTokens: 12_345,
  outputTokens: 2345,
  costNanoUsd: 12_300_000,
  refused: 1,
  unpriced: 0,
  balances: [hourly, daily],
};

test('names what the run spent, the tightest limit, and what was refused', () => {
  expect(summaryText(totals)).toBe(
    '14 calls, 12,345 in / 2,345 out tokens, $0.0123 spent ($4.0123 of $5.00/day), 1 refused',
  );
});

test('says when a price is missing, and leaves out what there is none of', () => {
  expect(summaryText({ ...totals, calls: 1, refused: 0, unpriced: 1, balances: [] })).toBe(
    '1 call, 12,345 in / 2,345 out tokens, $0.0123 spent, 1 without a price',
  );
});

test('of calls in flight, none of which is left, nothing is said', () => {
  const amounts = { limit: 3, committed: 0, remaining: 3 };
  const concurrent: Balance = { ...daily, ...amounts, unit: 'concurrency', window: 'lifetime' };
  expect(budgetText([concurrent])).toBeUndefined();
  expect(budgetText([concurrent, hourly])).toBe('1,000 of 100,000 tokens/rolling 3600s spent');
});

test('of a shared sidecar only the balance is known', () => {
  expect(budgetText([hourly, daily])).toBe('$4.0123 of $5.00/day spent');
  expect(budgetText([])).toBeUndefined();
});
