// Denials that tell the truth: which limits refuse, by how much, and when it is worth another try.
import { type Budget, parseLimit } from '@spendfuse/core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Ask,
  budget,
  lineOf,
  type PricedWorld,
  pricedWorld,
  START_MS,
} from '../support/priced-world.ts';

let world: PricedWorld;
function open(...budgets: readonly Budget[]): void {
  world = pricedWorld(...budgets);
}
afterEach(() => world.authority.close());

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MIDNIGHT_MS = Date.parse('2026-11-23T00:00:00Z');

describe('every kind of window', () => {
  // Spent and held an hour and a half before, then asked for 50 more.
  const table: readonly [string, number, number, string, number | undefined, number | undefined][] =
    [
      ['100 tokens/day', 60, 0, 'EXHAUSTED', MIDNIGHT_MS, MIDNIGHT_MS - START_MS],
      ['100 tokens/day', 0, 60, 'IN_FLIGHT', undefined, 1000],
      ['100 tokens/day', 30, 30, 'IN_FLIGHT', undefined, 1000],
      ['40 tokens/day', 0, 0, 'TOO_LARGE', undefined, undefined],
      ['40 tokens/day', 40, 0, 'TOO_LARGE', undefined, undefined],
      ['100 tokens/month', 60, 0, 'EXHAUSTED', Date.parse('2026-12-01T00:00:00Z'), undefined],
      ['100 tokens', 60, 0, 'EXHAUSTED', undefined, undefined],
      ['100 tokens', 0, 60, 'IN_FLIGHT', undefined, 1000],
      ['100 tokens/hour', 60, 0, 'EXHAUSTED', START_MS + 61 * MINUTE_MS, 61 * MINUTE_MS],
      ['100 tokens/hour', 0, 60, 'IN_FLIGHT', undefined, 1000],
      ['40 tokens/request', 0, 0, 'TOO_LARGE', undefined, undefined],
      ['1 concurrent', 0, 60, 'IN_FLIGHT', undefined, 1000],
      ['0 concurrent', 0, 0, 'TOO_LARGE', undefined, undefined],
      ['1 requests/day', 60, 0, 'EXHAUSTED', MIDNIGHT_MS, MIDNIGHT_MS - START_MS],
    ];
  test.each(table)(
    '%s after %i and %i: %s',
    async (limit, spent, held, reason, resetAtMs, retry) => {
      open(budget({ limits: [limit] }));
      if (spent > 0) await world.spend(spent);
      if (held > 0) await world.hold({ input: held });
      const denied = await world.denied({ input: 50 });
      expect({ reason: denied.reason, resetAtMs: denied.resetAtMs }).toEqual({ reason, resetAtMs });
      expect(denied.refusals[0]?.resetAtMs).toBe(resetAtMs);
      if (resetAtMs === undefined || retry !== undefined) expect(denied.retryAfterMs).toBe(retry);
    },
  );

  test('a rolling window has room when enough has left it, and not before', async () => {
    open(budget({ limits: ['100 tokens/hour'] }));
    await world.spend(30);
    world.clock.advance(10 * MINUTE_MS);
    await world.spend(30);
    world.clock.advance(10 * MINUTE_MS);
    await world.spend(30);
    // 20 need 10 to go, which is the first; 60 need the second as well.
    const one = await world.denied({ input: 20 });
    const two = await world.denied({ input: 60 });
    expect([one.resetAtMs, two.resetAtMs]).toEqual([
      START_MS + 61 * MINUTE_MS,
      START_MS + 71 * MINUTE_MS,
    ]);
    world.clock.advance((one.retryAfterMs ?? 0) - 1);
    expect(await world.ask({ input: 20 })).toBe('EXHAUSTED');
    world.clock.advance(1);
    expect(await world.ask({ input: 20 })).toBe('granted');
  });

  test('a fixed window has room when its period ends', async () => {
    const limit = { ...parseLimit('100 tokens/30d') };
    const window = { kind: 'fixed', lengthMs: 30 * DAY_MS, anchorMs: START_MS - DAY_MS } as const;
    open({ ...budget({ limits: [] }), limits: [{ ...limit, window }] });
    await world.spend(60);
    const { reason, resetAtMs } = await world.denied({ input: 50 });
    expect({ reason, resetAtMs }).toEqual({
      reason: 'EXHAUSTED',
      resetAtMs: START_MS + 29 * DAY_MS,
    });
  });
});

describe('several limits', () => {
  test('each that refuses is told, with what it has: the headline first', async () => {
    open(
      budget({ id: 'flight', limits: ['100 tokens'] }),
      budget({ id: 'spent', limits: ['100 requests', '70 tokens/day'] }),
      budget({ id: 'large', limits: ['40 tokens/request', '1k tokens'] }),
    );
    await world.spend(30);
    await world.hold({ input: 30 });
    const denied = await world.denied({ input: 50 });
    expect(denied.refusals.map(lineOf)).toEqual([
      'large tokens/request TOO_LARGE 0 + 0 + 50 > 40',
      'spent tokens/day EXHAUSTED 30 + 30 + 50 > 70',
      'flight tokens/lifetime IN_FLIGHT 30 + 30 + 50 > 100',
    ]);
    expect(denied.reason).toBe('TOO_LARGE');
    expect(denied.retryAfterMs).toBeUndefined();
  });

  test.each([
    [['100 tokens/day', '100 tokens/month'], Date.parse('2026-12-01T00:00:00Z')],
    [['100 tokens/day', '100 tokens'], undefined],
  ])('%j: a retry helps when the last of them has room', async (limits, resetAtMs) => {
    open(budget({ limits }));
    await world.spend(60);
    expect((await world.denied({ input: 50 })).resetAtMs).toBe(resetAtMs);
  });

  test('no price is no reason to forget the others', async () => {
    open(budget({ limits: ['$1', '100 tokens/hour'] }));
    await world.spend(60, { model: 'small' });
    const denied = await world.denied({ model: 'nobody', input: 50 });
    expect(denied.refusals.map(lineOf)).toEqual([
      'b cost/lifetime UNPRICED 0 + 0 + 0 > 1000000000',
      'b tokens/rolling 3600s EXHAUSTED 60 + 0 + 50 > 100',
    ]);
    expect(denied.refusals[1]?.resetAtMs).toBe(START_MS + 61 * MINUTE_MS);
  });
});

describe('the amount in force', () => {
  test('is what a call can be too large for, top-ups and overrides included', async () => {
    open(budget({ limits: ['100 tokens'] }));
    const { admin } = world.authority;
    expect(await world.ask({ input: 150 })).toBe('TOO_LARGE');
    await admin.allow({ by: 'test', budget: 'b', unit: 'tokens', amount: 100 });
    await world.spend(60);
    const denied = await world.denied({ input: 150 });
    expect(denied.refusals.map(lineOf)).toEqual(['b tokens/lifetime EXHAUSTED 60 + 0 + 150 > 200']);
    const untilMs = START_MS + DAY_MS;
    await admin.allow({ by: 'test', budget: 'b', unit: 'tokens', amount: -120, untilMs });
    expect((await world.denied({ input: 100 })).refusals[0]).toMatchObject({
      reason: 'TOO_LARGE',
      limit: 80,
    });
  });

  test('in overdraft nothing remains, and that is 0', async () => {
    open(budget({ limits: ['100 tokens'] }));
    const id = await world.hold({ input: 90 });
    await world.commit(id, 250);
    const [balance] = await world.authority.balances({});
    expect(balance).toMatchObject({ committed: 250, limit: 100, remaining: 0 });
    const denied = await world.denied({ input: 1 });
    expect(denied.refusals.map(lineOf)).toEqual(['b tokens/lifetime EXHAUSTED 250 + 0 + 1 > 100']);
  });
});

describe('an exact count is asked for only where it could change the outcome', () => {
  const table: readonly [readonly string[], Ask, string][] = [
    [['100 tokens'], { input: 200 }, 'refine'],
    [['$0.0000001'], { input: 200 }, 'refine'],
    [['100 input_tokens/request'], { input: 200 }, 'refine'],
    [['100 tokens'], { input: 90 }, 'granted'],
    [['$1'], { model: 'nobody', input: 200 }, 'UNPRICED'],
    [['$1', '100 tokens'], { model: 'nobody', input: 200 }, 'UNPRICED'],
    [['0 requests'], { input: 200 }, 'TOO_LARGE'],
    [['0 requests', '100 tokens'], { input: 200 }, 'TOO_LARGE'],
    [['0 concurrent'], { input: 200 }, 'TOO_LARGE'],
    [['50 output_tokens'], { input: 200, output: 60 }, 'TOO_LARGE'],
    [['3 tool_calls'], { input: 200, amounts: { tool_calls: 4 } }, 'TOO_LARGE'],
    [['3 tool_calls', '100 tokens'], { input: 200, amounts: { tool_calls: 4 } }, 'TOO_LARGE'],
    // Less output may be had, and how much less depends on the input.
    [['50 output_tokens', '100 tokens'], { input: 200, output: 60 }, 'refine'],
    [['50 output_tokens', '100 tokens'], { input: 200, output: 60, fixed: true }, 'TOO_LARGE'],
  ];
  test.each(table)('%j %j: %s', async (limits, ask, answer) => {
    open(budget({ limits }));
    expect(await world.ask({ ...ask, exact: false })).toBe(answer);
  });

  test('nor by a budget that only watches', async () => {
    open(budget({ limits: ['100 tokens'], mode: 'shadow' }));
    expect(await world.ask({ input: 200, exact: false })).toBe('granted');
  });
});

describe('a bound that the provider may pass', () => {
  test.each([
    [['100 tokens'], 'deny', 'TOO_LARGE'],
    [['$1'], 'deny', 'TOO_LARGE'],
    [['100 tokens/request'], 'deny', 'TOO_LARGE'],
    [['100 tokens'], 'allow', 'granted'],
    [['9 requests', '99 output_tokens', '2 concurrent'], 'deny', 'granted'],
  ] as const)('%j with softBound %s: %s', async (limits, softBound, answer) => {
    open(budget({ limits, softBound, onShortage: [{ kind: 'clamp', minOutputTokens: 1 }] }));
    expect(await world.ask({ soft: true, exact: false })).toBe(answer);
    expect(await world.ask({ soft: false })).toBe('granted');
  });

  test('says why, since the amounts do not', async () => {
    open(budget({ limits: ['100 tokens'], softBound: 'deny' }));
    const { refusals } = await world.denied({ soft: true });
    expect(refusals[0]).toMatchObject({ requested: 10, limit: 100 });
    expect(refusals[0]?.detail).toMatch(/softBound/u);
  });
});

describe('a model without a price', () => {
  test.each([
    ['deny', 'nobody', 'UNPRICED'],
    ['deny', 'odd', 'UNPRICED'],
    ['fallback', 'nobody', 'UNPRICED'],
    ['fallback', 'odd', 'granted'],
  ] as const)('unpriced: %s, %s: %s', async (unpriced, model, answer) => {
    open(budget({ limits: ['$1'], unpriced }));
    expect(await world.ask({ model })).toBe(answer);
  });

  test('is counted and told, by the fallback too (L7)', async () => {
    open(budget({ limits: ['$1'], unpriced: 'fallback' }));
    await world.spend(50, { model: 'odd' });
    expect(await world.counters()).toBe('100 + 0');
    expect(world.events.map(({ kind }) => kind)).toContain('unpriced');
  });
});

describe('tiers', () => {
  test.each([
    [undefined, undefined, 100, 100],
    ['batch', undefined, 50, 50],
    ['batch', 'standard', 50, 100],
    ['priority', 'priority', 200, 200],
  ] as const)(
    'asked for %s, served by %s: holds %i, costs %i',
    async (tier, served, held, cost) => {
      open(budget({ limits: ['$1'] }));
      const decision = await world.decide({ input: 10, model: 'big', ...(tier ? { tier } : {}) });
      expect(decision).toMatchObject({ held: { costNanoUsd: held } });
      if (decision.kind !== 'granted') return;
      const committed = await world.commit(decision.id, 10, served ? { tier: served } : {});
      expect(committed.costNanoUsd).toBe(cost);
    },
  );
});

describe('custom units', () => {
  const limits = ['10 tool_calls/day'];

  test('are held, refused, and settled by what the commit names', async () => {
    open(budget({ limits }));
    const four = await world.hold({ amounts: { tool_calls: 4 } });
    const five = await world.hold({ amounts: { tool_calls: 5 } });
    expect(await world.ask({ amounts: { tool_calls: 2 } })).toBe('IN_FLIGHT');
    expect(await world.ask()).toBe('granted');
    await world.commit(four, 1, { amounts: { tool_calls: 1 } });
    await world.commit(five, 1);
    expect(await world.counters()).toBe('6 + 0');
  });

  test.each([
    ['half a call', { tool_calls: 0.5 }, 'estimate.amounts.tool_calls'],
    ['less than none', { tool_calls: -1 }, 'estimate.amounts.tool_calls'],
    ['no number', { tool_calls: Number.NaN }, 'estimate.amounts.tool_calls'],
    ['no end', { tool_calls: Infinity }, 'estimate.amounts.tool_calls'],
    ['a built-in unit', { requests: 1 }, 'estimate.amounts.requests'],
    ['an ill-formed name', { 'Tool Calls': 1 }, 'estimate.amounts.Tool Calls'],
  ])('%s is refused and changes nothing (L11)', async (_, amounts, field) => {
    open(budget({ limits }));
    const error = { code: 'INVALID_ARGUMENT', field };
    await expect(world.decide({ amounts })).rejects.toMatchObject(error);
    const id = await world.hold({ amounts: { tool_calls: 2 } });
    const commit = world.commit(id, 1, { amounts });
    await expect(commit).rejects.toMatchObject({ field: field.replace('estimate.', '') });
    expect(await world.counters()).toBe('0 + 2');
  });
});

describe('a budget in shadow mode', () => {
  test('tells the same without refusing, in the decision and in the history', async () => {
    const shadow = { mode: 'shadow' } as const;
    open(
      budget({ id: 'counted', limits: ['100 tokens/hour'], ...shadow }),
      budget({ id: 'request', limits: ['40 tokens/request'], ...shadow }),
      budget({ id: 'price', limits: ['$1'], ...shadow }),
    );
    await world.spend(60);
    const request = world.request({ input: 50, model: 'nobody' });
    const decision = await world.authority.reserve(request);
    if (decision.kind !== 'granted') throw new Error('refused by a shadow');
    expect(decision.shadow.map(lineOf)).toEqual([
      'request tokens/request TOO_LARGE 0 + 0 + 50 > 40',
      'price cost/lifetime UNPRICED 0 + 0 + 0 > 1000000000',
      'counted tokens/rolling 3600s EXHAUSTED 60 + 0 + 50 > 100',
    ]);
    expect(decision.shadow[2]?.resetAtMs).toBe(START_MS + 61 * MINUTE_MS);
    expect(await world.authority.reserve(request)).toEqual(decision);
    const { entries } = await world.authority.entries({ limit: 1 });
    expect(entries[0]).toMatchObject({ shadowBudgets: ['request', 'price', 'counted'] });
  });
});
