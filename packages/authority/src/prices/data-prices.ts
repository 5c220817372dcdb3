// One model of the price data set: its prices over time, as our own steps.
import {
  PICO_PLACES,
  PICO_PLACES_PER_MILLION,
  PICO_PLACES_PER_THOUSAND,
  scaleUp,
} from './decimal.ts';
import type { MatchRule } from './match.ts';
import { ABOVE_NOTHING, completePrices, type PriceSteps, type TokenPrices } from './steps.ts';

/** A price, or one that goes by the length of the input. */
export type DataPrice =
  | number
  | {
      readonly base: number;
      readonly tiers: readonly { readonly start: number; readonly price: number }[];
    };

export type DataPrices = Readonly<Record<string, DataPrice | undefined>>;

/** When prices are in force: from a day on, or between two times of every day (UTC). */
export type DataConstraint =
  | { readonly type: 'start_date'; readonly start_date: string }
  | { readonly type: 'time_of_date'; readonly start_time: string; readonly end_time: string };

export interface ConditionalPrices {
  readonly constraint?: DataConstraint | undefined;
  readonly prices: DataPrices;
}

/** As published; what is not read here is left out. */
export interface DataModel {
  readonly id: string;
  readonly match: MatchRule;
  readonly context_window?: number | undefined;
  readonly prices: DataPrices | readonly ConditionalPrices[];
}

/** The later of two prices that are in force at the same time wins, as in the data set's own rules. */
export function stepsOverTime<T>(
  { id, prices }: DataModel,
  compile: (steps: PriceSteps) => T,
): (nowMs: number) => T | undefined {
  const compiled = (data: DataPrices): T | undefined => {
    const steps = stepsOf(id, data);
    return steps && compile(steps);
  };
  if (!isConditional(prices)) {
    const price = compiled(prices);
    return () => price;
  }
  const ranked = prices.map((conditional) => ({
    inForce: conditionOf(conditional.constraint),
    price: compiled(conditional.prices),
  }));
  const first = ranked[0]?.price;
  ranked.reverse();
  return (nowMs) => (ranked.find(({ inForce }) => inForce(nowMs)) ?? { price: first }).price;
}

function isConditional(prices: DataModel['prices']): prices is readonly ConditionalPrices[] {
  return Array.isArray(prices);
}

const DAY_MS = 86_400_000;

function conditionOf(constraint: DataConstraint | undefined): (nowMs: number) => boolean {
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
 * Undefined for a model without a price for its input (priced by the page, or not at all), unless it
 * says of itself that it is free (`…:free`).
 */
function stepsOf(modelId: string, data: DataPrices): PriceSteps | undefined {
  if (data['input_mtok'] === undefined && !modelId.endsWith(':free')) return stepsBySecond(data);
  const starts = Object.values(data).flatMap((price) =>
    typeof price === 'object' ? price.tiers.map(({ start }) => start) : [],
  );
  const ascending = [...new Set([ABOVE_NOTHING, ...starts])].toSorted((a, b) => a - b);
  return ascending.map((above) => ({ aboveInputTokens: above, prices: pricesAbove(above, data) }));
}

const SECONDS_PER_HOUR = 3600;

/** Of a model that only hears, priced by the hour: a usage counts seconds as its tokens of input. */
function stepsBySecond({ input_audio_hours: hour }: DataPrices): PriceSteps | undefined {
  if (typeof hour !== 'number') return undefined;
  const input = Math.ceil(scaleUp(hour, PICO_PLACES) / SECONDS_PER_HOUR);
  return [{ aboveInputTokens: ABOVE_NOTHING, prices: completePrices({ input, output: 0 }) }];
}

/** Kinds that a usage does not tell apart, for the worst case. */
const OTHER_INPUT = ['input_video_mtok'];
const OTHER_OUTPUT = ['output_video_mtok', 'output_citation_mtok'];

/** A step prices the whole call, and goes by all of its input. */
function pricesAbove(aboveInputTokens: number, data: DataPrices): TokenPrices {
  const priced = (key: string, places: number): number | undefined => {
    const price = data[key];
    if (typeof price !== 'object') return price === undefined ? undefined : scaleUp(price, places);
    const reached = price.tiers.filter(({ start }) => start <= aboveInputTokens);
    const highest = reached.toSorted((a, b) => a.start - b.start).at(-1);
    return scaleUp(highest?.price ?? price.base, places);
  };
  const perToken = (key: string): number | undefined => priced(key, PICO_PLACES_PER_MILLION);
  const dearest = (keys: readonly string[]): number | undefined => {
    const known = keys.flatMap((key) => perToken(key) ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  return completePrices({
    input: perToken('input_mtok') ?? 0,
    cacheRead: perToken('cache_read_mtok'),
    cacheWrite: perToken('cache_write_mtok'),
    inputAudio: perToken('input_audio_mtok'),
    cacheReadAudio: perToken('cache_audio_read_mtok'),
    cacheWriteAudio: perToken('cache_audio_write_mtok'),
    inputImage: perToken('input_image_mtok'),
    cacheReadImage: perToken('cache_image_read_mtok'),
    cacheWriteImage: perToken('cache_image_write_mtok'),
    cacheWrite1h: perToken('cache_write_1h_mtok'),
    output: perToken('output_mtok') ?? 0,
    reasoning: perToken('output_reasoning_mtok'),
    outputAudio: perToken('output_audio_mtok'),
    reasoningAudio: perToken('output_audio_reasoning_mtok'),
    outputImage: perToken('output_image_mtok'),
    webSearch: priced('web_searches_kcount', PICO_PLACES_PER_THOUSAND),
    request: priced('requests_kcount', PICO_PLACES_PER_THOUSAND),
    inputOther: dearest(OTHER_INPUT),
    outputOther: dearest(OTHER_OUTPUT),
  });
}
