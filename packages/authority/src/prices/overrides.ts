// The user's own prices, which go before the data set's.
import { createHash } from 'node:crypto';
import { globMatches, invalid, isAmount } from '@spendfuse/core';
import { ABOVE_NOTHING, completePrices, modelPrice } from './cost.ts';
import type { ModelName } from './data-set.ts';
import { parsePrice } from './decimal.ts';
import type { ModelPrice } from './price.ts';

/** Prices in USD per million tokens: `'$0.15'`, `'0.15'` or `0.15`. A price of 0 is a real price. */
export interface PriceOverride {
  /** As in `gen_ai.provider.name`, `*` as a glob; any provider if not given. */
  readonly provider?: string | undefined;
  /** As in the request, `*` as a glob. */
  readonly model: string;
  readonly input: string | number;
  readonly output: string | number;
  readonly cacheRead?: string | number | undefined;
  readonly cacheWrite?: string | number | undefined;
  readonly inputAudio?: string | number | undefined;
  readonly outputAudio?: string | number | undefined;
  readonly maxOutputTokens?: number | undefined;
}

export interface CompiledOverride {
  readonly matches: (name: ModelName) => boolean;
  readonly price: ModelPrice;
  readonly maxOutputTokens: number | undefined;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field, such as `prices[0].input`. */
export function compileOverrides(overrides: readonly PriceOverride[]): {
  readonly compiled: readonly CompiledOverride[];
  /** `''`, or `+overrides.` and eight digits that stand for their content. */
  readonly versionSuffix: string;
} {
  if (overrides.length === 0) return { compiled: [], versionSuffix: '' };
  const parsed = overrides.map((override, index) => parse(override, `prices[${index}]`));
  const digest = createHash('sha256').update(JSON.stringify(parsed)).digest('hex');
  return { compiled: parsed.map(compile), versionSuffix: `+overrides.${digest.slice(0, 8)}` };
}

function parse(override: PriceOverride, field: string) {
  const { provider = '*', model, maxOutputTokens } = override;
  if (!model) throw invalid(`${field}.model`, 'is missing');
  if (maxOutputTokens !== undefined && (!isAmount(maxOutputTokens) || maxOutputTokens === 0)) {
    throw invalid(`${field}.maxOutputTokens`, `${maxOutputTokens} is no number of tokens`);
  }
  const optional = (key: 'cacheRead' | 'cacheWrite' | 'inputAudio' | 'outputAudio') => {
    const price = override[key];
    return price === undefined ? undefined : parsePrice(price, `${field}.${key}`);
  };
  const known = {
    input: parsePrice(override.input, `${field}.input`),
    output: parsePrice(override.output, `${field}.output`),
    cacheRead: optional('cacheRead'),
    cacheWrite: optional('cacheWrite'),
    inputAudio: optional('inputAudio'),
    outputAudio: optional('outputAudio'),
  };
  return { provider, model, prices: completePrices(known), maxOutputTokens };
}

function compile(override: ReturnType<typeof parse>): CompiledOverride {
  return {
    matches: ({ provider, model }) =>
      globMatches(override.provider, provider) && globMatches(override.model, model),
    price: modelPrice([{ aboveInputTokens: ABOVE_NOTHING, prices: override.prices }]),
    maxOutputTokens: override.maxOutputTokens,
  };
}
