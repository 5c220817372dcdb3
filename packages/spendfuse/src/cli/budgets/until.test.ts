// Until when an override holds, as typed.
import { describe, expect, test } from 'vitest';
import { parseUntil, timeText } from './until.ts';

/** A Sunday, 09:00 in Berlin. */
const NOW_MS = Date.parse('2026-11-22T08:00:00Z');

function until(text: string, zone = 'Europe/Berlin', nowMs = NOW_MS): string {
  return new Date(parseUntil(text, { zone, nowMs, field: '--until' })).toISOString();
}

describe('until', () => {
  test.each([
    ['90s', '2026-11-22T08:01:30.000Z'],
    ['2h', '2026-11-22T10:00:00.000Z'],
    ['30d', '2026-12-22T08:00:00.000Z'],
    ['18:00', '2026-11-22T17:00:00.000Z'],
    ['8:30', '2026-11-23T07:30:00.000Z'],
    ['today 18:00', '2026-11-22T17:00:00.000Z'],
    ['tomorrow 18:00', '2026-11-23T17:00:00.000Z'],
    ['Friday 18:00', '2026-11-27T17:00:00.000Z'],
    ['fri 18:00', '2026-11-27T17:00:00.000Z'],
    ['Sunday 18:00', '2026-11-22T17:00:00.000Z'],
    ['Sunday 08:59', '2026-11-29T07:59:00.000Z'],
    ['2026-11-27', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T18:00', '2026-11-27T17:00:00.000Z'],
    ['2026-11-27T18:00Z', '2026-11-27T18:00:00.000Z'],
  ])('%s', (text, instant) => expect(until(text)).toBe(instant));

  test('is the time of the zone, also across a change of its clocks', () => {
    const saturday = Date.parse('2026-03-28T12:00:00Z');
    expect(until('Sunday 18:00', 'Europe/Berlin', saturday)).toBe('2026-03-29T16:00:00.000Z');
    expect(until('Friday 18:00', 'America/New_York')).toBe('2026-11-27T23:00:00.000Z');
    // The weekday there, where it is Monday already.
    expect(until('Monday 18:00', 'Pacific/Kiritimati', Date.parse('2026-11-22T12:00:00Z'))).toBe(
      '2026-11-23T04:00:00.000Z',
    );
  });

  test('the end of a year', () => {
    expect(until('Friday 18:00', 'UTC', Date.parse('2026-12-31T20:00:00Z'))).toBe(
      '2027-01-01T18:00:00.000Z',
    );
  });

  test.each([
    ['someday', /no time; write it like 2h/],
    ['Freitag 18:00', /no time/],
    ['Friday', /no time/],
    ['Friday 25:00', /no time/],
    ['2026-02-30', /no time/],
    ['-2h', /no time/],
    ['0s', /in the past/],
    ['2026-11-22T08:59', /in the past/],
    ['today 08:00', /in the past/],
  ])('%s is refused', (text, message) => expect(() => until(text)).toThrow(message));

  test('in a zone that is none is refused', () => {
    expect(() => until('2h', 'Mars')).toThrow(/--zone: "Mars" is no IANA time zone/);
  });
});

test('what was understood is said', () => {
  const text = timeText(Date.parse('2026-11-27T17:00:00Z'), 'Europe/Berlin');
  expect(text).toBe('Fri, Nov 27, 2026, 18:00 (Europe/Berlin)');
});
