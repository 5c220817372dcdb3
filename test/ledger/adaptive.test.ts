// `hold: adaptive`: what is usual is held, grows on the way, and never passes a ceiling by a grant.
import { type Budget, usageOf } from '@spendfuse/core';
import { afterEach, describe, expect, test } from 'vitest';
import { budget, lineOf, type PricedWorld, pricedWorld } from '../support/priced-world.ts';

let world: PricedWorld;
afterEach(() => world.authority.close());

const adaptive = { hold: 'adaptive' } as const;
/** Each call has had so much output: that is what is usual then. */
const USUAL = 64;

async function open(...budgets: readonly Budget[]): Promise<void> {
  world = pricedWorld(...budgets);
  for (let i = 0; i < 20; i++) {
    const id = await world.hold({ input: 0, output: USUAL });
    await world.commit(id, USUAL);
    for (const each of budgets) await world.authority.admin.reset({ by: 'test', budget: each.id });
  }
}

const TTL_MS = 120_000;
const extend = (id: string, outputTokens: number) =>
  world.authority.extend({ id, ttlMs: TTL_MS, outputTokens });

describe('a hold', () => {
  test('is the worst case until it is known what is usual', async () => {
    world = pricedWorld(budget({ limits: ['1k tokens'], ...adaptive }));
    const decision = await world.decide({ output: 500 });
    expect(decision).toMatchObject({ held: { tokens: 510 }, heldOutputTokens: undefined });
  });

  test('then is what is usual, and says how much output it covers', async () => {
    await open(budget({ limits: ['1k tokens'], ...adaptive }));
    const decision = await world.decide({ output: 500 });
    expect(decision).toMatchObject({ held: { tokens: 74 }, heldOutputTokens: USUAL });
    expect(await world.counters()).toBe('0 + 74');
  });

  test('is never above the worst case', async () => {
    await open(budget({ limits: ['1k tokens'], ...adaptive }));
    const decision = await world.decide({ output: 20 });
    expect(decision).toMatchObject({ held: { tokens: 30 }, heldOutputTokens: undefined });
  });

  test('is adaptive only in the budgets that say so', async () => {
    await open(
      budget({ limits: ['10k tokens'], ...adaptive }),
      budget({ id: 'worst', limits: ['10k tokens'] }),
    );
    await world.hold({ output: 500 });
    expect(await world.counters()).toBe('0 + 74');
    expect(await world.counters('worst')).toBe('0 + 510');
  });

  test('is not one where no limit depends on output', async () => {
    await open(budget({ limits: ['9k requests', '99 concurrent'], ...adaptive }));
    expect(await world.decide({ output: 500 })).toMatchObject({ heldOutputTokens: undefined });
  });

  test('lets a call be clamped to what it would usually need', async () => {
    const onShortage = [{ kind: 'clamp', minOutputTokens: 10 }] as const;
    await open(budget({ limits: ['1400 tokens'], onShortage, ...adaptive }));
    await world.hold({ input: 1370 });
    expect(await world.ask({ output: 500 })).toBe('clamped 20');
  });
});

describe('an extend', () => {
  test('makes the hold grow, by what is missing, up to the worst case', async () => {
    await open(budget({ limits: ['$1', '1k tokens'], ...adaptive }));
    const id = await world.hold({ output: 300, model: 'small' });
    expect(await extend(id, 200)).toMatchObject({
      kind: 'extended',
      held: { tokens: 210, costNanoUsd: 210 },
    });
    expect(await world.counters()).toBe('0 + 210, 0 + 210');
    // A smaller one takes nothing back.
    expect(await extend(id, 100)).toMatchObject({ held: { tokens: 210 } });
    expect(await extend(id, 5000)).toMatchObject({ held: { tokens: 310 } });
    expect(await world.counters()).toBe('0 + 310, 0 + 310');
    await world.commit(id, 250);
    expect(await world.counters()).toBe('250 + 0, 250 + 0');
  });

  test('is denied where there is no room, and changes nothing (L1)', async () => {
    await open(budget({ limits: ['200 tokens'], ...adaptive }));
    const id = await world.hold({ output: 300 });
    await world.hold({ input: 100 });
    const denied = await extend(id, 150);
    if (denied.kind !== 'denied') throw new Error('granted');
    expect(denied.refusals.map(lineOf)).toEqual(['b tokens/lifetime IN_FLIGHT 0 + 174 + 86 > 200']);
    expect(await world.counters()).toBe('0 + 174');
    expect(await extend(id, 90)).toMatchObject({ kind: 'extended', held: { tokens: 100 } });
    expect(await extend(id, 250)).toMatchObject({ kind: 'denied', reason: 'TOO_LARGE' });
    expect(await world.counters()).toBe('0 + 200');
  });

  test.each([
    ['request', '150 tokens/request', 'TOO_LARGE'],
    ['day', '150 tokens/day', 'TOO_LARGE'],
  ])('meets the limits per %s that the start met', async (_, limit, reason) => {
    await open(
      budget({ limits: ['1k tokens'] }),
      budget({ id: 'x', limits: [limit], ...adaptive }),
    );
    const id = await world.hold({ output: 300 });
    expect(await extend(id, 200)).toMatchObject({ kind: 'denied', reason });
  });

  test('with no more output is only longer', async () => {
    await open(budget({ limits: ['200 tokens'], ...adaptive }));
    const id = await world.hold({ output: 300 });
    world.clock.advance(60_000);
    const extended = await world.authority.extend({ id, ttlMs: TTL_MS });
    expect(extended).toMatchObject({
      expiresAtMs: world.clock.now() + TTL_MS,
      held: { tokens: 74 },
    });
  });

  test('belongs to the window of the reserve (L8)', async () => {
    await open(budget({ limits: ['200 tokens/day'], ...adaptive }));
    const id = await world.hold({ output: 300 });
    world.clock.advance(16 * 3_600_000);
    // Yesterday limits nothing any more.
    expect(await world.authority.extend({ id, ttlMs: TTL_MS, outputTokens: 290 })).toMatchObject({
      kind: 'extended',
    });
    expect(await world.counters()).toBe('0 + 0');
  });

  test('of what was downgraded grows in the limits of both models', async () => {
    const onShortage = [{ kind: 'downgrade', from: undefined, models: { big: 'small' } }] as const;
    await open(budget({ limits: ['$0.000001'], onShortage, ...adaptive }));
    const decision = await world.decide({ model: 'big', output: 300 });
    if (decision.kind !== 'granted') throw new Error('denied');
    expect(decision).toMatchObject({ model: 'small', heldOutputTokens: USUAL });
    expect(await extend(decision.id, 200)).toMatchObject({ held: { costNanoUsd: 210 } });
    expect(await world.counters()).toBe('0 + 210');
  });

  test.each([[-1], [0.5], [Number.NaN]])('to %f tokens is refused (L11)', async (outputTokens) => {
    await open(budget({ limits: ['200 tokens'], ...adaptive }));
    const id = await world.hold({ output: 300 });
    await expect(extend(id, outputTokens)).rejects.toMatchObject({ field: 'outputTokens' });
  });

  test('of an id that has ended says so', async () => {
    await open(budget({ limits: ['200 tokens'], ...adaptive }));
    const id = await world.hold({ output: 300 });
    await world.commit(id, 10);
    await expect(extend(id, 5000)).rejects.toMatchObject({ code: 'SETTLED' });
  });
});

describe('the end', () => {
  test('an overrun is what is above the hold, as it has grown', async () => {
    await open(budget({ limits: ['$1'], ...adaptive }));
    const unary = await world.hold({ output: 300 });
    expect(await world.commit(unary, 100)).toMatchObject({ overrunNanoUsd: 26 });
    const grown = await world.hold({ output: 300 });
    await extend(grown, 120);
    expect(await world.commit(grown, 100)).toMatchObject({ overrunNanoUsd: 0 });
  });

  test('without a limit of cost, too', async () => {
    await open(budget({ limits: ['1k tokens'], ...adaptive }));
    const grown = await world.hold({ output: 300 });
    await extend(grown, 120);
    expect(await world.commit(grown, 140)).toMatchObject({ overrunNanoUsd: 10 });
  });

  test('the error of the estimate can be told', async () => {
    await open(budget({ limits: ['1k tokens'], ...adaptive }));
    world.events.length = 0;
    await world.commit(await world.hold({ output: 300 }), 100);
    const [, event] = world.events;
    expect(event).toMatchObject({ kind: 'commit', held: { tokens: 74, costNanoUsd: 74 } });
  });

  test('estimates of our own teach nothing', async () => {
    await open(budget({ limits: ['900k tokens'], ...adaptive }));
    for (let i = 0; i < 100; i++) {
      const id = await world.hold({ output: 300 });
      const usage = usageOf({ outputTokens: 1 });
      await world.authority.commit({ id, usage, usageSource: 'estimated' });
    }
    expect(await world.decide({ output: 500 })).toMatchObject({ heldOutputTokens: USUAL });
  });
});
