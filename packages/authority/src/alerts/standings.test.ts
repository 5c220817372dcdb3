// Standings: which limit a counter's key belongs to, and the amount that is in force for it.
import {
  type Allowance,
  type Budget,
  budgetOf,
  Engine,
  parseLimit,
  prepare,
} from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { createStandings } from './standings.ts';

const NOON_MS = Date.UTC(2026, 9, 18, 12);
const CALL = { labels: {}, provider: 'openai', model: 'gpt-4o', operation: 'chat' };

const DAILY = budgetOf({ id: 'daily', per: ['user'], limits: [parseLimit('10 requests/day')] });
const KEY = 'daily|requests|day:UTC|user=u1';

function standing(
  budgets: readonly Budget[],
  { key = KEY, allowances = [] as readonly Allowance[], nowMs = NOON_MS } = {},
) {
  return createStandings(prepare(budgets, { allowances }), new Engine())(key, nowMs);
}

test('a counter has the limit of its budget, unit and window', () => {
  const limits = [parseLimit('10 requests/day'), parseLimit('20 requests/month')];
  const budget = budgetOf({ id: 'daily', per: ['user'], limits });
  const key = 'daily|requests|month:UTC|user=a%2Cb';
  expect(standing([budget], { key })).toMatchObject({
    budget,
    scopeKey: 'user=a%2Cb',
    unit: 'requests',
    period: Date.UTC(2026, 9, 1),
    resetAtMs: Date.UTC(2026, 10, 1),
    limit: 20,
    committed: 0,
  });
});

test.each([
  ['of a budget that is gone', 'gone|requests|day:UTC|user=u1'],
  ['of a limit that is gone', 'daily|cost|day:UTC|user=u1'],
  ['of another window', 'daily|requests|month:UTC|user=u1'],
  ['of nothing at all', 'daily'],
])('a counter %s has none', (_, key) => {
  expect(standing([DAILY], { key })).toBeUndefined();
});

test('rolling windows have no periods, whatever the time', () => {
  const budget = budgetOf({ id: 'daily', limits: [parseLimit('10 requests/minute')] });
  const key = 'daily|requests|rolling:60000|';
  expect(standing([budget], { key })).toMatchObject({ period: 0, resetAtMs: undefined });
});

describe('the amount in force', () => {
  const override: Allowance = {
    budget: 'daily',
    unit: 'requests',
    scope: { user: 'u1' },
    amount: 5,
    untilMs: NOON_MS,
  };

  test.each([
    ['an override is in force', NOON_MS - 1, KEY, 15],
    ['it has ended', NOON_MS, KEY, 10],
    ['it is of another scope', NOON_MS - 1, KEY.replace('u1', 'u2'), 10],
  ])('where %s', (_, nowMs, key, limit) => {
    expect(standing([DAILY], { allowances: [override], nowMs, key })?.limit).toBe(limit);
  });

  test('by plan is not known before a call has told the plan', () => {
    const [limit] = DAILY.limits;
    const amount = { by: 'plan', values: { pro: 50 }, default: 0 };
    const budget: Budget = { ...DAILY, limits: limit ? [{ ...limit, amount }] : [] };
    const admission = prepare([budget]);
    const of = createStandings(admission, new Engine());
    expect(of(KEY, NOON_MS)).toMatchObject({ limit: undefined });
    const call = { ...CALL, labels: { user: 'u1', plan: 'pro' } };
    const counter = admission.matching(call)[0]?.scopes(call)[0]?.counters[0];
    if (counter) counter.latestAmount = 50;
    expect(of(KEY, NOON_MS)).toMatchObject({ limit: 50 });
  });
});
