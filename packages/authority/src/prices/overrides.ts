// The user's own prices, which go before the data set's: entries, aliases, the rule for unknown models.
import { globMatches, invalid, isAmount } from '@spendfuse/core';
import type { ModelName } from './data-set.ts';
import { type Factor, parseFactor, parseFee, parsePrice } from './decimal.ts';
import { STANDARD_TIER } from './price.ts';
import {
  ABOVE_NOTHING,
  completePrices,
  type PriceStep,
  type PriceSteps,
  scaleSteps,
  type TokenPrices,
} from './steps.ts';
import type { TierSteps } from './tiers.ts';

/**
 * Prices in USD per million tokens: `'$0.15'`, `'0.15'` or `0.15`. A price of 0 is a real price. A kind
 * that is left out costs what its whole costs: `cacheWrite` what `input` costs.
 */
export interface PriceList {
  readonly input: string | number;
  readonly output: string | number;
  readonly cacheRead?: string | number | undefined;
  readonly cacheWrite?: string | number | undefined;
  /** Of a cache write that lasts an hour; left out: what `cacheWrite` costs. */
  readonly cacheWrite1h?: string | number | undefined;
  readonly inputAudio?: string | number | undefined;
  readonly outputAudio?: string | number | undefined;
  readonly inputImage?: string | number | undefined;
  readonly outputImage?: string | number | undefined;
  /** USD for one search that the provider runs. */
  readonly webSearch?: string | number | undefined;
  /** USD for the call itself. */
  readonly request?: string | number | undefined;
}

/** Prices of a whole call with more input than `inputTokens`. */
export interface LongContextPrices extends PriceList {
  readonly inputTokens: number;
}

/** Prices by the length of the input. */
export interface SteppedPrices extends PriceList {
  readonly above?: readonly LongContextPrices[] | undefined;
}

/** Of a service tier: a factor on the standard prices, or prices of its own. */
export type TierEntry = { readonly factor: string | number } | SteppedPrices;

interface OverrideTarget {
  /** As in `gen_ai.provider.name`, `*` as a glob; any provider if not given. */
  readonly provider?: string | undefined;
  /** As in the request, `*` as a glob. */
  readonly model: string;
  readonly maxOutputTokens?: number | undefined;
  readonly contextWindow?: number | undefined;
}

export interface PriceEntry extends OverrideTarget, SteppedPrices {
  /** By the name that the provider gives the tier, such as `batch`. */
  readonly tiers?: Readonly<Record<string, TierEntry>> | undefined;
}

/** Another name of a model: a deployment, a fine-tune. */
export interface AliasEntry extends OverrideTarget {
  readonly alias: string;
}

export type PriceOverride = PriceEntry | AliasEntry;

/** What a model costs that is not known: as much as another, or these prices. */
export type PriceFallback = { readonly as: string } | PriceList;

/** An entry, read. */
export interface Override {
  /** Where it stands, such as `prices[0]`. */
  readonly field: string;
  readonly provider: string;
  readonly model: string;
  readonly prices: { readonly tiers: TierSteps } | { readonly alias: string };
  readonly maxOutputTokens: number | undefined;
  readonly contextWindow: number | undefined;
}

export function overrideMatches(override: Override, { provider, model }: ModelName): boolean {
  return globMatches(override.provider, provider) && globMatches(override.model, model);
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field, such as `prices[0].input`. */
export function readOverride(entry: PriceOverride, field: string): Override {
  const { provider = '*', model, maxOutputTokens, contextWindow } = entry;
  if (!model) throw invalid(`${field}.model`, 'is missing');
  checkTokens(maxOutputTokens, `${field}.maxOutputTokens`);
  checkTokens(contextWindow, `${field}.contextWindow`);
  if ('alias' in entry && !entry.alias) throw invalid(`${field}.alias`, 'is missing');
  const prices = 'alias' in entry ? { alias: entry.alias } : { tiers: readTiers(entry, field) };
  return { field, provider, model, prices, maxOutputTokens, contextWindow };
}

function readTiers(entry: PriceEntry, field: string): TierSteps {
  const standard = readSteps(entry, { field });
  const tiers = new Map([[STANDARD_TIER, standard]]);
  for (const [tier, own] of Object.entries(entry.tiers ?? {})) {
    const at = `${field}.tiers.${tier}`;
    if (tier === STANDARD_TIER) {
      throw invalid(at, 'the prices of the entry itself are those of the standard tier');
    }
    tiers.set(tier, readTier(own, { standard, field: at }));
  }
  return tiers;
}

function readTier(
  own: TierEntry,
  { standard, field }: { readonly standard: PriceSteps; readonly field: string },
): PriceSteps {
  if (!('factor' in own)) {
    return readSteps(own, { field, fees: standard[0]?.prices });
  }
  const factor: Factor = parseFactor(own.factor, `${field}.factor`);
  return scaleSteps(standard, { factor });
}

interface ListPlace {
  readonly field: string;
  /** The fees where the list names none: what is said of a whole holds for its parts. */
  readonly fees?: Pick<TokenPrices, 'webSearch' | 'request'> | undefined;
}

/** The prices of an entry, a tier or a fallback. */
export function readSteps(own: SteppedPrices, place: ListPlace): PriceSteps {
  const { field } = place;
  const prices = readList(own, place);
  const above = (own.above ?? []).map((step, index): PriceStep => {
    const at = `${field}.above[${index}]`;
    checkTokens(step.inputTokens, `${at}.inputTokens`);
    const stepped = readList(step, { field: at, fees: prices });
    return { aboveInputTokens: step.inputTokens, prices: stepped };
  });
  const ascending = above.toSorted((a, b) => a.aboveInputTokens - b.aboveInputTokens);
  return [{ aboveInputTokens: ABOVE_NOTHING, prices }, ...ascending];
}

function readList(own: PriceList, { field, fees }: ListPlace): TokenPrices {
  const read = (key: keyof PriceList, parse = parsePrice) => {
    const price = own[key];
    return price === undefined ? undefined : parse(price, `${field}.${key}`);
  };
  return completePrices({
    input: parsePrice(own.input, `${field}.input`),
    output: parsePrice(own.output, `${field}.output`),
    cacheRead: read('cacheRead'),
    cacheWrite: read('cacheWrite'),
    cacheWrite1h: read('cacheWrite1h'),
    inputAudio: read('inputAudio'),
    outputAudio: read('outputAudio'),
    inputImage: read('inputImage'),
    outputImage: read('outputImage'),
    webSearch: read('webSearch', parseFee) ?? fees?.webSearch,
    request: read('request', parseFee) ?? fees?.request,
  });
}

function checkTokens(tokens: number | undefined, field: string): void {
  if (tokens === undefined || (isAmount(tokens) && tokens > 0)) return;
  throw invalid(field, `${tokens} is no number of tokens`);
}
