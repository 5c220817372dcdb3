// Local times in time zones, across the changes of their clocks.
import { describe, expect, test } from 'vitest';
import { parseIsoTime } from './local-time.ts';

describe('a local time', () => {
  test.each([
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00Z'],
    // Skipped: as late after the change as it would have been.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    // Twice: the first of them.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00Z'],
    // Half an hour of change.
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00Z'],
    ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15:00Z'],
    // The island left out this day.
    ['2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T22:00:00Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(new Date(parseIsoTime(text, zone) ?? NaN)).toEqual(new Date(instant));
  });

  test.each(['2026-02-29', '2026-13-01', '2026-01-01T24:00', '2026-01-01T10:61', '26-1-1', 'x'])(
    '%s is none',
    (text) => expect(parseIsoTime(text, 'UTC')).toBeUndefined(),
  );
});
