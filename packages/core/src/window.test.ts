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

  it('has days of 23, 24, 25 and 24.5 hours, each starting where the last ended', () => {
    for (const zone of [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ]) {
      let start = bucketAt(calendar('day', zone), at('2026-01-01T12:00:00Z')).bucket;
      for (let day = 0; day < 366; day++) {
        const next = resetAtMs({ window: calendar('day', zone), nowMs: start });
        expect(bucketAt(calendar('day', zone), (next ?? 0) - 1).bucket).toBe(start);
        expect([23, 23.5, 24, 24.5, 25]).toContain(((next ?? 0) - start) / 3_600_000);
        start = next ?? 0;
      }
    }
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
