// Pages of balances: the fullest first, each once, bounded however many scopes there are.
import { budgetOf, type Labels, parseLimit, prepare, SpendfuseError } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { balancePageOf, type BalancePageQuery } from './balance-page.ts';

const budgets = [
  budgetOf({
    id: 'per-user',
    per: ['user'],
    limits: [parseLimit('$0.0000001/day'), parseLimit('50 requests/month')],
  }),
  budgetOf({ id: 'all', limits: [parseLimit('1000 requests/month')] }),
];

/** User n has spent n nano-USD in n requests; counters that the budget has no more are among them. */
function ledgerOf(users: number) {
  const { prepared } = prepare(budgets);
  const used = new Map<string, number>();
  const refs = Array.from({ length: users }, (_, n) => n).flatMap((n) => {
    const counters = prepared[0]?.scopeOf({ user: `u${n}` }).counters ?? [];
    for (const { ref } of counters) used.set(ref.key, n);
    return counters.map(({ ref }) => ref);
  });
  const old = {
    budget: 'per-user',
    unit: 'tokens',
    scope: { user: 'u1' },
    key: 'per-user|tokens|day:UTC|user=u1',
  };
  return {
    prepared,
    ledger: {
      counters: (budget: string) => (budget === 'per-user' ? [old, ...refs] : []),
      read: ({ counter }: { counter: { key: string } }) => ({
        committed: used.get(counter.key) ?? 0,
        reserved: 0,
      }),
    },
  };
}

function pageOf(users: number, query: BalancePageQuery) {
  const { prepared, ledger } = ledgerOf(users);
  return balancePageOf({ budgets: prepared, ledger, query, now: () => Date.UTC(2026, 0, 1) });
}

test('the fullest come first, whatever their unit', async () => {
  const { balances } = await pageOf(4, { limit: 4 });
  expect(balances.map(({ scope, unit }) => `${scope['user']} ${unit}`)).toEqual([
    'u3 requests',
    'u2 requests',
    'u3 cost',
    'u2 cost',
  ]);
});

test('pages hold each balance once, the last has no cursor', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await pageOf(40, { limit: 7, cursor });
    expect(page.balances.length).toBeLessThanOrEqual(7);
    seen.push(...page.balances.map((each) => JSON.stringify([each.budget, each.scope, each.unit])));
    cursor = page.next;
    pages += 1;
  } while (cursor !== undefined);
  expect(pages).toBe(12);
  expect(seen).toHaveLength(81);
  expect(new Set(seen).size).toBe(81);
});

test('filters by budget and by scope', async () => {
  expect((await pageOf(3, { budget: 'all' })).balances).toMatchObject([{ budget: 'all' }]);
  const { balances } = await pageOf(3, { scope: { user: 'u2' } });
  expect(balances).toMatchObject([
    { scope: { user: 'u2' }, unit: 'requests' },
    { scope: { user: 'u2' }, unit: 'cost' },
  ]);
});

test('nothing allowed and something used is the fullest of all', async () => {
  const none = budgetOf({ id: 'none', limits: [parseLimit('0 requests')] });
  const { prepared } = prepare([...budgets.slice(1), none]);
  const ledger = { counters: () => [], read: () => ({ committed: 1, reserved: 0 }) };
  const page = await balancePageOf({ budgets: prepared, ledger, query: {}, now: Date.now });
  expect(page.balances.map(({ budget }) => budget)).toEqual(['none', 'all']);
});

test('other work gets its turn in between', async () => {
  let turns = 0;
  let running = true;
  setImmediate(function count() {
    turns += 1;
    if (running) setImmediate(count);
  });
  await pageOf(5000, { limit: 1 });
  running = false;
  expect(turns).toBeGreaterThan(10);
});

test('a page of a million scopes holds no more than it was asked for', async () => {
  const { prepared } = prepare(budgets.slice(0, 1));
  let looked = 0;
  const ledger = {
    *counters() {
      for (let n = 0; n < 1_000_000; n++) {
        looked += 1;
        const scope = { user: String(n) };
        yield {
          budget: 'per-user',
          unit: 'requests',
          scope,
          key: `per-user|requests|month:UTC|user=${n}`,
        };
      }
    },
    read: ({ counter }: { counter: { scope: Labels } }) => ({
      committed: counter.scope['user'] === '777777' ? 50 : 1,
      reserved: 0,
    }),
  };
  const query = { limit: 10 };
  const page = await balancePageOf({ budgets: prepared, ledger, query, now: () => 0 });
  expect(looked).toBe(1_000_000);
  expect(page.balances).toHaveLength(10);
  expect(page.balances[0]?.scope).toEqual({ user: '777777' });
  expect(page.next).toMatch(/^[\w-]{10,}$/u);
});

test.each([
  [{ limit: 0 }, 'limit'],
  [{ limit: 1001 }, 'limit'],
  [{ limit: 1.5 }, 'limit'],
  [{ cursor: 'x' }, 'cursor'],
  [{ cursor: Buffer.from('[1]').toString('base64url') }, 'cursor'],
])('%j is refused', async (query, field) => {
  const error: unknown = await pageOf(1, query).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SpendfuseError);
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field });
});
