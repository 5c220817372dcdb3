// What is allowed in budgets and yet hardly meant.
import { type Budget, budgetOf, parseLimit } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { budgetWarnings } from './warnings.ts';

function budgets(count: number, part: (index: number) => Partial<Budget>): readonly Budget[] {
  return Array.from({ length: count }, (_, i) =>
    budgetOf({ id: `b${i}`, limits: [parseLimit('$5/day')], ...part(i) }),
  );
}

test.each([
  ['64 limits that every call touches', budgets(64, () => ({})), 0],
  ['65 of them', budgets(65, () => ({})), 65],
  ['1000 for one team each', budgets(1000, (i) => ({ match: { team: [`t${i}`] } })), 0],
  ['65 for all teams but one', budgets(65, (i) => ({ match: { team: [`!t${i}`] } })), 65],
  ['8 per run, with limits of every ancestor', budgets(8, () => ({ per: ['run'] })), 0],
  ['9 per run', budgets(9, () => ({ per: ['run'] })), 72],
])('%s', (_, given, told) => {
  const expected = told === 0 ? [] : [expect.stringContaining(`could touch ${told} limits`)];
  expect(budgetWarnings(given)).toEqual(expected);
});
