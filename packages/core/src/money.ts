// Money is an integer number of nano-USD (L12): parsing and printing, nothing else.
import { invalid } from './errors.ts';

export const NANO_USD_PER_USD = 1_000_000_000;

/** The largest amount a counter can hold: 2^53 - 1 nano-USD is 9,007,199 USD. */
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

/** A whole, finite, non-negative number that a counter can hold exactly. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

const USD = /^\$?(\d{1,10})(?:\.(\d{1,9}))?$/;

/**
 * Reads `$5`, `5`, `0.25` or `$0.000000001` as nano-USD.
 * @throws SpendfuseError `INVALID_ARGUMENT` for a sign, more than nine decimals, or an amount above
 * 9,007,199 USD.
 */
export function parseUsd(text: string, field = 'amount'): number {
  const parts = USD.exec(text.trim());
  if (!parts) throw invalid(field, `"${text}" is no amount of USD; write it like $5 or $0.25`);
  const [, whole = '0', fraction = ''] = parts;
  const nano = Number(whole) * NANO_USD_PER_USD + Number(fraction.padEnd(9, '0'));
  if (!isAmount(nano)) throw invalid(field, `"${text}" is above 9,007,199 USD`);
  return nano;
}

/** `$5.00`, `$0.25`, `$0.000123456`: at least two decimals, as many more as are needed. */
export function formatUsd(nanoUsd: number): string {
  const digits = String(Math.abs(nanoUsd)).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0{1,7}$/, '');
  return `${nanoUsd < 0 ? '-' : ''}$${digits.slice(0, -9)}.${fraction}`;
}
