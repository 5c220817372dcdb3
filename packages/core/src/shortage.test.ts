// The ladder: which rung is taken when, and the search for what fits.
import { describe, expect, it } from 'vitest';
import { type Budget, DEFAULT_LADDER, type Rung } from './budget.ts';
import type { DenialReason, Refusal } from './decision.ts';
import { downgradeShare, largestThatFits, nextRung, type RungTaken } from './shortage.ts';

const wait = (maxWaitMs: number): Rung => ({ kind: 'wait', maxWaitMs });
const clamp = (minOutputTokens: number): Rung => ({ kind: 'clamp', minOutputTokens });
const downgrade = (models: Record<string, string>, from?: number): Rung => {
  return { kind: 'downgrade', models, from };
};
const denyRung: Rung = { kind: 'deny' };

function next(options: {
  ladders?: readonly (readonly Rung[])[];
  reasons?: readonly DenialReason[];
  maxWaitMs?: number;
  clampable?: boolean;
  tried?: readonly Rung['kind'][];
  model?: string | undefined;
}): RungTaken {
  const { ladders = [DEFAULT_LADDER], reasons = ['IN_FLIGHT'], tried = [] } = options;
  const refusing = ladders.map(
    (onShortage, i) => ({ id: `b${i}`, onShortage }) as unknown as Budget,
  );
  const refusals = reasons.map((reason) => ({ reason }) as Refusal);
  const { maxWaitMs = 30_000, clampable = true, model } = options;
  const downgradable = model === undefined ? undefined : { model, tried: ['gpt-5', model] };
  return nextRung({
    refusing,
    refusals,
    maxWaitMs,
    clampable,
    downgradable,
    tried: new Set(tried),
  });
}

describe('nextRung', () => {
  it('waits for calls in flight, as long as the smaller of both bounds', () => {
    expect(next({})).toEqual(wait(10_000));
    expect(next({ maxWaitMs: 500 })).toEqual(wait(500));
  });

  it('does not wait where nothing can be given back, or the caller cannot', () => {
    expect(next({ reasons: ['EXHAUSTED'] })).toEqual(clamp(1024));
    expect(next({ reasons: ['IN_FLIGHT', 'EXHAUSTED'] })).toEqual(clamp(1024));
    expect(next({ maxWaitMs: 0 })).toEqual(clamp(1024));
  });

  it('does not clamp what cannot be clamped, nor what has no price', () => {
    expect(next({ reasons: ['EXHAUSTED'], clampable: false })).toEqual(denyRung);
    expect(next({ reasons: ['UNPRICED'] })).toEqual(denyRung);
  });

  it('takes a rung once', () => {
    expect(next({ tried: ['wait'] })).toEqual(clamp(1024));
    expect(next({ tried: ['wait', 'clamp'] })).toEqual(denyRung);
  });

  it('takes only what every refusing budget has: the shortest wait, the largest minimum', () => {
    const a = [wait(10_000), clamp(100), denyRung];
    const b = [clamp(500), wait(2_000), denyRung];
    expect(next({ ladders: [a, b] })).toEqual(wait(2_000));
    expect(next({ ladders: [b, a] })).toEqual(clamp(500));
    expect(next({ ladders: [a, [denyRung]] })).toEqual(denyRung);
  });
});

describe('another model', () => {
  const to = (model: string): RungTaken => ({ kind: 'downgrade', model });
  const mini = downgrade({ 'gpt-5': 'gpt-5-mini', 'gpt-4*': 'gpt-4o-mini' });

  it.each([
    ['by its name', [[mini]], 'gpt-5', to('gpt-5-mini')],
    ['by a glob', [[mini]], 'gpt-4-turbo', to('gpt-4o-mini')],
    ['its name goes before globs', [[downgrade({ '*': 'x', 'gpt-5': 'y' })]], 'gpt-5', to('y')],
    ['none is meant', [[mini]], 'o3', denyRung],
    ['it cannot be sent', [[mini]], undefined, denyRung],
    ['it is the same', [[downgrade({ o3: 'o3' })]], 'o3', denyRung],
    ['it was tried before', [[downgrade({ o3: 'gpt-5' })]], 'o3', denyRung],
    ['all agree', [[mini], [downgrade({ 'gpt-5': 'gpt-5-mini' })]], 'gpt-5', to('gpt-5-mini')],
    ['they do not', [[mini], [downgrade({ 'gpt-5': 'gpt-5-nano' })]], 'gpt-5', denyRung],
    ['one has none', [[mini], [wait(1)]], 'gpt-5', denyRung],
  ] as const)('%s', (_, ladders, model, expected) => {
    expect(next({ ladders, model, reasons: ['EXHAUSTED'] })).toEqual(expected);
  });

  it('helps a call without a price, which waiting and less output do not', () => {
    const ladders = [[wait(1000), clamp(1), mini]];
    expect(next({ ladders, model: 'gpt-5', reasons: ['UNPRICED'] })).toEqual(to('gpt-5-mini'));
  });

  it('is sent from a share on by budgets that refuse calls, not by those that watch', () => {
    const budget = (onShortage: readonly Rung[], mode = 'enforce') =>
      ({ id: 'b', onShortage, mode }) as unknown as Budget;
    expect(downgradeShare(budget([downgrade({}, 0.95)]))).toBe(0.95);
    expect(downgradeShare(budget([downgrade({}, 0.95)], 'shadow'))).toBeUndefined();
    expect(downgradeShare(budget([mini]))).toBeUndefined();
    expect(downgradeShare(budget([denyRung]))).toBeUndefined();
  });
});

describe('largestThatFits', () => {
  it.each([
    [1, 100, 42, 42],
    [1, 100, 1, 1],
    [1, 100, 1000, 100],
    [50, 100, 42, undefined],
    [10, 5, 42, undefined],
  ])('in %d to %d with %d fitting: %s', (least, most, limit, expected) => {
    expect(largestThatFits({ least, most }, (value) => value <= limit)).toBe(expected);
  });
});
