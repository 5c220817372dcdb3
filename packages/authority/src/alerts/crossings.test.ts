// Crossings: a table of what a counter goes through, and what is told of it.
import { describe, expect, test } from 'vitest';
import type { AlertContent } from './alert.ts';
import { crossings, type Sent, type Standing } from './crossings.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const DAILY: Standing = {
  budget: { id: 'team-daily', mode: 'enforce', alerts: { thresholds: [0.5, 0.8, 1] } },
  scopeKey: 'team=search',
  unit: 'cost',
  window: { kind: 'calendar', period: 'day', zone: 'UTC' },
  period: 0,
  limit: 1000,
  committed: 0,
  reserved: 0,
  resetAtMs: DAY_MS,
};

interface Step {
  readonly name: string;
  /** After the step before; default one hour. */
  readonly afterMs?: number;
  readonly now: Partial<Standing>;
  /** `80 %`, `80 % again`, `overdraft`. */
  readonly told: readonly string[];
}

const scenarios: Readonly<Record<string, { base?: Partial<Standing>; steps: readonly Step[] }>> = {
  'spending through a day and the next': {
    steps: [
      { name: 'below all', now: { committed: 499 }, told: [] },
      { name: 'half', now: { committed: 500 }, told: ['50 %'] },
      { name: 'more, but no further threshold', now: { committed: 799 }, told: [] },
      { name: '80 %', now: { committed: 800 }, told: ['80 %'] },
      { name: 'all of it', now: { committed: 1000 }, told: ['100 %'] },
      { name: 'the same again', now: { committed: 1000 }, told: [] },
      { name: 'the next day', now: { committed: 0, period: DAY_MS }, told: [] },
      { name: '80 % again', now: { committed: 850, period: DAY_MS }, told: ['80 %'] },
    ],
  },
  'a share that has no exact number': {
    base: { limit: 100, budget: { ...DAILY.budget, alerts: { thresholds: [0.55, 0.57] } } },
    steps: [
      { name: 'one less', now: { committed: 54 }, told: [] },
      { name: '55 %', now: { committed: 55 }, told: ['55 %'] },
      { name: '57 %', now: { committed: 57 }, told: ['57 %'] },
    ],
  },
  'several thresholds at once: the highest only': {
    steps: [
      { name: 'a large call', now: { committed: 900 }, told: ['80 %'] },
      { name: 'nothing is made up for later', now: { committed: 901 }, told: [] },
    ],
  },
  'the next period is at once above': {
    steps: [
      { name: 'one day', now: { committed: 900 }, told: ['80 %'] },
      { name: 'the next', now: { committed: 900, period: DAY_MS }, told: ['80 %'] },
    ],
  },
  'what calls in flight hold is not spent': {
    steps: [
      { name: 'held', now: { committed: 100, reserved: 900 }, told: [] },
      { name: 'settled for less', now: { committed: 300 }, told: [] },
    ],
  },
  'the amount is edited': {
    steps: [
      { name: '80 %', now: { committed: 850 }, told: ['80 %'] },
      { name: 'up: far below', now: { committed: 850, limit: 10_000 }, told: [] },
      { name: '80 % of the new amount', now: { committed: 8000, limit: 10_000 }, told: ['80 %'] },
      { name: 'down', now: { committed: 8000, limit: 4000 }, told: ['100 %', 'overdraft'] },
      { name: 'up a little: still above', now: { committed: 8000, limit: 5000 }, told: [] },
    ],
  },
  'the amount goes to and fro within minutes': {
    steps: [
      { name: '80 %', now: { committed: 850 }, told: ['80 %'] },
      { name: 'up', afterMs: MINUTE_MS, now: { committed: 850, limit: 5000 }, told: [] },
      {
        name: 'down: too soon to tell again',
        afterMs: MINUTE_MS,
        now: { committed: 850 },
        told: [],
      },
      {
        name: 'told once it has been quiet',
        afterMs: 5 * MINUTE_MS,
        now: { committed: 850 },
        told: ['80 %'],
      },
    ],
  },
  'an override ends': {
    steps: [
      { name: 'with the override', now: { committed: 1200, limit: 2000 }, told: ['50 %'] },
      { name: 'without it', now: { committed: 1200 }, told: ['100 %', 'overdraft'] },
      { name: 'it stays so', now: { committed: 1200 }, told: [] },
    ],
  },
  'a reset': {
    steps: [
      { name: 'all of it', now: { committed: 1000 }, told: ['100 %'] },
      { name: 'reset', now: { committed: 0 }, told: [] },
      { name: 'half', now: { committed: 500 }, told: ['50 %'] },
    ],
  },
  'an overdraft, once each time': {
    base: { budget: { ...DAILY.budget, alerts: { thresholds: [] } } },
    steps: [
      { name: 'full is not above', now: { committed: 600, reserved: 400 }, told: [] },
      { name: 'an overrun', now: { committed: 700, reserved: 400 }, told: ['overdraft'] },
      { name: 'more of it', now: { committed: 1500 }, told: [] },
      { name: 'topped up', now: { committed: 1500, limit: 2000 }, told: [] },
      { name: 'another overrun', now: { committed: 2001, limit: 2000 }, told: ['overdraft'] },
      { name: 'the next day', now: { period: DAY_MS }, told: [] },
      { name: 'above at once', now: { committed: 1001, period: DAY_MS }, told: ['overdraft'] },
    ],
  },
  'with a repeat': {
    base: {
      budget: { ...DAILY.budget, alerts: { thresholds: [0.5, 0.8], repeatMs: HOUR_MS } },
    },
    steps: [
      { name: '50 %', now: { committed: 500 }, told: ['50 %'] },
      { name: 'too early', afterMs: HOUR_MS - 1, now: { committed: 600 }, told: [] },
      { name: 'in time', afterMs: 1, now: { committed: 600 }, told: ['50 % again'] },
      { name: 'higher', afterMs: MINUTE_MS, now: { committed: 900 }, told: ['80 %'] },
      { name: 'only the highest repeats', now: { committed: 900 }, told: ['80 % again'] },
      { name: 'no longer', now: { committed: 900, limit: 10_000 }, told: [] },
      { name: 'and stays quiet', afterMs: 5 * HOUR_MS, now: { limit: 10_000 }, told: [] },
    ],
  },
  'a rolling window goes up and down': {
    base: { window: { kind: 'rolling', lengthMs: 60_000 }, resetAtMs: undefined },
    steps: [
      { name: 'a burst', now: { committed: 850 }, told: ['80 %'] },
      { name: 'over', afterMs: MINUTE_MS, now: { committed: 0 }, told: [] },
      { name: 'another burst', afterMs: MINUTE_MS, now: { committed: 850 }, told: [] },
      { name: 'still on, an hour after it was told', now: { committed: 850 }, told: ['80 %'] },
      { name: 'for hours', afterMs: 5 * HOUR_MS, now: { committed: 850 }, told: [] },
    ],
  },
  'concurrency is what is in flight': {
    base: { unit: 'concurrency', window: { kind: 'lifetime' }, resetAtMs: undefined, limit: 10 },
    steps: [
      { name: 'many', now: { reserved: 8, limit: 10 }, told: ['80 %'] },
      { name: 'few, then many', afterMs: MINUTE_MS, now: { reserved: 1, limit: 10 }, told: [] },
      { name: 'too soon', afterMs: MINUTE_MS, now: { reserved: 9, limit: 10 }, told: [] },
    ],
  },
  'an amount of nothing': {
    steps: [
      { name: 'nothing spent', now: { limit: 0 }, told: [] },
      { name: 'something spent', now: { limit: 0, committed: 1 }, told: ['100 %', 'overdraft'] },
    ],
  },
  'the amount is not known for a while': {
    steps: [
      { name: '80 %', now: { committed: 850 }, told: ['80 %'] },
      { name: 'unknown', now: { committed: 5000, limit: undefined }, told: [] },
      { name: 'known again', now: { committed: 850 }, told: [] },
    ],
  },
};

describe.each(Object.entries(scenarios))('%s', (_, { base = {}, steps }) => {
  test('tells what it should', () => {
    let sent: Sent | undefined;
    let nowMs = 1_000_000_000_000;
    for (const { name, afterMs = HOUR_MS, now, told } of steps) {
      nowMs += afterMs;
      const result = crossings({ before: sent, now: { ...DAILY, ...base, ...now }, nowMs });
      // As the ledger gives it back.
      sent = result.sent && (JSON.parse(JSON.stringify(result.sent)) as Sent);
      expect({ name, told: result.alerts.map(short) }).toEqual({ name, told });
    }
  });
});

test('nothing is remembered where nothing was told, and nothing stays after the period', () => {
  const nowMs = 1_000_000_000_000;
  const quiet = crossings({ before: undefined, now: DAILY, nowMs });
  expect(quiet.sent).toBeUndefined();
  const { sent } = crossings({ before: undefined, now: { ...DAILY, committed: 900 }, nowMs });
  expect(sent).toBeDefined();
  const next = crossings({ before: sent, now: { ...DAILY, period: DAY_MS }, nowMs });
  expect(next.sent).toBeUndefined();
});

test('an alert has what is needed to understand it', () => {
  const now = { ...DAILY, scopeKey: 'team=a%2Cb,user=u%251', committed: 900, reserved: 50 };
  expect(crossings({ before: undefined, now, nowMs: 0 }).alerts).toEqual([
    {
      event: 'threshold',
      budget: 'team-daily',
      scope: { team: 'a,b', user: 'u%1' },
      unit: 'cost',
      window: 'day',
      limit: 1000,
      committed: 900,
      reserved: 50,
      resetAtMs: DAY_MS,
      mode: 'enforce',
      threshold: 0.8,
      repeated: false,
    },
  ]);
});

function short(alert: AlertContent): string {
  if (alert.event !== 'threshold') return alert.event;
  return `${Math.round(alert.threshold * 100)} %${alert.repeated ? ' again' : ''}`;
}
