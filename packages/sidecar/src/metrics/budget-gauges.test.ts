// Budget gauges stay bounded, whatever the number of scopes.
import type { Balance } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { budgetPoints } from './budget-gauges.ts';

function balance(user: string, committed: number): Balance {
  return {
    budget: 'per-user',
    scope: { user },
    unit: 'cost',
    window: 'day',
    limit: 1_000_000_000,
    committed,
    reserved: 0,
    remaining: 1_000_000_000 - committed,
    mode: 'enforce',
  };
}

test('cost is shown in USD, the scope as text', () => {
  expect(budgetPoints([balance('u1', 250_000_000)])).toEqual([
    {
      limit: 1,
      committed: 0.25,
      reserved: 0,
      remaining: 0.75,
      attributes: { budget: 'per-user', unit: 'cost', window: 'day', scope: 'user=u1' },
    },
  ]);
});

test('the scopes in most use keep their names, the others are added up', () => {
  const balances = [balance('a', 1e8), balance('b', 3e8), balance('c', 2e8), balance('d', 0)];
  const points = budgetPoints(balances, 2);
  expect(points.map(({ attributes }) => attributes['scope'])).toEqual([
    'user=b',
    'user=c',
    '(other)',
  ]);
  expect(points[2]).toMatchObject({ limit: 2, committed: 0.1 });
});
