// What the administration refuses: everything with a field, and nothing has changed then (L11).
import { type BudgetFields, budgetOf, mintId, parseLimit } from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AllowanceRequest } from './admin.ts';
import { createAuthority } from './authority.ts';
import { budgetEtag } from './budget-etag.ts';
import type { LocalAuthority } from './local.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00Z');
const catalogue = { version: 'none', priceOf: () => undefined, maxOutputTokensOf: () => 0 };
const by = 'alice';

let authority: LocalAuthority;

beforeEach(() => {
  const budgets = [
    budgetOf({ id: 'b', per: ['user'], limits: [parseLimit('$5/day'), parseLimit('$20')] }),
    budgetOf({
      id: 'big',
      limits: [{ ...parseLimit('$1'), amount: Number.MAX_SAFE_INTEGER - 10 }],
    }),
  ];
  const clock = createFakeClock(NOW_MS);
  authority = createAuthority({ budgets, catalogue, store: openMemoryLedger(), clock });
  changes = 0;
  authority.onChanged(() => {
    changes += 1;
  });
});
afterEach(() => authority.close());

let changes = 0;

describe('a budget is refused', () => {
  const limits = [parseLimit('$5/day')];
  const BUDGETS: Readonly<Record<string, readonly [unknown, string]>> = {
    'without an id': [{ limits }, 'id'],
    'of an ill-formed id': [{ id: 'B', limits }, 'id'],
    'without limits': [{ id: 'x', limits: [] }, 'limits'],
    'that lacks its limits': [{ id: 'x' }, 'budget'],
    'with an amount that is none': [
      { id: 'x', limits: [{ ...limits[0], amount: NaN }] },
      'limits.0',
    ],
    'with a negative amount': [{ id: 'x', limits: [{ ...limits[0], amount: -1 }] }, 'limits.0'],
    'with a broken amount': [{ id: 'x', limits: [{ ...limits[0], amount: 0.5 }] }, 'limits.0'],
    'with an amount no counter can hold': [
      { id: 'x', limits: [{ ...limits[0], amount: 2 ** 53 }] },
      'limits.0',
    ],
    'of an unknown unit': [{ id: 'x', limits: [{ ...limits[0], unit: 'apples' }] }, 'limits.0'],
    'of an unknown window': [
      { id: 'x', limits: [{ ...limits[0], window: { kind: 'moon' } }] },
      'limits.0',
    ],
    'with a limit twice': [{ id: 'x', limits: [...limits, ...limits] }, 'limits.1'],
    'of an unknown mode': [{ id: 'x', limits, mode: 'off' }, 'mode'],
    'with scopes without end': [{ id: 'x', limits, maxScopes: Infinity }, 'maxScopes'],
    'of two zones': [
      {
        id: 'x',
        limits: [parseLimit('$5/day'), parseLimit('$9/week', { zone: 'Europe/Berlin' })],
      },
      'budget',
    ],
  };

  test.each(Object.entries(BUDGETS))('%s', async (_, [budget, field]) => {
    const set = authority.admin.setBudget({ budget: budget as BudgetFields, by });
    await expect(set).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
    expect(authority.admin.budgets()).toHaveLength(2);
    expect(changes).toBe(0);
  });
});

test('a top-up that is sent again with its id is added once', async () => {
  const { admin } = authority;
  const id = mintId({ nowMs: NOW_MS, random: new Uint8Array(10) });
  const topUp = { id, budget: 'b', unit: 'cost', amount: 1e9, by } as const;
  const added = await admin.allow(topUp);
  expect(await admin.allow(topUp)).toEqual(added);
  expect(admin.allowances('b')).toHaveLength(1);
  await expect(admin.allow({ ...topUp, amount: 2e9 })).rejects.toMatchObject({ code: 'ID_REUSED' });
  await expect(admin.allow({ ...topUp, id: '7' })).rejects.toMatchObject({ field: 'id' });
  expect(admin.allowances('b')).toHaveLength(1);
});

describe('a top-up or override is refused', () => {
  const hour = 3_600_000;
  const REQUESTS: Readonly<Record<string, readonly [Partial<AllowanceRequest>, string]>> = {
    'of an unknown budget': [{ budget: 'c' }, 'budget'],
    'of nothing': [{ amount: 0 }, 'amount'],
    'of a part of a nano-dollar': [{ amount: 0.5 }, 'amount'],
    'of more than there is': [{ amount: Infinity }, 'amount'],
    'that takes away for good': [{ amount: -5 }, 'amount'],
    'that no counter could hold': [{ budget: 'big', amount: 11 }, 'amount'],
    'of a unit without a limit': [{ unit: 'tokens' }, 'unit'],
    'of a window without a limit': [{ window: 'week' }, 'window'],
    'of a label that is not counted by': [{ scope: { team: 'x' } }, 'scope.team'],
    'of no value': [{ scope: { user: '' } }, 'scope.user'],
    'until a time that has passed': [{ untilMs: NOW_MS }, 'untilMs'],
    'from a time after its end': [{ fromMs: NOW_MS + 2 * hour, untilMs: NOW_MS + hour }, 'fromMs'],
  };

  test.each(Object.entries(REQUESTS))('%s', async (_, [part, field]) => {
    const allow = authority.admin.allow({ budget: 'b', unit: 'cost', amount: 5, by, ...part });
    await expect(allow).rejects.toMatchObject({ field });
    expect(authority.admin.allowances()).toEqual([]);
    expect(changes).toBe(0);
  });

  test('the edges are not', async () => {
    const untilMs = NOW_MS + 1;
    await authority.admin.allow({ budget: 'big', unit: 'cost', amount: 10, by });
    await authority.admin.allow({
      budget: 'b',
      unit: 'cost',
      window: 'day',
      amount: -5,
      untilMs,
      by,
    });
    expect(authority.admin.allowances()).toHaveLength(2);
    expect(authority.admin.allowances('b')).toMatchObject([{ amount: -5, untilMs, by }]);
  });
});

test('of edits of the same budget that was read, one is made and the others are told', async () => {
  const { admin } = authority;
  const edit = (limit: string, etag: string) =>
    admin.setBudget({ budget: { id: 'c', limits: [parseLimit(limit)] }, by, etag });
  await expect(edit('$1/day', '*')).rejects.toThrow(/budget "c" is not there any more/);
  const made = await admin.setBudget({ budget: { id: 'c', limits: [parseLimit('$1/day')] }, by });
  const etag = budgetEtag(made);
  const edits = await Promise.allSettled(['$2/day', '$3/day'].map((limit) => edit(limit, etag)));
  expect(edits).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'CHANGED', field: 'etag' } },
  ]);
  await expect(admin.deleteBudget({ id: 'c', by, etag })).rejects.toThrow(/was changed since/);
  expect(admin.budgets().at(-1)).toMatchObject({ budget: { limits: [{ amount: 2e9 }] } });
  await admin.deleteBudget({ id: 'c', by, etag: '*' });
  expect(admin.budgets()).toHaveLength(2);
});

test('what is not there cannot be deleted, withdrawn or reset', async () => {
  const { admin } = authority;
  const notFound = expect.objectContaining({ code: 'NOT_FOUND' });
  await expect(admin.deleteBudget({ id: 'b', by })).rejects.toEqual(notFound);
  await expect(admin.deleteBudget({ id: 'b', by })).rejects.toThrow(/in the budgets file/);
  await expect(admin.deleteBudget({ id: 'c', by })).rejects.toEqual(notFound);
  await expect(admin.withdraw({ id: 'x', by })).rejects.toEqual(notFound);
  await expect(admin.reset({ budget: 'c', by })).rejects.toEqual(notFound);
  await expect(admin.reset({ budget: 'b', scope: { team: 'x' }, by })).rejects.toMatchObject({
    field: 'scope.team',
  });
});

test('the history says what was done, and who did it', async () => {
  const { admin } = authority;
  await admin.setBudget({ budget: { id: 'c', limits: [parseLimit('$5/day')] }, by });
  await admin.setBudget({ budget: { id: 'c', limits: [parseLimit('$6/day')] }, by: 'bob' });
  const { id } = await admin.allow({ budget: 'c', unit: 'cost', amount: 5e9, by });
  await admin.withdraw({ id, by });
  await admin.reset({ budget: 'c', by });
  await admin.deleteBudget({ id: 'c', by });
  const { entries } = await authority.entries({});
  expect(entries.map((entry) => `${entry.by}: ${entry.act}`).toReversed()).toEqual([
    'alice: made budget c',
    'bob: changed budget c',
    'alice: top-up of c by $5.00',
    'alice: withdrew $5.00 from c',
    'alice: reset c',
    'alice: deleted budget c',
  ]);
});
