// Decimals of USD become whole pico-USD, rounded up where they are finer.
import { describe, expect, test } from 'vitest';
import { multiplyUp, parseFactor, parseFee, parsePrice, scaleUp } from './decimal.ts';

describe('a price of the data set', () => {
  test.each([
    [0, 6, 0],
    [0.15, 6, 150_000],
    [2.5, 6, 2_500_000],
    [0.003625, 6, 3625],
    [600, 6, 600_000_000],
    [12, 9, 12_000_000_000],
    [1e-6, 6, 1],
    [2.5e-7, 6, 1],
    [3.000_000_1, 6, 3_000_001],
    [0.180_000_000_000_000_02, 6, 180_001],
    [1e21, 0, 1e21],
  ])('%d × 10^%i is %d', (price, places, scaled) => {
    expect(scaleUp(price, places)).toBe(scaled);
  });
});

describe("a user's price per million tokens", () => {
  test.each([
    ['$0.15', 150_000],
    ['0.15', 150_000],
    [' $12 ', 12_000_000],
    [0.075, 75_000],
    [3, 3_000_000],
    [0, 0],
    ['$0.000001', 1],
    ['$999999999.999999', 999_999_999_999_999],
  ])('%s is %d pico-USD a token', (price, pico) => {
    expect(parsePrice(price)).toBe(pico);
  });

  test.each(['-1', -0.5, '', 'free', '$1,000', '0.0000001', 1e-7, Number.NaN, Infinity, '1e3'])(
    '%s is none',
    (price) => {
      expect(() => parsePrice(price, 'prices[0].input')).toThrowError(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          field: 'prices[0].input',
          message: `prices[0].input: "${price}" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals`,
        }),
      );
    },
  );
});

describe('a fee per call', () => {
  test.each([
    ['$0.01', 10_000_000_000],
    [0.000_000_001 + 0.5, 500_000_001_000],
    ['999.999999999', 999_999_999_999_000],
    [0, 0],
  ])('%s is %d pico-USD', (fee, pico) => {
    expect(parseFee(fee)).toBe(pico);
  });

  test.each(['-1', '$1000', '0.0000000001', '1%', ''])('%s is none', (fee) => {
    expect(() => parseFee(fee)).toThrowError(/^request: ".*" is no fee in USD;/);
  });
});

describe('a factor', () => {
  test.each([
    [0.5, 3, 2],
    ['1.75', 4, 7],
    [2, 3, 6],
    [0, 9, 0],
    ['0.333333', 3, 1],
    [1.1, 999_999_999_999_999, 1_099_999_999_999_999],
  ])('%s of %d is %d, rounded up', (factor, price, scaled) => {
    expect(multiplyUp(price, parseFactor(factor))).toBe(scaled);
  });

  test.each(['-1', '50%', '1000', '0.0000001', ''])('%s is none', (factor) => {
    expect(() => parseFactor(factor)).toThrowError(
      /^factor: ".*" is no factor; write it like 0\.5/,
    );
  });
});
