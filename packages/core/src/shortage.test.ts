// The ladder: which rung is taken when, and the search for what fits.
import { describe, expect, it } from 'vitest';
import { type Budget, DEFAULT_LADDER, type Rung } from './budget.ts';
import type { DenialReason, Refusal } from './decision.ts';
import { largestThatFits, nextRung } from './shortage.ts';

const wait = (maxWaitMs: number): Rung => ({ kind: 'wait', maxWaitMs });
const clamp = (minOutputTokens: number): Rung => ({ kind: 'clamp', minOutputTokens });
const denyRung: Rung = { kind: 'deny' };

function next(options: {
  ladders?: readonly (readonly Rung[])[];
  reasons?: readonly DenialReason[];
  maxWaitMs?: number;
  clampable?: boolean;
  tried?: readonly Rung['kind'][];
}): Rung {
  const { ladders = [DEFAULT_LADDER], reasons = ['IN_FLIGHT'], tried = [] } = options;
  const refusing = ladders.map(
    (onShortage, i) => ({ id: `b${i}`, onShortage }) as unknown as Budget,
  );
  const refusals = reasons.map((reason) => ({ reason }) as Refusal);
  const { maxWaitMs = 30_000, clampable = true } = options;
  return nextRung({ refusing, refusals, maxWaitMs, clampable, tried: new Set(tried) });
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
