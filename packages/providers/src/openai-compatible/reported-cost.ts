// What a host says that a call costs, as nano-USD.
import { NANO_USD_PER_USD } from '@spendfuse/core';
import { countOf } from '../json.ts';

/** Undefined for what is no amount. */
export function nanoUsdOf(usd: unknown): number | undefined {
  return typeof usd === 'number' ? countOf(Math.round(usd * NANO_USD_PER_USD)) : undefined;
}
