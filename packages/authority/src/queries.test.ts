// Usage, entries and exports as callers ask for them: the same scenarios over both stores.
import { type Budget, budgetOf, mintId, parseLimit, type Usage, usageOf } from '@spendfuse/core';
import { createFakeClock, tempFolder, type TempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import type { Entry, EntryMeta } from './entry.ts';
import type { LocalAuthority } from './local.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';
import { openSqliteLedger } from './stores/sqlite/ledger.ts';
import type { Store } from './stores/store.ts';
import type { UsageQuery } from './usage-query.ts';

/** A token costs 1 nano-USD; `unpriced` has no price. */
const catalogue: PriceCatalogue = {
  version: 'test',
  priceOf: ({ model }) =>
    model === 'unpriced'
      ? undefined
      : {
          source: 'catalogue',
          tier: 'standard',
          costOf: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
          worstCostOf: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
        },
  maxOutputTokensOf: () => 100,
};

const NOON_MS = Date.parse('2026-03-28T12:00:00Z');
const DAY_MS = 86_400_000;

let folder: TempFolder;
let store: Store<EntryMeta>;
let authority: LocalAuthority;
let clock: ReturnType<typeof createFakeClock>;

beforeEach(async () => {
  folder = await tempFolder();
  clock = createFakeClock(NOON_MS);
});
afterEach(async () => {
  await authority.close();
  await folder.remove();
});

const STORES = {
  memory: async () => openMemoryLedger<EntryMeta>(),
  sqlite: () =>
    openSqliteLedger<EntryMeta>({
      folder: folder.path,
      durability: 'process',
      nowMs: () => clock.now(),
    }),
};

function budget(id: string, limit: string, part: Partial<Budget> = {}): Budget {
  return budgetOf({ id, limits: [parseLimit(limit)], onShortage: [{ kind: 'deny' }], ...part });
}

function newId(): string {
  return mintId({ nowMs: clock.now(), random: crypto.getRandomValues(new Uint8Array(10)) });
}

interface Spending {
  readonly model?: string;
  readonly labels?: Record<string, string>;
  readonly usage?: Partial<Usage>;
}

async function reserve({ model = 'm', labels = {} }: Spending = {}) {
  const call = { labels, provider: 'openai', model, operation: 'chat' };
  const inputBound = { tokens: 50, exact: true };
  const estimate = { inputBound, maxOutputTokens: 50, choices: 1, clampable: false };
  return authority.reserve({ id: newId(), call, estimate });
}

async function granted(spending: Spending = {}): Promise<string> {
  const decision = await reserve(spending);
  if (decision.kind !== 'granted') throw new Error(decision.kind);
  return decision.id;
}

async function spend(spending: Spending = {}): Promise<string> {
  const id = await granted(spending);
  await commit(id, spending.usage);
  return id;
}

async function commit(id: string, usage: Partial<Usage> = { inputTokens: 10 }): Promise<void> {
  await authority.commit({ id, usage: usageOf(usage), usageSource: 'provider' });
}

async function usage(query: UsageQuery = {}) {
  return (await authority.usage(query)).rows;
}

async function exported(filter: Parameters<LocalAuthority['exportEntries']>[0] = {}) {
  const all: Entry[] = [];
  for await (const entries of authority.exportEntries(filter)) all.push(...entries);
  return all;
}

describe.each(Object.entries(STORES))('%s', (_, openStore) => {
  async function open(...budgets: readonly Budget[]): Promise<void> {
    store = await openStore();
    authority = createAuthority({ budgets, catalogue, store, clock });
  }

  describe('usage', () => {
    test('is there by any label and model, also where no limit is', async () => {
      await open();
      await spend({ labels: { user: 'u1', team: 'a' }, usage: { inputTokens: 30 } });
      await spend({ labels: { user: 'u1' }, usage: { inputTokens: 5, outputTokens: 6 } });
      await spend({ labels: { user: 'u2' }, model: 'big', usage: { outputTokens: 20 } });
      expect(await usage({ groupBy: ['user'] })).toMatchObject([
        { group: { user: 'u1' }, requests: '2', inputTokens: '35', costNanoUsd: '41' },
        { group: { user: 'u2' }, requests: '1', outputTokens: '20', lastSeenMs: NOON_MS },
      ]);
      expect(await usage({ groupBy: ['team', 'model'], orderBy: 'requests' })).toMatchObject([
        { group: { team: '(none)', model: 'big' }, costNanoUsd: '20' },
        { group: { team: '(none)', model: 'm' }, costNanoUsd: '11' },
        { group: { team: 'a', model: 'm' }, costNanoUsd: '30' },
      ]);
      expect(await usage()).toMatchObject([{ group: {}, requests: '3', costNanoUsd: '61' }]);
    });

    test('is filtered by exact values, by * and by what a call has not', async () => {
      await open();
      await spend({ labels: { team: 'search-eu' }, usage: { inputTokens: 1 } });
      await spend({ labels: { team: 'search-us' }, usage: { inputTokens: 2 } });
      await spend({ labels: { team: 'ads' }, usage: { inputTokens: 4 } });
      await spend({ usage: { inputTokens: 8 } });
      const costOf = async (filter: Record<string, string>) =>
        (await usage({ filter }))[0]?.costNanoUsd;
      expect(await costOf({ team: 'ads' })).toBe('4');
      expect(await costOf({ team: 'search-*' })).toBe('3');
      expect(await costOf({ team: '*', model: 'm' })).toBe('7');
      expect(await costOf({ team: '(none)' })).toBe('8');
      expect(await costOf({ team: 'sales' })).toBeUndefined();
    });

    test('is cut into pages that together are the whole, in the order asked for', async () => {
      await open();
      for (let i = 0; i < 7; i++) {
        await spend({ labels: { user: `u${i}` }, usage: { inputTokens: 10 * (i % 3) } });
      }
      const query: UsageQuery = { groupBy: ['user'], orderBy: 'tokens' };
      const all = await usage(query);
      expect(all.map(({ group }) => group['user']).join()).toBe('u2,u5,u1,u4,u0,u3,u6');
      const seen = [];
      let cursor: string | undefined;
      do {
        const page = await authority.usage({ ...query, limit: 3, cursor });
        seen.push(...page.rows);
        cursor = page.next;
      } while (cursor);
      expect(seen).toEqual(all);
    });

    test('counts what was denied, what had no price, and what went over its reservation', async () => {
      await open(budget('b', '220 tokens'));
      await spend({ model: 'unpriced', usage: { inputTokens: 1 } });
      await spend({ usage: { inputTokens: 70, outputTokens: 50 } });
      expect((await reserve()).kind).toBe('denied');
      const counts = { requests: '2', blocked: '1', unpriced: '1', overrunNanoUsd: '20' };
      expect(await usage()).toMatchObject([counts]);
    });

    test('counts denials that were only tallied once they are written down', async () => {
      await open(budget('b', '10 tokens'));
      for (let i = 0; i < 5; i++) await reserve({ labels: { user: 'u1' } });
      clock.advance(1001);
      await reserve({ labels: { user: 'u1' } });
      expect(await usage({ groupBy: ['user'] })).toMatchObject([
        { group: { user: 'u1' }, requests: '0', blocked: '6', lastSeenMs: NOON_MS + 1001 },
      ]);
    });

    test('of an expired call is what expiry charged, until a late commit replaces it', async () => {
      await open(budget('b', '$5/day'));
      const id = await granted();
      clock.advance(180_000);
      await store.expire({ nowMs: clock.now(), max: 10 });
      expect(await usage()).toMatchObject([{ requests: '1', costNanoUsd: '100' }]);
      await commit(id, { inputTokens: 7 });
      expect(await usage()).toMatchObject([{ requests: '1', costNanoUsd: '7', inputTokens: '7' }]);
      const { entries } = await authority.entries({});
      expect(entries.map(({ verb, costNanoUsd, late }) => [verb, costNanoUsd, late])).toEqual([
        ['commit', '7', true],
        ['expire', '100', false],
        ['reserve', null, false],
      ]);
    });

    test('leaves out a call that was never sent', async () => {
      await open();
      await authority.release({ id: await granted() });
      await authority.release({ id: await granted(), sent: true });
      expect(await usage()).toMatchObject([{ requests: '1', costNanoUsd: '0' }]);
    });

    test('is not cleared by a reset, which is an entry with its author', async () => {
      await open(budget('b', '$5/day'));
      await spend({ labels: { user: 'u1' } });
      const meta = { kind: 'admin', act: 'reset', by: 'ops' } as const;
      const scope = undefined;
      await store.reset({ id: newId(), nowMs: clock.now(), budget: 'b', scope, meta });
      const change = { ...meta, act: 'set budget b' };
      const put = { key: 'budget/b', value: { id: 'b' }, meta: change };
      await store.put({ id: newId(), nowMs: clock.now(), ...put });
      expect(await usage()).toMatchObject([{ costNanoUsd: '10' }]);
      const { entries } = await authority.entries({ verb: ['reset', 'configure'] });
      expect(entries).toMatchObject([
        { verb: 'configure', act: 'set budget b', by: 'ops' },
        { verb: 'reset', act: 'reset', by: 'ops', budgets: ['b'] },
      ]);
    });

    test('belongs to the minute of its reserve, and a range is cut at minutes', async () => {
      await open();
      const id = await granted();
      clock.advance(90_000);
      await commit(id);
      const between = (fromMs: number, toMs: number) => usage({ fromMs, toMs });
      expect(await between(NOON_MS, NOON_MS + 60_000)).toMatchObject([{ costNanoUsd: '10' }]);
      expect(await between(NOON_MS + 60_000, NOON_MS + 120_000)).toEqual([]);
      expect(await between(NOON_MS + 59_999, NOON_MS + 60_000)).toHaveLength(1);
    });

    test('by day follows the clocks of the zone: one day has 23 hours', async () => {
      await open();
      // Europe/Berlin changes to summer time on 29 March 2026 at 2:00.
      const times = ['28T23:30:00Z', '29T21:30:00Z', '29T22:30:00Z', '30T21:59:00Z'];
      for (const time of times) {
        clock.set(Date.parse(`2026-03-${time}`));
        await spend();
      }
      const query: UsageQuery = { fromMs: NOON_MS, bucket: 'day', zone: 'Europe/Berlin' };
      const startsOf = (rows: Awaited<ReturnType<typeof usage>>) =>
        rows.map(({ startMs, requests }) => [new Date(startMs ?? 0).toJSON(), requests]);
      expect(startsOf(await usage(query))).toEqual([
        ['2026-03-28T23:00:00.000Z', '2'],
        ['2026-03-29T22:00:00.000Z', '2'],
      ]);
      const hours = await usage({ ...query, bucket: 'hour', toMs: Date.parse('2026-03-30') });
      expect(startsOf(hours)).toEqual([
        ['2026-03-28T23:00:00.000Z', '1'],
        ['2026-03-29T21:00:00.000Z', '1'],
        ['2026-03-29T22:00:00.000Z', '1'],
      ]);
      const months = await usage({ ...query, bucket: 'month' });
      expect(startsOf(months)).toEqual([['2026-02-28T23:00:00.000Z', '4']]);
      const minutes = await usage({ ...query, bucket: 'minute', limit: 2 });
      expect(startsOf(minutes).map(([start]) => start)).toEqual([
        '2026-03-28T23:30:00.000Z',
        '2026-03-29T21:30:00.000Z',
      ]);
    });

    test('adds up exactly beyond 2^53', async () => {
      await open();
      const half = 2 ** 52 + 1;
      for (let i = 0; i < 3; i++) await spend({ usage: { inputTokens: half } });
      const sum = String(3n * BigInt(half));
      expect(await usage()).toMatchObject([{ inputTokens: sum, costNanoUsd: sum }]);
    });
  });

  describe('entries', () => {
    test('are found by verb, id, time, label, model, budget, decision and reason', async () => {
      await open(budget('small', '120 tokens', { match: { team: ['a'] } }));
      const first = await spend({ labels: { team: 'a' } });
      clock.advance(60_000);
      await spend({ labels: { team: 'b' }, model: 'big' });
      await reserve({ labels: { team: 'a' } });
      await reserve({ labels: { team: 'a' } });
      const found = async (query: Parameters<LocalAuthority['entries']>[0]) =>
        (await authority.entries(query)).entries.map(({ verb }) => verb).join(' ');
      expect(await found({})).toBe('deny reserve commit reserve commit reserve');
      expect(await found({ verb: 'deny' })).toBe('deny');
      expect(await found({ verb: ['deny', 'commit'] })).toBe('deny commit commit');
      expect(await found({ id: first })).toBe('commit reserve');
      expect(await found({ fromMs: NOON_MS + 1 })).toBe('deny reserve commit reserve');
      expect(await found({ toMs: NOON_MS + 60_000 })).toBe('commit reserve');
      expect(await found({ filter: { team: 'b' } })).toBe('commit reserve');
      expect(await found({ filter: { team: '*', model: 'big' } })).toBe('commit reserve');
      expect(await found({ filter: { team: 'c' } })).toBe('');
      expect(await found({ budget: 'small' })).toBe('deny reserve commit reserve');
      expect(await found({ budget: 'other' })).toBe('');
      expect(await found({ decision: 'granted' })).toBe('reserve reserve reserve');
      expect(await found({ decision: 'denied' })).toBe('deny');
      expect(await found({ reason: 'IN_FLIGHT' })).toBe('deny');
      expect(await found({ reason: 'UNPRICED' })).toBe('');
      expect(await found({ verb: 'reserve', reason: 'IN_FLIGHT' })).toBe('');
      const { entries } = await authority.entries({ verb: 'commit', filter: { team: 'a' } });
      expect(entries).toMatchObject([{ id: first, labels: { team: 'a' }, model: 'm' }]);
    });

    test('come in pages that stay as they are while new ones come', async () => {
      await open();
      for (let i = 0; i < 5; i++) await spend({ labels: { n: String(i) } });
      const all = (await authority.entries({})).entries;
      const seen: Entry[] = [];
      let cursor: string | undefined;
      do {
        const page = await authority.entries({ limit: 3, cursor });
        seen.push(...page.entries);
        cursor = page.next;
        await spend({ labels: { n: 'new' } });
      } while (cursor);
      expect(seen).toEqual(all);
    });
  });

  test('an export has all entries, the oldest first, or those that are asked for', async () => {
    await open(budget('b', '$5/day'));
    const slow = await granted({ labels: { team: 'a' } });
    clock.advance(DAY_MS / 2);
    await commit(slow);
    for (let i = 0; i < 20; i++) await spend({ labels: { team: 'b' } });
    const all = await exported();
    expect(all).toEqual((await authority.entries({})).entries.toReversed());
    expect(all).toHaveLength(42);
    const late = await exported({ fromMs: clock.now(), filter: { team: 'a' } });
    expect(late).toMatchObject([{ id: slow, verb: 'commit', labels: { team: 'a' } }]);
    expect(await exported({ verb: 'commit' })).toHaveLength(21);
    await expect(exported({ fromMs: -1 })).rejects.toMatchObject({ field: 'fromMs' });
  });
});

test('in memory, usage outlives the latest records from the first question on', async () => {
  store = openMemoryLedger<EntryMeta>({ maxHistory: 10 });
  authority = createAuthority({ budgets: [], catalogue, store, clock });
  expect(await usage()).toEqual([]);
  for (let n = 0; n < 50; n++) await spend();
  expect(await usage()).toMatchObject([{ requests: '50', costNanoUsd: '500' }]);
  const { entries } = await authority.entries({});
  expect(entries.length).toBeGreaterThanOrEqual(10);
  expect(entries.length).toBeLessThan(100);
});

describe('a question that is none names the field at fault:', () => {
  beforeEach(async () => {
    store = await STORES.memory();
    authority = createAuthority({ budgets: [], catalogue, store, clock });
  });

  test.each([
    [{ fromMs: -1 }, 'fromMs'],
    [{ fromMs: 2, toMs: 1 }, 'fromMs'],
    [{ toMs: 0.5 }, 'toMs'],
    [{ groupBy: ['Team'] }, 'groupBy'],
    [{ groupBy: ['a', 'a'] }, 'groupBy'],
    [{ filter: { 'x y': 'a' } }, 'filter.x y'],
    [{ filter: { team: '' } }, 'filter.team'],
    [{ bucket: 'year' as 'day', fromMs: 0 }, 'bucket'],
    [{ bucket: 'day' as const }, 'fromMs'],
    [{ zone: 'Mars/Base' }, 'zone'],
    [{ orderBy: 'price' as 'cost' }, 'orderBy'],
    [{ limit: 0 }, 'limit'],
    [{ cursor: '###' }, 'cursor'],
  ])('usage %o: %s', async (query, field) => {
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT', field });
    await expect(authority.usage(query)).rejects.toEqual(refused);
  });

  test.each([
    [{ limit: 0 }, 'limit'],
    [{ cursor: '../x' }, 'cursor'],
    [{ verb: 'buy' as 'commit' }, 'verb'],
    [{ id: '' }, 'id'],
    [{ budget: '' }, 'budget'],
    [{ decision: 'maybe' as 'denied' }, 'decision'],
    [{ reason: 'WHY' as 'EXHAUSTED' }, 'reason'],
    [{ fromMs: Number.NaN }, 'fromMs'],
  ])('entries %o: %s', async (query, field) => {
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT', field });
    await expect(authority.entries(query)).rejects.toEqual(refused);
  });
});
