// Prices as exact integers: decimals of USD become pico-USD of one token, never through a float sum.
import { invalid } from '@spendfuse/core';

/** A price of $1 per million tokens is 10^6 pico-USD a token. */
export const PICO_PLACES_PER_MILLION = 6;
/** A price of $1 per thousand calls is 10^9 pico-USD a call. */
export const PICO_PLACES_PER_THOUSAND = 9;
/** A fee of $1 for one call is 10^12 pico-USD. */
export const PICO_PLACES = 12;

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** `price` × 10^`places` by its decimal digits, rounded up where it is finer than that. */
export function scaleUp(price: number, places: number): number {
  const parts = DECIMAL.exec(String(price));
  if (!parts) throw invalid('price', `${price} is no price`);
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = Math.max(0, whole.length + Number(exponent) + places);
  const kept = Number(digits.slice(0, point).padEnd(point, '0'));
  return /[1-9]/.test(digits.slice(point)) ? kept + 1 : kept;
}

const PRICE = /^\$?(\d{1,9})(?:\.(\d{1,6}))?$/;

/**
 * A user's price in USD per million tokens, `'$0.15'`, `'0.15'` or `0.15`, as pico-USD a token.
 * @throws SpendfuseError `INVALID_ARGUMENT` for a sign, more than six decimals or nine digits.
 */
export function parsePrice(price: string | number, field = 'price'): number {
  const parts = PRICE.exec(String(price).trim());
  if (!parts) {
    throw invalid(
      field,
      `"${price}" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals`,
    );
  }
  const [, whole = '', fraction = ''] = parts;
  return Number(whole + fraction.padEnd(PICO_PLACES_PER_MILLION, '0'));
}

const FEE = /^\$?(\d{1,3})(?:\.(\d{1,9}))?$/;

/**
 * A user's fee in USD for one call or one search, `'$0.01'` or `0.01`, as pico-USD.
 * @throws SpendfuseError `INVALID_ARGUMENT` for a sign, more than nine decimals, $1,000 or more.
 */
export function parseFee(fee: string | number, field = 'request'): number {
  const parts = FEE.exec(String(fee).trim());
  if (!parts) {
    throw invalid(
      field,
      `"${fee}" is no fee in USD; write it like $0.01, below $1,000 with up to 9 decimals`,
    );
  }
  const [, whole = '', fraction = ''] = parts;
  return Number(whole + fraction.padEnd(PICO_PLACES, '0'));
}

/** An exact fraction, such as 5/3: what a service tier multiplies prices by. */
export type Factor = readonly [numerator: number, denominator: number];

const FACTOR = /^(\d{1,3})(?:\.(\d{1,6}))?$/;

/** @throws SpendfuseError `INVALID_ARGUMENT` for a sign, more than six decimals, 1,000 or more. */
export function parseFactor(factor: string | number, field = 'factor'): Factor {
  const parts = FACTOR.exec(String(factor).trim());
  if (!parts) {
    throw invalid(field, `"${factor}" is no factor; write it like 0.5, with up to 6 decimals`);
  }
  const [, whole = '', fraction = ''] = parts;
  return [Number(whole + fraction), 10 ** fraction.length];
}

/** `price` × `factor`, rounded up. */
export function multiplyUp(price: number, [numerator, denominator]: Factor): number {
  const over = BigInt(denominator);
  return Number((BigInt(price) * BigInt(numerator) + over - 1n) / over);
}
