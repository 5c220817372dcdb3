// The shortage ladder: each rung alone, rungs together, and budgets that do not agree.
import type { Budget, Rung } from '@spendfuse/core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Ask,
  budget,
  type PricedWorld,
  pricedWorld,
  wordOf,
} from '../support/priced-world.ts';

const deny: Rung = { kind: 'deny' };
const wait = (maxWaitMs = 60_000): Rung => ({ kind: 'wait', maxWaitMs });
const clamp = (minOutputTokens = 20): Rung => ({ kind: 'clamp', minOutputTokens });
const downgrade = (models: Record<string, string>, from?: number): Rung => ({
  kind: 'downgrade',
  models,
  from,
});
const bigToSmall = downgrade({ big: 'small' });

let world: PricedWorld;
function open(...budgets: readonly Budget[]): PricedWorld {
  world = pricedWorld(...budgets);
  return world;
}
afterEach(() => world.authority.close());

describe('one budget', () => {
  // A limit, the ladder, what is spent and held before (of the model `small`), the call, the answer.
  const table: readonly [string, readonly Rung[], number, number, Ask, string][] = [
    ['100 tokens', [deny], 0, 0, { output: 90 }, 'granted'],
    ['100 tokens', [deny], 0, 0, { output: 91 }, 'TOO_LARGE'],
    ['100 tokens', [deny], 60, 0, { output: 31 }, 'EXHAUSTED'],
    ['100 tokens', [deny], 0, 60, { output: 31 }, 'IN_FLIGHT'],
    ['100 tokens', [deny], 40, 20, { output: 31 }, 'IN_FLIGHT'],
    ['100 tokens', [clamp()], 0, 0, { output: 500 }, 'clamped 90'],
    ['100 tokens', [clamp()], 40, 30, { output: 500 }, 'clamped 20'],
    ['100 tokens', [clamp()], 40, 31, { output: 500 }, 'TOO_LARGE'],
    ['100 tokens', [clamp()], 40, 31, { output: 50 }, 'IN_FLIGHT'],
    ['100 tokens', [clamp()], 0, 0, { output: 500, choices: 3 }, 'clamped 30'],
    ['100 tokens', [clamp()], 0, 0, { output: 500, fixed: true }, 'TOO_LARGE'],
    ['100 tokens', [clamp()], 85, 0, { output: 15 }, 'EXHAUSTED'],
    ['50 output_tokens', [clamp()], 0, 0, { output: 500 }, 'clamped 50'],
    ['0 requests/day', [clamp()], 0, 0, { output: 500 }, 'TOO_LARGE'],
    ['$0.000001', [bigToSmall], 0, 0, { model: 'big', output: 90 }, 'granted'],
    ['$0.000001', [bigToSmall], 0, 0, { model: 'big', output: 91 }, 'downgraded small'],
    ['$0.000001', [bigToSmall], 0, 950, { model: 'big', output: 20 }, 'downgraded small'],
    ['$0.000001', [bigToSmall], 950, 0, { model: 'big', output: 41 }, 'EXHAUSTED'],
    ['$0.000001', [bigToSmall], 0, 0, { model: 'big', output: 91, fixed: true }, 'TOO_LARGE'],
    ['$0.000001', [bigToSmall], 0, 0, { model: 'mid', output: 500 }, 'TOO_LARGE'],
    [
      '$0.000001',
      [downgrade({ 'b*': 'small' })],
      0,
      0,
      { model: 'big', output: 200 },
      'downgraded small',
    ],
    ['$1', [deny], 0, 0, { model: 'nobody' }, 'UNPRICED'],
    ['$1', [wait(), clamp(), deny], 0, 0, { model: 'nobody', maxWaitMs: 5000 }, 'UNPRICED'],
    ['$1', [downgrade({ nobody: 'small' })], 0, 0, { model: 'nobody' }, 'downgraded small'],
    ['$1', [downgrade({ nobody: 'none' })], 0, 0, { model: 'nobody' }, 'UNPRICED'],
    // Rungs together, in the order in which they are written.
    ['$0.000001', [clamp(), bigToSmall], 0, 0, { model: 'big', output: 300 }, 'clamped 90'],
    ['$0.000001', [bigToSmall, clamp()], 0, 0, { model: 'big', output: 300 }, 'downgraded small'],
    [
      '$0.000001',
      [clamp(), bigToSmall],
      880,
      0,
      { model: 'big', output: 300 },
      'downgraded small, clamped 110',
    ],
    ['$0.000001', [clamp(), bigToSmall], 980, 0, { model: 'big', output: 300 }, 'EXHAUSTED'],
    ['$0.000001', [wait(), clamp()], 0, 500, { model: 'big', output: 90 }, 'clamped 40'],
    // A ladder of models.
    [
      '$0.000001',
      [downgrade({ big: 'mid', mid: 'small' })],
      0,
      0,
      { model: 'big', output: 100 },
      'downgraded mid',
    ],
    [
      '$0.000001',
      [downgrade({ big: 'mid', mid: 'small' })],
      0,
      0,
      { model: 'big', output: 280 },
      'downgraded small',
    ],
    [
      '$0.000001',
      [downgrade({ big: 'mid', mid: 'big' })],
      0,
      0,
      { model: 'big', output: 280 },
      'TOO_LARGE',
    ],
    // Another model has another maximum of output.
    [
      '$0.000001',
      [bigToSmall],
      0,
      0,
      { model: 'big', output: 900 },
      'downgraded small, clamped 300',
    ],
    // From a share on, there is no need of a shortage.
    ['$0.000001', [downgrade({ big: 'small' }, 0.5)], 499, 0, { model: 'big' }, 'granted'],
    ['$0.000001', [downgrade({ big: 'small' }, 0.5)], 500, 0, { model: 'big' }, 'downgraded small'],
    [
      '$0.000001',
      [downgrade({ big: 'small' }, 0.5)],
      250,
      250,
      { model: 'big' },
      'downgraded small',
    ],
    [
      '$0.000001',
      [downgrade({ big: 'small' }, 0.5)],
      500,
      0,
      { model: 'big', fixed: true },
      'granted',
    ],
    [
      '$0.000001',
      [downgrade({ big: 'small' }, 0.5)],
      0,
      0,
      { model: 'big', output: 91 },
      'downgraded small',
    ],
  ];
  test.each(table)(
    '%s %j after %i and %i: %j is %s',
    async (limit, onShortage, spent, held, ask, answer) => {
      open(budget({ limits: [limit], onShortage }));
      if (spent > 0) await world.spend(spent);
      if (held > 0) await world.hold({ input: held });
      expect(await world.ask(ask)).toBe(answer);
    },
  );
});

describe('two budgets', () => {
  const both = (a: readonly Rung[], b: readonly Rung[]) => [
    budget({ id: 'a', limits: ['$0.000001'], onShortage: a }),
    budget({ id: 'b', limits: ['$0.000001'], onShortage: b }),
  ];

  const table: readonly [string, readonly Rung[], readonly Rung[], string][] = [
    ['a rung that only one has is not taken', [clamp()], [deny], 'TOO_LARGE'],
    ['the largest minimum', [clamp(20)], [clamp(91)], 'TOO_LARGE'],
    [
      'the order of the first in the file',
      [clamp(), bigToSmall],
      [bigToSmall, clamp()],
      'clamped 90',
    ],
    ['… whichever it is', [bigToSmall, clamp()], [clamp(), bigToSmall], 'downgraded small'],
    ['one model', [bigToSmall], [downgrade({ big: 'small', mid: 'free' })], 'downgraded small'],
    ['two models', [bigToSmall], [downgrade({ big: 'free' })], 'TOO_LARGE'],
    [
      'two models, then clamp',
      [bigToSmall, clamp()],
      [downgrade({ big: 'free' }), clamp()],
      'clamped 90',
    ],
  ];
  test.each(table)('%s', async (_, a, b, answer) => {
    open(...both(a, b));
    expect(await world.ask({ model: 'big', output: 250 })).toBe(answer);
  });

  test('a budget that has room is not asked for its rungs', async () => {
    open(
      budget({ id: 'a', limits: ['$1'] }),
      budget({ id: 'b', limits: ['100 tokens'], onShortage: [clamp()] }),
    );
    expect(await world.ask({ output: 500 })).toBe('clamped 90');
  });

  test('from a share on: one of them is enough, two models are not', async () => {
    const at = (id: string, to: string) =>
      budget({ id, limits: ['$0.000001'], onShortage: [downgrade({ big: to }, 0.5)] });
    open(at('a', 'small'), budget({ id: 'b', limits: ['$1'] }));
    await world.spend(500);
    expect(await world.ask({ model: 'big' })).toBe('downgraded small');
    await world.authority.close();
    open(at('a', 'small'), at('b', 'free'));
    await world.spend(500);
    expect(await world.ask({ model: 'big' })).toBe('granted');
  });
});

describe('after a downgrade', () => {
  const models = { big: 'small' };

  test('the budgets of the model that is sent are matched, and refuse', async () => {
    open(
      budget({
        id: 'big',
        limits: ['$0.000001'],
        match: { model: ['big'] },
        onShortage: [bigToSmall],
      }),
      budget({ id: 'small', limits: ['50 tokens'], match: { model: ['small'] } }),
    );
    const { refusals } = await world.denied({ model: 'big', output: 200 });
    expect(refusals.map((refusal) => refusal.budget)).toEqual(['small']);
  });

  test('limits of cost of the model asked for go on counting, its other limits do not', async () => {
    open(
      budget({
        id: 'big',
        limits: ['$0.000001', '100 tokens'],
        match: { model: ['big'] },
        onShortage: [downgrade(models)],
      }),
    );
    const id = await world.hold({ model: 'big', output: 200 });
    expect(await world.counters('big')).toBe('0 + 210, 0 + 0');
    await world.commit(id, 300);
    expect(await world.counters('big')).toBe('300 + 0, 0 + 0');
    // 700 are left, and they refuse this one too.
    expect(await world.ask({ model: 'big', output: 200 })).toBe('downgraded small');
    expect(await world.ask({ model: 'big', output: 300, input: 250 })).toBe('IN_FLIGHT');
  });

  test('a budget per model counts in the scope of both, its cost', async () => {
    open(
      budget({
        limits: ['$0.000001', '9 requests'],
        per: ['model'],
        onShortage: [downgrade(models)],
      }),
    );
    await world.hold({ model: 'big', output: 200 });
    const balances = await world.authority.balances({});
    const held = balances.map(
      ({ scope, unit, reserved }) => `${scope['model']} ${unit} ${reserved}`,
    );
    expect(new Set(held)).toEqual(
      new Set(['big cost 210', 'big requests 0', 'small cost 210', 'small requests 1']),
    );
  });

  test('it is priced, told and written down as what was sent', async () => {
    open(budget({ limits: ['$0.000001'], onShortage: [downgrade(models)] }));
    const request = world.request({ model: 'big', output: 200 });
    const answer = await world.authority.reserve(request);
    expect(answer).toMatchObject({ model: 'small', held: { costNanoUsd: 210, tokens: 210 } });
    // A repeat is told the same, though there is room for the model asked for by now (L4).
    const other = await world.hold({ input: 700 });
    await world.commit(other, 0);
    expect(await world.authority.reserve(request)).toEqual(answer);
    expect(await world.commit(request.id, 5)).toMatchObject({ costNanoUsd: 5 });
    const { entries } = await world.authority.entries({});
    const reserved = entries.find(({ id, verb }) => id === request.id && verb === 'reserve');
    expect(reserved).toMatchObject({ model: 'small', askedModel: 'big', decision: 'downgraded' });
  });
});

describe('a wait', () => {
  test('ends in the next rung when its time is up', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: [wait(30), clamp(), deny] }));
    await world.hold({ input: 50 });
    const decision = await world.decide({ output: 90, maxWaitMs: 10_000 });
    expect(wordOf(decision)).toBe('clamped 40');
    expect(decision).toMatchObject({ waitedMs: expect.any(Number) });
    if (decision.kind === 'granted') expect(decision.waitedMs).toBeGreaterThan(0);
  });

  test.each([
    ['the shortest of the budgets', [wait(60_000), wait(20)], 60_000],
    ["the caller's own", [wait(60_000), wait(60_000)], 20],
  ] as const)('is %s', async (_, [a, b], maxWaitMs) => {
    open(
      budget({ id: 'a', limits: ['100 tokens'], onShortage: [a] }),
      budget({ id: 'b', limits: ['100 tokens'], onShortage: [b] }),
    );
    await world.hold({ input: 100 });
    expect(await world.ask({ maxWaitMs })).toBe('IN_FLIGHT');
  });

  test('then granted: less waiting is asked of nobody', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: [wait(), deny] }));
    const id = await world.hold({ input: 100 });
    const waiting = world.ask({ maxWaitMs: 10_000 });
    await world.commit(id, 10);
    expect(await waiting).toBe('granted');
  });
});
