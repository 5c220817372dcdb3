// The arithmetic of costs: what was used by kind times prices, summed exactly, rounded up once (L12).
import { invalid, isAmount, MAX_AMOUNT, type Usage } from '@spendfuse/core';
import type { ModelPrice, PriceSource } from './price.ts';
import type { PriceStep, PriceSteps, TokenPrices } from './steps.ts';

export interface ModelPriceOptions {
  readonly steps: PriceSteps;
  readonly source: PriceSource;
  readonly tier: string;
}

export function modelPrice({ steps, source, tier }: ModelPriceOptions): ModelPrice {
  const [first] = steps;
  if (!first) throw new Error('a model needs prices');
  const last = steps.length - 1;
  const dearest = steps.map(dearestOf);
  return {
    source,
    tier,
    costOf(usage) {
      let step = first;
      for (let at = last; at > 0; at -= 1) {
        const higher = steps[at] as PriceStep;
        if (usage.inputTokens > higher.aboveInputTokens) {
          step = higher;
          break;
        }
      }
      const costNanoUsd = nanoUsdOf(usage, step.prices);
      if (isAmount(costNanoUsd)) return costNanoUsd;
      throw invalid('usage', 'the call costs more than 9,007,199 USD, the most a counter can hold');
    },
    worstCostOf({ inputTokens, outputTokens, webSearches = 0 }) {
      let worstNanoUsd = 0;
      for (let at = 0; at <= last; at += 1) {
        const { aboveInputTokens, input, output, webSearch, request } = dearest[at] as DearestStep;
        if (inputTokens <= aboveInputTokens) break;
        const most = Math.min(inputTokens, dearest[at + 1]?.aboveInputTokens ?? inputTokens);
        const fees = webSearches * webSearch + request;
        const pico = most * input + outputTokens * output + fees;
        const nanoUsd = Number.isSafeInteger(pico)
          ? roundedUp(pico)
          : roundedUpSum([
              [most, input],
              [outputTokens, output],
              [webSearches, webSearch],
              [1, request],
            ]);
        if (nanoUsd > worstNanoUsd) worstNanoUsd = nanoUsd;
      }
      return Math.min(worstNanoUsd, MAX_AMOUNT);
    },
  };
}

/** Every token of the input and of the output at the dearest price there is for it. */
interface DearestStep extends Pick<TokenPrices, 'input' | 'output' | 'webSearch' | 'request'> {
  readonly aboveInputTokens: number;
}

function dearestOf({ aboveInputTokens, prices }: PriceStep): DearestStep {
  const { input, cacheRead, cacheWrite, cacheWrite1h, inputOther } = prices;
  const { inputAudio, cacheReadAudio, cacheWriteAudio } = prices;
  const { inputImage, cacheReadImage, cacheWriteImage } = prices;
  const { output, reasoning, outputAudio, reasoningAudio, outputImage, outputOther } = prices;
  const text = Math.max(input, cacheRead, cacheWrite, cacheWrite1h, inputOther);
  const audio = Math.max(inputAudio, cacheReadAudio, cacheWriteAudio);
  const image = Math.max(inputImage, cacheReadImage, cacheWriteImage);
  return {
    aboveInputTokens,
    input: Math.max(text, audio, image),
    output: Math.max(output, reasoning, outputAudio, reasoningAudio, outputImage, outputOther),
    webSearch: prices.webSearch,
    request: prices.request,
  };
}

/** A call of text alone without an object in between, because nearly every call passes here. */
function nanoUsdOf(usage: Usage, prices: TokenPrices): number {
  const { inputTokens, outputTokens } = usage;
  const media =
    usage.inputAudioTokens +
    usage.inputImageTokens +
    usage.outputAudioTokens +
    usage.outputImageTokens;
  if (media === 0) {
    const written = Math.min(usage.cacheWriteTokens, inputTokens);
    const hour = Math.min(usage.cacheWrite1hTokens, written);
    const read = Math.min(usage.cacheReadTokens, inputTokens - written);
    const reasoned = Math.min(usage.reasoningTokens, outputTokens);
    const pico =
      (inputTokens - written - read) * prices.input +
      read * prices.cacheRead +
      (written - hour) * prices.cacheWrite +
      hour * prices.cacheWrite1h +
      (outputTokens - reasoned) * prices.output +
      reasoned * prices.reasoning +
      usage.webSearches * prices.webSearch +
      prices.request;
    if (Number.isSafeInteger(pico)) return roundedUp(pico);
  }
  return roundedUpSum(termsOf(usage, prices));
}

type Term = readonly [count: number, picoEach: number];

/**
 * Splits any usage into the priced kinds. It does not say how much of the cache or of the reasoning is
 * audio or images: the parts are taken to be apart as far as they fit into the whole, which is the
 * dearest reading. What has to overlap where the two have no price together costs the more of both.
 */
function termsOf(usage: Usage, prices: TokenPrices): readonly Term[] {
  const { inputTokens, outputTokens } = usage;
  const allWritten = Math.min(usage.cacheWriteTokens, inputTokens);
  const hour = Math.min(usage.cacheWrite1hTokens, allWritten);
  const written = allWritten - hour;
  const read = Math.min(usage.cacheReadTokens, inputTokens - allWritten);
  const fresh = inputTokens - allWritten - read;
  const reasoned = Math.min(usage.reasoningTokens, outputTokens);
  const answer = outputTokens - reasoned;

  const input = [fresh, read, written, hour];
  const audio = placed(usage.inputAudioTokens, input);
  const image = placed(usage.inputImageTokens, without(input, audio));
  const text = without(without(input, audio), image);
  const output = [answer, reasoned];
  const spoken = placed(usage.outputAudioTokens, output);
  const drawn = placed(usage.outputImageTokens, without(output, spoken));
  const said = without(without(output, spoken), drawn);

  const { cacheWrite1h, cacheWriteAudio, cacheWriteImage, reasoning, outputImage } = prices;
  const hourAudio = Math.max(cacheWriteAudio, cacheWrite1h);
  const hourImage = Math.max(cacheWriteImage, cacheWrite1h);
  return [
    ...priced(text, [prices.input, prices.cacheRead, prices.cacheWrite, cacheWrite1h]),
    ...priced(audio, [prices.inputAudio, prices.cacheReadAudio, cacheWriteAudio, hourAudio]),
    ...priced(image, [prices.inputImage, prices.cacheReadImage, cacheWriteImage, hourImage]),
    ...priced(said, [prices.output, reasoning]),
    ...priced(spoken, [prices.outputAudio, prices.reasoningAudio]),
    ...priced(drawn, [outputImage, Math.max(outputImage, reasoning)]),
    [usage.webSearches, prices.webSearch],
    [1, prices.request],
  ];
}

/** How many of `tokens` each of the places takes, one after the other; what fits nowhere is cut. */
function placed(tokens: number, places: readonly number[]): readonly number[] {
  let left = tokens;
  return places.map((room) => {
    const taken = Math.min(left, room);
    left -= taken;
    return taken;
  });
}

function without(places: readonly number[], taken: readonly number[]): readonly number[] {
  return places.map((room, at) => room - (taken[at] ?? 0));
}

function priced(counts: readonly number[], prices: readonly number[]): readonly Term[] {
  return counts.map((count, at) => [count, prices[at] ?? 0]);
}

const PICO_PER_NANO = 1000;

/** The quotient of two floats may have been rounded to the whole number on either side of it. */
function roundedUp(pico: number): number {
  const nano = Math.floor(pico / PICO_PER_NANO);
  return nano * PICO_PER_NANO >= pico ? nano : nano + 1;
}

/** Exact: below 2^53 no product and no sum has been rounded, as all are whole and none is negative. */
function roundedUpSum(terms: readonly Term[]): number {
  const pico = terms.reduce((sum, [count, price]) => sum + count * price, 0);
  if (Number.isSafeInteger(pico)) return roundedUp(pico);
  const exact = terms.reduce((sum, [count, price]) => sum + BigInt(count) * BigInt(price), 0n);
  return Number((exact + 999n) / 1000n);
}
