// A budget from limits alone.
import { BUDGET_DEFAULTS, DEFAULT_LADDER } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { limitBudget } from './limit-budget.ts';

const DAY = { kind: 'calendar', period: 'day', zone: 'UTC' };

test('all calls count for it', () => {
  expect(limitBudget('$5/day')).toEqual({
    ...BUDGET_DEFAULTS,
    id: 'limit',
    limits: [{ unit: 'cost', amount: 5_000_000_000, window: DAY }],
    onShortage: DEFAULT_LADDER,
  });
});

test('several limits are one budget', () => {
  const budget = limitBudget(['$5/day', '10 requests/day'], 'run');
  expect(budget.id).toBe('run');
  expect(budget.limits.map(({ unit }) => unit)).toEqual(['cost', 'requests']);
});

test.each([
  [['5 dollars'], /^limit: "5 dollars": unknown unit "dollars"/],
  [['$5/day', '$6/day'], /^limit: "\$6\/day": there is a limit of this unit and window already/],
])('%j is refused', (limits, message) => {
  expect(() => limitBudget(limits)).toThrowError(message);
});
