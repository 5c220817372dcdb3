// The arithmetic of costs: tokens by kind times prices, summed exactly, rounded up once per call (L12).
import { invalid, isAmount, MAX_AMOUNT, type Usage } from '@spendfuse/core';
import type { ModelPrice } from './price.ts';

/**
 * What is priced apart. Input splits into fresh, read from cache and written to cache, each as text
 * or audio; output into answer and reasoning, each as text or audio; `request` is the call itself.
 */
export const PRICED_KINDS = [
  'input',
  'cacheRead',
  'cacheWrite',
  'inputAudio',
  'cacheReadAudio',
  'cacheWriteAudio',
  'output',
  'reasoning',
  'outputAudio',
  'reasoningAudio',
  'request',
] as const;

export type PricedKind = (typeof PRICED_KINDS)[number];

/** Pico-USD of one token (or, for `request`, of one call). */
export type TokenPrices = Readonly<Record<PricedKind, number>>;

/** Prices that hold for a whole call whose input is above a number of tokens. */
export interface PriceStep {
  readonly aboveInputTokens: number;
  readonly prices: TokenPrices;
}

/** The input of every call is above it: the step that is always there. */
export const ABOVE_NOTHING = -1;

type KnownPrices = Readonly<Pick<TokenPrices, 'input' | 'output'>> & {
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
    output: known.output,
    reasoning,
    outputAudio: known.outputAudio ?? known.output,
    reasoningAudio: known.reasoningAudio ?? known.outputAudio ?? reasoning,
    request: known.request ?? 0,
  };
}

/** Of steps in ascending order, the first of them `ABOVE_NOTHING`. */
export function modelPrice(steps: readonly PriceStep[]): ModelPrice {
  const dearest = steps.map(dearestOf);
  return {
    costOf(usage) {
      let step = steps.length - 1;
      while (step > 0 && usage.inputTokens <= (steps[step]?.aboveInputTokens ?? 0)) step -= 1;
      const costNanoUsd = nanoUsdOf(countsOf(usage), steps[step]?.prices ?? NOTHING);
      if (isAmount(costNanoUsd)) return costNanoUsd;
      throw invalid('usage', 'the call costs more than 9,007,199 USD, the most a counter can hold');
    },
    worstCostOf({ inputTokens, outputTokens }) {
      let worstNanoUsd = 0;
      for (const [index, { aboveInputTokens, prices }] of dearest.entries()) {
        if (inputTokens <= aboveInputTokens) break;
        const input = Math.min(inputTokens, dearest[index + 1]?.aboveInputTokens ?? inputTokens);
        const counts = { ...NOTHING, input, output: outputTokens, request: 1 };
        worstNanoUsd = Math.max(worstNanoUsd, nanoUsdOf(counts, prices));
      }
      return Math.min(worstNanoUsd, MAX_AMOUNT);
    },
  };
}

type Counts = Readonly<Record<PricedKind, number>>;

const NOTHING: Counts & TokenPrices = completePrices({ input: 0, output: 0 });

/**
 * Splits a usage into the kinds. It does not say how much of the cache or of the reasoning is audio:
 * the parts are taken to be apart as far as they fit into the whole, which is the dearest reading.
 */
function countsOf(usage: Usage): Counts {
  const { inputTokens, outputTokens } = usage;
  const written = Math.min(usage.cacheWriteTokens, inputTokens);
  const read = Math.min(usage.cacheReadTokens, inputTokens - written);
  const fresh = inputTokens - written - read;
  const inputAudio = Math.min(usage.inputAudioTokens, fresh);
  const cacheReadAudio = Math.min(usage.inputAudioTokens - inputAudio, read);
  const cacheWriteAudio = Math.min(usage.inputAudioTokens - inputAudio - cacheReadAudio, written);
  const reasoned = Math.min(usage.reasoningTokens, outputTokens);
  const outputAudio = Math.min(usage.outputAudioTokens, outputTokens - reasoned);
  const reasoningAudio = Math.min(usage.outputAudioTokens - outputAudio, reasoned);
  return {
    input: fresh - inputAudio,
    cacheRead: read - cacheReadAudio,
    cacheWrite: written - cacheWriteAudio,
    inputAudio,
    cacheReadAudio,
    cacheWriteAudio,
    output: outputTokens - reasoned - outputAudio,
    reasoning: reasoned - reasoningAudio,
    outputAudio,
    reasoningAudio,
    request: 1,
  };
}

/** Every token of the input and of the output at the dearest price there is for it. */
function dearestOf({ aboveInputTokens, prices }: PriceStep): PriceStep {
  const { input, cacheRead, cacheWrite, inputAudio, cacheReadAudio, cacheWriteAudio } = prices;
  const { output, reasoning, outputAudio, reasoningAudio, request } = prices;
  return {
    aboveInputTokens,
    prices: {
      ...NOTHING,
      input: Math.max(input, cacheRead, cacheWrite, inputAudio, cacheReadAudio, cacheWriteAudio),
      output: Math.max(output, reasoning, outputAudio, reasoningAudio),
      request,
    },
  };
}

const PICO_PER_NANO = 1000;

/** Rounded up to nano-USD; above 2^53 no longer exact to the unit. */
function nanoUsdOf(counts: Counts, prices: TokenPrices): number {
  // Written out because every call passes here: a loop over the kinds takes eight times as long.
  const pico =
    counts.input * prices.input +
    counts.cacheRead * prices.cacheRead +
    counts.cacheWrite * prices.cacheWrite +
    counts.inputAudio * prices.inputAudio +
    counts.cacheReadAudio * prices.cacheReadAudio +
    counts.cacheWriteAudio * prices.cacheWriteAudio +
    counts.output * prices.output +
    counts.reasoning * prices.reasoning +
    counts.outputAudio * prices.outputAudio +
    counts.reasoningAudio * prices.reasoningAudio +
    counts.request * prices.request;
  // Below 2^53 no product and no sum has been rounded: all terms are whole and none is negative.
  if (Number.isSafeInteger(pico)) {
    const rest = pico % PICO_PER_NANO;
    return (pico - rest) / PICO_PER_NANO + (rest > 0 ? 1 : 0);
  }
  let exact = 0n;
  for (const kind of PRICED_KINDS) exact += BigInt(counts[kind]) * BigInt(prices[kind]);
  return Number((exact + 999n) / 1000n);
}
