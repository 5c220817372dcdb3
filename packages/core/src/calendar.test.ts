// Calendar periods: month ends, leap days, Mondays, turns of years, and days without a midnight or with two.
import { describe, expect, it } from 'vitest';
import { calendarNext, calendarStart, isTimeZone, type Period } from './calendar.ts';

/** The period that holds an instant, as `start/end` in UTC. */
function span(period: Period, at: string, zone = 'UTC'): string {
  const window = { period, zone };
  const nowMs = Date.parse(at);
  const times = [calendarStart(window, nowMs), calendarNext(window, nowMs)];
  return times.map((ms) => new Date(ms).toISOString().replace('.000Z', 'Z')).join('/');
}

const days = (start: string, end: string): string => `${start}T00:00:00Z/${end}T00:00:00Z`;

describe('months', () => {
  it.each([
    ['2024-02-29T23:59:59.999Z', '2024-02-01', '2024-03-01'],
    ['2024-03-01T00:00:00Z', '2024-03-01', '2024-04-01'],
    ['2026-02-28T23:59:59.999Z', '2026-02-01', '2026-03-01'],
    ['2028-02-29T12:00:00Z', '2028-02-01', '2028-03-01'],
    ['2027-01-31T23:59:59.999Z', '2027-01-01', '2027-02-01'],
    ['2027-03-31T00:00:00Z', '2027-03-01', '2027-04-01'],
    ['2027-04-30T23:59:59.999Z', '2027-04-01', '2027-05-01'],
    ['2027-12-31T23:59:59.999Z', '2027-12-01', '2028-01-01'],
    // 2000 had a leap day, 2100 has none.
    ['2000-02-29T12:00:00Z', '2000-02-01', '2000-03-01'],
    ['2100-02-28T12:00:00Z', '2100-02-01', '2100-03-01'],
  ])('%s is in the month from %s to %s', (at, start, end) => {
    expect(span('month', at)).toBe(days(start, end));
  });
});

describe('leap days', () => {
  it.each([
    ['2024-02-28T23:59:59.999Z', '2024-02-28', '2024-02-29'],
    ['2024-02-29T00:00:00Z', '2024-02-29', '2024-03-01'],
    ['2028-02-29T12:00:00Z', '2028-02-29', '2028-03-01'],
    ['2026-02-28T12:00:00Z', '2026-02-28', '2026-03-01'],
  ])('%s is in the day from %s to %s', (at, start, end) => {
    expect(span('day', at)).toBe(days(start, end));
  });

  it('make the first quarter, and the year, a day longer', () => {
    const daysOf = (text: string): number => {
      const [start = '', end = ''] = text.split('/');
      return (Date.parse(end) - Date.parse(start)) / 86_400_000;
    };
    const years = [2024, 2025, 2026, 2027, 2028, 2029, 2030];
    expect(years.map((year) => daysOf(span('quarter', `${year}-02-01T00:00:00Z`)))).toEqual([
      91, 90, 90, 90, 91, 90, 90,
    ]);
    expect(years.map((year) => daysOf(span('year', `${year}-07-01T00:00:00Z`)))).toEqual([
      366, 365, 365, 365, 366, 365, 365,
    ]);
  });
});

describe('weeks begin on Monday', () => {
  it.each([
    // Across the turns of years: weeks belong to neither.
    ['2024-12-31T23:59:59Z', '2024-12-30', '2025-01-06'],
    ['2025-01-01T00:00:00Z', '2024-12-30', '2025-01-06'],
    ['2026-01-01T12:00:00Z', '2025-12-29', '2026-01-05'],
    ['2027-01-03T23:59:59.999Z', '2026-12-28', '2027-01-04'],
    ['2027-01-04T00:00:00Z', '2027-01-04', '2027-01-11'],
    ['2027-12-31T12:00:00Z', '2027-12-27', '2028-01-03'],
    ['2029-01-01T00:00:00Z', '2029-01-01', '2029-01-08'],
    ['2030-12-31T12:00:00Z', '2030-12-30', '2031-01-06'],
    // Over a leap day, and on a Sunday.
    ['2024-03-01T12:00:00Z', '2024-02-26', '2024-03-04'],
    ['2028-02-29T12:00:00Z', '2028-02-28', '2028-03-06'],
    ['2026-11-22T23:59:59.999Z', '2026-11-16', '2026-11-23'],
  ])('%s is in the week from %s to %s', (at, start, end) => {
    expect(span('week', at)).toBe(days(start, end));
  });
});

describe('quarters and years turn with their zone', () => {
  it.each([
    ['quarter', 'UTC', '2026-03-31T23:59:59.999Z', '2026-01-01T00:00:00Z/2026-04-01T00:00:00Z'],
    ['quarter', 'UTC', '2026-04-01T00:00:00Z', '2026-04-01T00:00:00Z/2026-07-01T00:00:00Z'],
    ['quarter', 'UTC', '2026-07-01T00:00:00Z', '2026-07-01T00:00:00Z/2026-10-01T00:00:00Z'],
    ['quarter', 'UTC', '2026-12-31T23:59:59Z', '2026-10-01T00:00:00Z/2027-01-01T00:00:00Z'],
    [
      'quarter',
      'Europe/Berlin',
      '2026-03-31T21:59:59Z',
      '2025-12-31T23:00:00Z/2026-03-31T22:00:00Z',
    ],
    [
      'quarter',
      'Europe/Berlin',
      '2026-10-01T00:00:00Z',
      '2026-09-30T22:00:00Z/2026-12-31T23:00:00Z',
    ],
    ['year', 'UTC', '2028-12-31T23:59:59.999Z', '2028-01-01T00:00:00Z/2029-01-01T00:00:00Z'],
    ['year', 'Asia/Kathmandu', '2028-12-31T18:14:59Z', '2027-12-31T18:15:00Z/2028-12-31T18:15:00Z'],
    ['year', 'Asia/Kathmandu', '2028-12-31T18:15:00Z', '2028-12-31T18:15:00Z/2029-12-31T18:15:00Z'],
    [
      'year',
      'Australia/Lord_Howe',
      '2026-06-01T00:00:00Z',
      '2025-12-31T13:00:00Z/2026-12-31T13:00:00Z',
    ],
    // The furthest zones of both sides: 26 hours apart.
    [
      'year',
      'Pacific/Kiritimati',
      '2026-12-31T10:00:00Z',
      '2026-12-31T10:00:00Z/2027-12-31T10:00:00Z',
    ],
    ['year', 'Etc/GMT+12', '2027-01-01T11:59:59Z', '2026-01-01T12:00:00Z/2027-01-01T12:00:00Z'],
  ] as const)('%s in %s at %s: %s', (period, zone, at, wanted) => {
    expect(span(period, at, zone)).toBe(wanted);
  });
});

describe('where midnight does not exist, the day begins with its first instant', () => {
  it.each([
    // 00:00 became 01:00.
    ['Africa/Cairo', '2024-04-25T22:00:00Z/2024-04-26T21:00:00Z'],
    ['Africa/Cairo', '2026-04-23T22:00:00Z/2026-04-24T21:00:00Z'],
    ['Africa/Cairo', '2030-04-25T22:00:00Z/2030-04-26T21:00:00Z'],
    ['Asia/Beirut', '2026-03-28T22:00:00Z/2026-03-29T21:00:00Z'],
    ['America/Havana', '2026-03-08T05:00:00Z/2026-03-09T04:00:00Z'],
    ['America/Sao_Paulo', '2017-10-15T03:00:00Z/2017-10-16T02:00:00Z'],
    ['America/Sao_Paulo', '2018-11-04T03:00:00Z/2018-11-05T02:00:00Z'],
  ])('%s: %s has 23 hours', (zone, wanted) => {
    expectDay(zone, wanted, 23);
  });

  it.each([
    // 24:00 became 23:00 of the same day.
    ['Africa/Cairo', '2024-10-30T21:00:00Z/2024-10-31T22:00:00Z'],
    ['Africa/Cairo', '2026-10-28T21:00:00Z/2026-10-29T22:00:00Z'],
    ['Asia/Beirut', '2026-10-23T21:00:00Z/2026-10-24T22:00:00Z'],
    ['America/Sao_Paulo', '2019-02-16T02:00:00Z/2019-02-17T03:00:00Z'],
    // A leap day, and the last day with that offset.
    ['Asia/Almaty', '2024-02-28T18:00:00Z/2024-02-29T19:00:00Z'],
    // 01:00 became 00:00: the day has two midnights and begins with the first.
    ['America/Havana', '2026-11-01T04:00:00Z/2026-11-02T05:00:00Z'],
  ])('%s: %s has 25 hours', (zone, wanted) => {
    expectDay(zone, wanted, 25);
  });

  function expectDay(zone: string, wanted: string, hours: number): void {
    const [start = '', end = ''] = wanted.split('/');
    const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
    expect(endMs - startMs).toBe(hours * 3_600_000);
    for (let nowMs = startMs; nowMs < endMs; nowMs += 900_000) {
      expect(span('day', new Date(nowMs).toISOString(), zone)).toBe(wanted);
    }
    expect(span('day', new Date(startMs - 1).toISOString(), zone)).toMatch(`/${start}`);
    expect(span('day', new Date(endMs - 1).toISOString(), zone)).toBe(wanted);
    expect(span('day', new Date(endMs).toISOString(), zone)).toMatch(`${end}/`);
  }

  it.each([
    ['week', 'Asia/Tehran', '2021-03-21T20:30:00Z/2021-03-28T19:30:00Z'],
    ['month', 'America/Asuncion', '2023-10-01T04:00:00Z/2023-11-01T03:00:00Z'],
    ['quarter', 'America/Asuncion', '2023-10-01T04:00:00Z/2024-01-01T03:00:00Z'],
    // Its clocks went back as February 2024 ended.
    ['month', 'Asia/Almaty', '2024-01-31T18:00:00Z/2024-02-29T19:00:00Z'],
    ['month', 'Asia/Almaty', '2024-02-29T19:00:00Z/2024-03-31T19:00:00Z'],
  ] as const)('and so does the %s in %s', (period, zone, wanted) => {
    const [start = '', end = ''] = wanted.split('/');
    expect(span(period, start, zone)).toBe(wanted);
    expect(span(period, new Date(Date.parse(end) - 1).toISOString(), zone)).toBe(wanted);
  });

  it('a day that a zone has left out is in no window: Samoa crossed the date line', () => {
    expect(span('day', '2011-12-30T09:59:59Z', 'Pacific/Apia')).toBe(
      '2011-12-29T10:00:00Z/2011-12-30T10:00:00Z',
    );
    expect(span('week', '2011-12-30T10:00:00Z', 'Pacific/Apia')).toBe(
      '2011-12-26T10:00:00Z/2012-01-01T10:00:00Z',
    );
  });
});

it('answers the same in whatever order it is asked', () => {
  // Of one window object, as a limit has it: what was asked last is remembered.
  const window = { period: 'day', zone: 'Europe/Berlin' } as const;
  const noon = Date.parse('2026-10-25T12:00:00Z');
  const asked = Array.from({ length: 40 }, (_, n) => noon + ((n * 17) % 31) * 86_400_000);
  for (const nowMs of asked) {
    const fresh = { ...window };
    expect(calendarStart(window, nowMs)).toBe(calendarStart(fresh, nowMs));
    expect(calendarNext(window, nowMs)).toBe(calendarNext(fresh, nowMs));
  }
});

it('knows a time zone from what is none', () => {
  expect(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Etc/GMT+12'].map(isTimeZone)).not.toContain(
    false,
  );
  expect(['', 'Mars/Olympus', 'Europe/Berlin ', '25:00'].map(isTimeZone)).not.toContain(true);
});
