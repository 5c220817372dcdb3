// Windows: which bucket, which buckets count, and when there is room again.
import { describe, expect, it } from 'vitest';
import { bucketAt, type CountedWindow, resetAtMs, windowKey } from './window.ts';

const at = (text: string): number => Date.parse(text);
const calendar = (period: 'day' | 'week' | 'month' | 'quarter' | 'year', zone = 'UTC') =>
  ({ kind: 'calendar', period, zone }) as const;

describe('calendar windows', () => {
  it.each([
    ['day', 'UTC', '2026-11-22T08:00:00Z', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'],
    [
      'day',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T22:00:00Z',
    ],
    [
      'day',
      'America/New_York',
      '2026-11-01T12:00:00Z',
      '2026-11-01T04:00:00Z',
      '2026-11-02T05:00:00Z',
    ],
    [
      'day',
      'Asia/Kathmandu',
      '2026-01-01T00:00:00Z',
      '2025-12-31T18:15:00Z',
      '2026-01-01T18:15:00Z',
    ],
    ['day', 'Africa/Cairo', '2026-04-24T12:00:00Z', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'],
    ['week', 'UTC', '2026-11-22T08:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['month', 'UTC', '2028-02-29T23:59:59Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    [
      'month',
      'Europe/Berlin',
      '2026-03-31T23:00:00Z',
      '2026-03-31T22:00:00Z',
      '2026-04-30T22:00:00Z',
    ],
    ['quarter', 'UTC', '2026-12-31T00:00:00Z', '2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['year', 'UTC', '2026-12-31T00:00:00Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ] as const)('%s in %s at %s starts %s and ends %s', (period, zone, now, start, next) => {
    const window = calendar(period, zone);
    const { bucket, oldestBucket } = bucketAt(window, at(now));
    expect(new Date(bucket).toISOString()).toBe(new Date(at(start)).toISOString());
    expect(oldestBucket).toBe(bucket);
    const resets = resetAtMs({ window, nowMs: at(now) });
    expect(resets && new Date(resets).toISOString()).toBe(new Date(at(next)).toISOString());
  });
});

describe('fixed windows', () => {
  const HOUR_MS = 3_600_000;
  const anchorMs = at('2026-03-28T12:00:00Z');
  const window: CountedWindow = { kind: 'fixed', lengthMs: 36 * HOUR_MS, anchorMs };

  it('have periods of their length from the anchor on, and before it, whatever the clocks do', () => {
    for (const period of [-2, -1, 0, 1, 2, 300]) {
      const startMs = anchorMs + period * 36 * HOUR_MS;
      const endMs = startMs + 36 * HOUR_MS;
      for (const nowMs of [startMs, startMs + 1, endMs - 1]) {
        const place = { bucket: startMs, oldestBucket: startMs, fromMs: startMs, untilMs: endMs };
        expect(bucketAt(window, nowMs)).toMatchObject(place);
        expect(resetAtMs({ window, nowMs })).toBe(endMs);
      }
    }
  });

  it('have one identity wherever they are anchored, so that moving the anchor keeps the counter', () => {
    expect(windowKey({ ...window, anchorMs: 5 })).toBe(windowKey(window));
    expect(bucketAt({ ...window, anchorMs: undefined }, 36 * HOUR_MS + 1).bucket).toBe(
      36 * HOUR_MS,
    );
  });
});

describe('rolling windows', () => {
  const minute: CountedWindow = { kind: 'rolling', lengthMs: 60_000 };

  it('counts what its end keeps inside the window: at most one granule too careful', () => {
    const { bucket } = bucketAt(minute, 1_000_500);
    const counts = (nowMs: number): boolean => bucketAt(minute, nowMs).oldestBucket <= bucket;
    expect(counts(1_000_500 + 59_999)).toBe(true);
    expect(counts(1_000_500 + 60_499)).toBe(true);
    expect(counts(1_000_500 + 61_000)).toBe(false);
  });

  it('has room again when the bucket that has to go has gone', () => {
    const nowMs = 1_000_500;
    const { bucket } = bucketAt(minute, nowMs);
    const resets = resetAtMs({ window: minute, nowMs, leavingBucket: bucket }) ?? 0;
    expect(bucketAt(minute, resets).oldestBucket).toBeGreaterThan(bucket);
    expect(bucketAt(minute, resets - 1).oldestBucket).toBeLessThanOrEqual(bucket);
  });
});

it('gives lifetime one bucket that never resets', () => {
  expect(bucketAt({ kind: 'lifetime' }, 5)).toMatchObject({ bucket: 0, oldestBucket: 0 });
  expect(resetAtMs({ window: { kind: 'lifetime' }, nowMs: 5 })).toBeUndefined();
});

it('names each window by one canonical text', () => {
  expect(windowKey(calendar('day', 'Europe/Berlin'))).toBe('day:Europe/Berlin');
  expect(windowKey({ kind: 'rolling', lengthMs: 60_000 })).toBe('rolling:60000');
  expect(windowKey({ kind: 'request' })).toBe('request');
});
