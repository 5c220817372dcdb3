// Price lists: what every kind of token, a search and a call cost, in steps by the length of the input.
import { type Factor, multiplyUp } from './decimal.ts';

/**
 * What is priced apart. Input splits into fresh, read from cache and written to cache, each as text,
 * audio or images, and written to cache for an hour; output into answer and reasoning, the answer as
 * text, audio or images; `webSearch` is one search, `request` the call itself. A usage does not tell
 * the last two kinds from others, so that only a worst case reckons with them: the dearest other
 * input and output (video, citations).
 */
export const PRICED_KINDS = [
  'input',
  'cacheRead',
  'cacheWrite',
  'inputAudio',
  'cacheReadAudio',
  'cacheWriteAudio',
  'inputImage',
  'cacheReadImage',
  'cacheWriteImage',
  'cacheWrite1h',
  'output',
  'reasoning',
  'outputAudio',
  'reasoningAudio',
  'outputImage',
  'webSearch',
  'request',
  'inputOther',
  'outputOther',
] as const;

export type PricedKind = (typeof PRICED_KINDS)[number];

/** Pico-USD of one token (or, for `webSearch`, of one search; for `request`, of one call). */
export type TokenPrices = Readonly<Record<PricedKind, number>>;

/** Prices that hold for a whole call whose input is above a number of tokens. */
export interface PriceStep {
  readonly aboveInputTokens: number;
  readonly prices: TokenPrices;
}

/** In ascending order, the first of them `ABOVE_NOTHING`. */
export type PriceSteps = readonly PriceStep[];

/** The input of every call is above it: the step that is always there. */
export const ABOVE_NOTHING = -1;

export type KnownPrices = Readonly<Pick<TokenPrices, 'input' | 'output'>> & {
  readonly [kind in PricedKind]?: number | undefined;
};

/** A kind without a price of its own costs what its whole costs. */
export function completePrices(known: KnownPrices): TokenPrices {
  const cacheRead = known.cacheRead ?? known.input;
  const cacheWrite = known.cacheWrite ?? known.input;
  const reasoning = known.reasoning ?? known.output;
  return {
    input: known.input,
    cacheRead,
    cacheWrite,
    inputAudio: known.inputAudio ?? known.input,
    cacheReadAudio: known.cacheReadAudio ?? known.inputAudio ?? cacheRead,
    cacheWriteAudio: known.cacheWriteAudio ?? known.inputAudio ?? cacheWrite,
    inputImage: known.inputImage ?? known.input,
    cacheReadImage: known.cacheReadImage ?? known.inputImage ?? cacheRead,
    cacheWriteImage: known.cacheWriteImage ?? known.inputImage ?? cacheWrite,
    cacheWrite1h: known.cacheWrite1h ?? cacheWrite,
    output: known.output,
    reasoning,
    outputAudio: known.outputAudio ?? known.output,
    reasoningAudio: known.reasoningAudio ?? known.outputAudio ?? reasoning,
    outputImage: known.outputImage ?? known.output,
    webSearch: known.webSearch ?? 0,
    request: known.request ?? 0,
    inputOther: known.inputOther ?? known.input,
    outputOther: known.outputOther ?? known.output,
  };
}

/** The step that a call with so much input is in. */
export function stepAt(steps: PriceSteps, inputTokens: number): PriceStep | undefined {
  return steps.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens);
}

/** What a tier makes of the standard prices. */
export interface TierFactor {
  readonly factor: Factor;
  /** Tokens read from the cache: a factor of their own, or no discount beside fresh input. */
  readonly cacheRead?: Factor | 'input' | undefined;
}

/** A fee for the call itself, or for a search, is never discounted. */
export function scaleSteps(steps: PriceSteps, { factor, cacheRead }: TierFactor): PriceSteps {
  const feeFactor: Factor = factor[0] > factor[1] ? factor : [1, 1];
  return steps.map(({ aboveInputTokens, prices }) => {
    const scaled = mapPrices((kind) => multiplyUp(prices[kind], factor));
    const read = (kind: 'cacheRead' | 'cacheReadAudio' | 'cacheReadImage', fresh: number) =>
      cacheRead === 'input' ? fresh : multiplyUp(prices[kind], cacheRead ?? factor);
    return {
      aboveInputTokens,
      prices: {
        ...scaled,
        cacheRead: read('cacheRead', scaled.input),
        cacheReadAudio: read('cacheReadAudio', scaled.inputAudio),
        cacheReadImage: read('cacheReadImage', scaled.inputImage),
        webSearch: multiplyUp(prices.webSearch, feeFactor),
        request: multiplyUp(prices.request, feeFactor),
      },
    };
  });
}

/** Of several lists the highest price of each kind, at every length of input. */
export function dearestSteps(lists: readonly PriceSteps[]): PriceSteps {
  const starts = lists.flatMap((steps) => steps.map(({ aboveInputTokens }) => aboveInputTokens));
  return [...new Set(starts)]
    .toSorted((a, b) => a - b)
    .map((above) => {
      const met = lists.flatMap((steps) => stepAt(steps, above + 1)?.prices ?? []);
      const prices = mapPrices((kind) => Math.max(...met.map((each) => each[kind])));
      return { aboveInputTokens: above, prices };
    });
}

function mapPrices(price: (kind: PricedKind) => number): TokenPrices {
  const pairs = PRICED_KINDS.map((kind) => [kind, price(kind)] as const);
  return Object.fromEntries(pairs) as Record<PricedKind, number>;
}
