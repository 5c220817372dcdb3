// The public price data set: which of its models a call means, and that model's prices as our own.
import {
  calcPrice,
  type ConditionalPrice,
  findProvider,
  type ModelInfo,
  type ModelPrice as DataPrices,
} from '@pydantic/genai-prices';
import {
  ABOVE_NOTHING,
  completePrices,
  modelPrice,
  type PriceStep,
  type TokenPrices,
} from './cost.ts';
import { PICO_PLACES_PER_MILLION, PICO_PLACES_PER_THOUSAND, scaleUp } from './decimal.ts';
import type { ModelPrice } from './price.ts';

/** Of the package in use; a test compares it with the installed one. */
export const DATA_SET = 'genai-prices@0.1.8';

/** `gen_ai.provider.name` → id in the data set, where its own rules do not see it. */
const PROVIDER_IDS: Readonly<Record<string, string>> = {
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  'gcp.gen_ai': 'google',
  x_ai: 'x-ai',
};

const FINE_TUNED = /^(ft:[^:]+):/;
const DATED = /[-@](?:20\d{2}-\d{2}-\d{2}|20\d{6})$/;

export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/**
 * The model by the data set's rules (aliases, dated ids, regions); else as a fine-tuned one without
 * a date (`ft:gpt-4o-mini:acme::id`), without its date, or as `provider/model`.
 * A fine-tuned model never gets the price of its base, which is lower.
 */
export function findModel({ provider, model }: ModelName): ModelInfo | undefined {
  const providerId = PROVIDER_IDS[provider] ?? provider;
  const found = lookUp(providerId, model) ?? lookUp(providerId, model.replace(DATED, ''));
  if (found) return found;
  const fineTuned = FINE_TUNED.exec(model)?.[1]?.toLowerCase();
  if (fineTuned) {
    return findProvider({ providerId })?.models.find((one) => one.id === fineTuned);
  }
  const slash = model.indexOf('/');
  if (slash === -1) return undefined;
  return findModel({ provider: model.slice(0, slash), model: model.slice(slash + 1) });
}

function lookUp(providerId: string, model: string): ModelInfo | undefined {
  // Without a provider the library would guess one from the model.
  if (providerId === '') return undefined;
  // The price of nothing: only the match is wanted.
  return calcPrice({}, model, { providerId })?.model;
}

/** A model's prices over time. */
export type PriceSchedule = (nowMs: number) => ModelPrice | undefined;

/** The later of two prices that are in force at the same time wins, as in the data set's own rules. */
export function scheduleOf({ id, prices }: ModelInfo): PriceSchedule {
  if (!Array.isArray(prices)) {
    const price = priceOf(id, prices);
    return () => price;
  }
  const ranked = prices.map((conditional) => ({
    inForce: conditionOf(conditional.constraint),
    price: priceOf(id, conditional.prices),
  }));
  const first = ranked[0]?.price;
  ranked.reverse();
  return (nowMs) => (ranked.find(({ inForce }) => inForce(nowMs)) ?? { price: first }).price;
}

const DAY_MS = 86_400_000;

function conditionOf(constraint: ConditionalPrice['constraint']): (nowMs: number) => boolean {
  if (!constraint) return () => true;
  if (constraint.type === 'start_date') {
    const startMs = Date.parse(constraint.start_date);
    return (nowMs) => nowMs >= startMs;
  }
  const startMs = timeOfDayMs(Date.parse(`1970-01-01T${constraint.start_time}`));
  const endMs = timeOfDayMs(Date.parse(`1970-01-01T${constraint.end_time}`));
  return (nowMs) => {
    const ms = timeOfDayMs(nowMs);
    return endMs < startMs ? ms >= startMs || ms < endMs : ms >= startMs && ms < endMs;
  };
}

function timeOfDayMs(ms: number): number {
  return ((ms % DAY_MS) + DAY_MS) % DAY_MS;
}

/**
 * Undefined for a model without a price for its input (priced by the hour or page, or not at all),
 * unless it says of itself that it is free (`…:free`).
 */
function priceOf(modelId: string, data: DataPrices): ModelPrice | undefined {
  if (data['input_mtok'] === undefined && !modelId.endsWith(':free')) return undefined;
  return modelPrice(stepsOf(data));
}

function stepsOf(data: DataPrices): readonly PriceStep[] {
  const starts = Object.values(data).flatMap((price) =>
    typeof price === 'object' ? price.tiers.map(({ start }) => start) : [],
  );
  const ascending = [...new Set([ABOVE_NOTHING, ...starts])].toSorted((a, b) => a - b);
  return ascending.map((above) => ({ aboveInputTokens: above, prices: pricesAbove(above, data) }));
}

/** A tier prices the whole call, and goes by all of its input. */
function pricesAbove(aboveInputTokens: number, data: DataPrices): TokenPrices {
  const priced = (key: string, places: number): number | undefined => {
    const price = data[key];
    if (typeof price !== 'object') return price === undefined ? undefined : scaleUp(price, places);
    const reached = price.tiers.filter(({ start }) => start <= aboveInputTokens);
    const highest = reached.toSorted((a, b) => a.start - b.start).at(-1);
    return scaleUp(highest?.price ?? price.base, places);
  };
  const perToken = (key: string): number | undefined => priced(key, PICO_PLACES_PER_MILLION);
  return completePrices({
    input: perToken('input_mtok') ?? 0,
    cacheRead: perToken('cache_read_mtok'),
    cacheWrite: perToken('cache_write_mtok'),
    inputAudio: perToken('input_audio_mtok'),
    cacheReadAudio: perToken('cache_audio_read_mtok'),
    cacheWriteAudio: perToken('cache_audio_write_mtok'),
    output: perToken('output_mtok') ?? 0,
    reasoning: perToken('output_reasoning_mtok'),
    outputAudio: perToken('output_audio_mtok'),
    reasoningAudio: perToken('output_audio_reasoning_mtok'),
    request: priced('requests_kcount', PICO_PLACES_PER_THOUSAND),
  });
}
