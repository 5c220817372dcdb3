// Money: what is read, what is refused, what is printed.
import { describe, expect, it } from 'vitest';
import { formatUsd, isAmount, MAX_AMOUNT, parseUsd } from './money.ts';

describe('parseUsd', () => {
  it.each([
    ['$5', 5_000_000_000],
    ['0.25', 250_000_000],
    ['$0.000000001', 1],
    [' $1.50 ', 1_500_000_000],
    ['$9007199.254740991', MAX_AMOUNT],
  ])('reads %s', (text, nano) => expect(parseUsd(text)).toBe(nano));

  it.each(['-5', '$', '1e3', '$0.0000000001', '1,000', 'five', '', '$9007199.254740992'])(
    'refuses %j',
    (text) => expect(() => parseUsd(text)).toThrow(/USD/),
  );
});

describe('formatUsd', () => {
  it.each([
    [0, '$0.00'],
    [5_000_000_000, '$5.00'],
    [1, '$0.000000001'],
    [123_450_000, '$0.12345'],
    [MAX_AMOUNT, '$9007199.254740991'],
    [-1_500_000_000, '-$1.50'],
  ])('prints %d as %s', (nano, text) => expect(formatUsd(nano)).toBe(text));

  it('prints what parseUsd reads back', () => {
    for (const nano of [1, 10, 999_999_999, 1_000_000_001, 7_777_777_777_777]) {
      expect(parseUsd(formatUsd(nano))).toBe(nano);
    }
  });
});

describe('isAmount', () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, undefined])(
    'refuses %s',
    (value) => expect(isAmount(value)).toBe(false),
  );
});
