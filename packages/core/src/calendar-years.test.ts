// Seven years of calendar windows in four zones, against the clock changes as they are published.
import { describe, expect, it } from 'vitest';
import { PERIODS, type Period } from './calendar.ts';
import { bucketAt, resetAtMs } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The local day of a change, the UTC offset from then on, and the hours of that day. */
type Change = readonly [date: string, offset: string, hours: number];

interface Zone {
  readonly zone: string;
  /** On 1 January 2024. */
  readonly offset: string;
  readonly changes: readonly Change[];
}

/**
 * As published: Directive 2000/84/EC (last Sundays of March and October), 15 U.S.C. § 260a (second
 * Sunday of March, first of November), the Standard Time Act of New South Wales (first Sundays of
 * April and October), Nepal Standard Time. None is at midnight.
 */
const ZONES: readonly Zone[] = [
  {
    zone: 'Europe/Berlin',
    offset: '+01:00',
    changes: [
      ['2024-03-31', '+02:00', 23],
      ['2024-10-27', '+01:00', 25],
      ['2025-03-30', '+02:00', 23],
      ['2025-10-26', '+01:00', 25],
      ['2026-03-29', '+02:00', 23],
      ['2026-10-25', '+01:00', 25],
      ['2027-03-28', '+02:00', 23],
      ['2027-10-31', '+01:00', 25],
      ['2028-03-26', '+02:00', 23],
      ['2028-10-29', '+01:00', 25],
      ['2029-03-25', '+02:00', 23],
      ['2029-10-28', '+01:00', 25],
      ['2030-03-31', '+02:00', 23],
      ['2030-10-27', '+01:00', 25],
    ],
  },
  {
    zone: 'America/New_York',
    offset: '-05:00',
    changes: [
      ['2024-03-10', '-04:00', 23],
      ['2024-11-03', '-05:00', 25],
      ['2025-03-09', '-04:00', 23],
      ['2025-11-02', '-05:00', 25],
      ['2026-03-08', '-04:00', 23],
      ['2026-11-01', '-05:00', 25],
      ['2027-03-14', '-04:00', 23],
      ['2027-11-07', '-05:00', 25],
      ['2028-03-12', '-04:00', 23],
      ['2028-11-05', '-05:00', 25],
      ['2029-03-11', '-04:00', 23],
      ['2029-11-04', '-05:00', 25],
      ['2030-03-10', '-04:00', 23],
      ['2030-11-03', '-05:00', 25],
    ],
  },
  {
    zone: 'Australia/Lord_Howe',
    offset: '+11:00',
    changes: [
      ['2024-04-07', '+10:30', 24.5],
      ['2024-10-06', '+11:00', 23.5],
      ['2025-04-06', '+10:30', 24.5],
      ['2025-10-05', '+11:00', 23.5],
      ['2026-04-05', '+10:30', 24.5],
      ['2026-10-04', '+11:00', 23.5],
      ['2027-04-04', '+10:30', 24.5],
      ['2027-10-03', '+11:00', 23.5],
      ['2028-04-02', '+10:30', 24.5],
      ['2028-10-01', '+11:00', 23.5],
      ['2029-04-01', '+10:30', 24.5],
      ['2029-10-07', '+11:00', 23.5],
      ['2030-04-07', '+10:30', 24.5],
      ['2030-10-06', '+11:00', 23.5],
    ],
  },
  { zone: 'Asia/Kathmandu', offset: '+05:45', changes: [] },
];

/** Midnight of a local day: the offset is that of the latest change before it. */
function midnight({ offset, changes }: Zone, date: string): number {
  const [, inForce] = changes.findLast(([changed]) => changed < date) ?? ['', offset];
  return Date.parse(`${date}T00:00:00${inForce}`);
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const nextDate = (date: string): string => dateOf(Date.parse(date) + DAY_MS);

/** Whether a period begins with this local day. */
const BEGINS: Readonly<Record<Period, (date: string) => boolean>> = {
  day: () => true,
  week: (date) => new Date(date).getUTCDay() === 1,
  month: (date) => date.endsWith('-01'),
  quarter: (date) => /-(?:01|04|07|10)-01$/.test(date),
  year: (date) => date.endsWith('-01-01'),
};

/** The local days with which periods begin, from 1 January 2024 on. */
const BEGINNINGS = Object.fromEntries(
  PERIODS.map((period) => [period, beginnings(period)] as const),
) as Readonly<Record<Period, readonly string[]>>;

function beginnings(period: Period): readonly string[] {
  const dates: string[] = [];
  // 1 January 2024 is a Monday, so it begins all of them; 1 January 2031 is a Wednesday.
  const last = period === 'week' ? '2031-01-06' : '2031-01-01';
  for (let date = '2024-01-01'; date <= last; date = nextDate(date)) {
    if (BEGINS[period](date)) dates.push(date);
  }
  return dates;
}

/** By another way than that of the code under test: the clock on the wall at an instant. */
function wallClock(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (ms) => format.format(ms);
}

const iso = (ms: number | undefined): string => new Date(ms ?? Number.NaN).toISOString();

/** The window that holds an instant, from its place and from the reset it tells. */
function windowAt(period: Period, zone: string, nowMs: number) {
  const window = { kind: 'calendar', period, zone } as const;
  const { bucket, fromMs, untilMs } = bucketAt(window, nowMs);
  return {
    from: iso(fromMs),
    until: iso(untilMs),
    bucket: iso(bucket),
    reset: iso(resetAtMs({ window, nowMs })),
  };
}

describe.each(ZONES)('$zone', (published) => {
  const { zone, changes } = published;

  it('changes its clocks as published', () => {
    const clock = wallClock(zone);
    for (const date of BEGINNINGS.day) {
      // If this fails, it is the table above or the time zone data of this Node that is out of date.
      expect(clock(midnight(published, date)), date).toBe(`${date} 00:00:00`);
    }
  });

  it.each(changes)('%s, when the offset becomes %s, has %s hours', (date, _, hours) => {
    const [startMs, endMs] = [midnight(published, date), midnight(published, nextDate(date))];
    expect(endMs - startMs).toBe(hours * HOUR_MS);
    const day = { from: iso(startMs), until: iso(endMs), bucket: iso(startMs), reset: iso(endMs) };
    for (const nowMs of [startMs, startMs + 2 * HOUR_MS, endMs - HOUR_MS, endMs - 1]) {
      expect(windowAt('day', zone, nowMs)).toEqual(day);
    }
    expect(windowAt('day', zone, startMs - 1)).toMatchObject({ until: day.from });
    expect(windowAt('day', zone, endMs)).toMatchObject({ from: day.until });
  });

  it.each(changes)('the periods with the change of %s start and end at midnight', (date) => {
    for (const period of PERIODS) {
      const dates = BEGINNINGS[period];
      const at = dates.findLastIndex((each) => each <= date);
      const [startMs, endMs] = [dates[at], dates[at + 1]].map((each) =>
        midnight(published, each ?? ''),
      );
      const wanted = { from: iso(startMs), until: iso(endMs) };
      for (const nowMs of [startMs, midnight(published, date), (endMs ?? 0) - 1]) {
        expect(windowAt(period, zone, nowMs ?? 0), period).toMatchObject(wanted);
      }
    }
  });

  it.each(PERIODS)(
    'every hour of seven years falls into its %s, and none between two',
    (period) => {
      const window = { kind: 'calendar', period, zone } as const;
      const starts = BEGINNINGS[period].map((date) => midnight(published, date));
      const wrong: string[] = [];
      const compare = (nowMs: number, at: number): void => {
        const { bucket, oldestBucket, fromMs, untilMs } = bucketAt(window, nowMs);
        const [start, end] = [starts[at], starts[at + 1]];
        const isRight = bucket === start && oldestBucket === start && fromMs === start;
        if (!isRight || untilMs !== end) {
          wrong.push(`${iso(nowMs)}: ${iso(fromMs)} to ${iso(untilMs)}, not ${iso(start)}`);
        }
      };
      for (const [at, startMs] of starts.slice(0, -1).entries()) {
        const endMs = starts[at + 1] ?? 0;
        for (let nowMs = startMs; nowMs < endMs; nowMs += HOUR_MS) compare(nowMs, at);
        compare(endMs - 1, at);
      }
      expect(wrong).toEqual([]);
    },
  );
});

it('looks at seven years', () => {
  expect(BEGINNINGS.day).toHaveLength(7 * 365 + 2 + 1);
  expect(BEGINNINGS.year).toHaveLength(7 + 1);
  expect(BEGINNINGS.quarter).toHaveLength(7 * 4 + 1);
  expect(BEGINNINGS.month).toHaveLength(7 * 12 + 1);
  expect(BEGINNINGS.week).toHaveLength(367);
});
