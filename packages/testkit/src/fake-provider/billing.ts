// The fake provider's own bill: exact decimal arithmetic, independent of Spendfuse's price code.

/** Prices of one model in USD per million tokens, as plain decimals (`'0.15'`). */
export interface FakePrice {
  readonly inputUsdPerMTok: string;
  /** For the cached part of the input; default: the input price. */
  readonly cachedInputUsdPerMTok?: string;
  /** For the part of the input that is written to a cache; default: the input price. */
  readonly cacheWriteUsdPerMTok?: string;
  readonly outputUsdPerMTok: string;
}

/** By model id: the requested one, or the dated one it stands for. */
export type FakePrices = Readonly<Record<string, FakePrice>>;

/** Token counts of one call; `cachedTokens` and `cacheWriteTokens` are parts of `inputTokens`. */
export interface BilledUsage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens?: number;
  readonly outputTokens: number;
}

const DECIMALS = 12;
/** 1 USD per million tokens is 1000 nano-USD per token; prices carry 12 decimals. */
const PRICE_UNITS_PER_NANO_USD = 10n ** BigInt(DECIMALS) / 1000n;

/**
 * Price of one call in nano-USD (10^-9 USD), computed exactly and rounded up once at the end.
 * @throws RangeError if a price is not a plain decimal with at most 12 decimals.
 */
export function billNanoUsd(price: FakePrice, usage: BilledUsage): bigint {
  const cached = BigInt(usage.cachedTokens);
  const written = BigInt(usage.cacheWriteTokens ?? 0);
  const fresh = BigInt(usage.inputTokens) - cached - written;
  const total =
    fresh * parsePrice(price.inputUsdPerMTok) +
    cached * parsePrice(price.cachedInputUsdPerMTok ?? price.inputUsdPerMTok) +
    written * parsePrice(price.cacheWriteUsdPerMTok ?? price.inputUsdPerMTok) +
    BigInt(usage.outputTokens) * parsePrice(price.outputUsdPerMTok);
  return (total + PRICE_UNITS_PER_NANO_USD - 1n) / PRICE_UNITS_PER_NANO_USD;
}

function parsePrice(text: string): bigint {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[2] ?? '';
  if (match === null || fraction.length > DECIMALS) {
    throw new RangeError(`not a price in USD with at most ${DECIMALS} decimals: '${text}'`);
  }
  return BigInt(`${match[1]}${fraction.padEnd(DECIMALS, '0')}`);
}
