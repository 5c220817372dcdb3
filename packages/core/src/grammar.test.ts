// The grammar of limits: every form, and errors that show the forms.
import { describe, expect, it } from 'vitest';
import { formatLimit, parseDurationMs, parseLimit } from './grammar.ts';

const day = { kind: 'calendar', period: 'day', zone: 'UTC' };

describe('parseLimit', () => {
  it.each([
    ['$5/day', { unit: 'cost', amount: 5e9, window: day }],
    ['$0.10/request', { unit: 'cost', amount: 1e8, window: { kind: 'request' } }],
    ['$20', { unit: 'cost', amount: 2e10, window: { kind: 'lifetime' } }],
    ['100k tokens/minute', { unit: 'tokens', amount: 1e5, window: rolling(60_000) }],
    ['1.5m tokens / hour', { unit: 'tokens', amount: 1.5e6, window: rolling(3_600_000) }],
    ['10 requests/rolling 90s', { unit: 'requests', amount: 10, window: rolling(90_000) }],
    ['1 request/day', { unit: 'requests', amount: 1, window: day }],
    ['$1/mo', { unit: 'cost', amount: 1e9, window: { ...day, period: 'month' } }],
  ])('reads %s', (text, limit) => expect(parseLimit(text)).toEqual(limit));

  it('puts calendar windows in the zone', () => {
    expect(parseLimit('$5/month', { zone: 'Europe/Berlin' }).window).toEqual({
      kind: 'calendar',
      period: 'month',
      zone: 'Europe/Berlin',
    });
  });

  it.each([
    ['five dollars', /no limit; write it like \$5\/day/],
    ['$5/fortnight', /unknown window "fortnight"/],
    ['$-5/day', /no amount/],
    ['5 apples/day', /unknown unit "apples".*has an underscore/],
    ['0.5 requests/day', /no whole number/],
    ['10 requests/request', /cost or tokens/],
    ['$5/rolling 0s', /1 s to 31 days/],
    ['$5/rolling 90', /no duration/],
    ['', /no limit/],
  ])('refuses %j', (text, message) => expect(() => parseLimit(text)).toThrow(message));

  it('refuses an unknown zone', () => {
    expect(() => parseLimit('$5/day', { zone: 'Mars/Olympus' })).toThrow(/IANA/);
  });

  it('prints what it reads', () => {
    for (const text of ['$5.00/day', '$0.10/request', '$20.00', '90 requests/rolling 90s']) {
      expect(formatLimit(parseLimit(text))).toBe(text);
    }
  });
});

it('reads durations', () => {
  expect(parseDurationMs('90s')).toBe(90_000);
  expect(parseDurationMs('2h')).toBe(7_200_000);
  expect(() => parseDurationMs('soon')).toThrow(/duration/);
});

function rolling(lengthMs: number) {
  return { kind: 'rolling', lengthMs };
}
