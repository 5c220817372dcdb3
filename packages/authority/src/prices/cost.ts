// The arithmetic of costs: tokens by kind times prices, summed exactly, rounded up once per call (L12).
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
    worstCostOf({ inputTokens, outputTokens }) {
      let worstNanoUsd = 0;
      for (let at = 0; at <= last; at += 1) {
        const { aboveInputTokens, input, output, request } = dearest[at] as DearestStep;
        if (inputTokens <= aboveInputTokens) break;
        const most = Math.min(inputTokens, dearest[at + 1]?.aboveInputTokens ?? inputTokens);
        const pico = most * input + outputTokens * output + request;
        const nanoUsd = Number.isSafeInteger(pico)
          ? roundedUp(pico)
          : exactlyRoundedUp([
              [most, input],
              [outputTokens, output],
              [1, request],
            ]);
        if (nanoUsd > worstNanoUsd) worstNanoUsd = nanoUsd;
      }
      return Math.min(worstNanoUsd, MAX_AMOUNT);
    },
  };
}

/** Every token of the input and of the output at the dearest price there is for it. */
interface DearestStep extends Pick<TokenPrices, 'input' | 'output' | 'request'> {
  readonly aboveInputTokens: number;
}

function dearestOf({ aboveInputTokens, prices }: PriceStep): DearestStep {
  const { input, cacheRead, cacheWrite, cacheWrite1h, inputOther } = prices;
  const { inputAudio, cacheReadAudio, cacheWriteAudio } = prices;
  const { output, reasoning, outputAudio, reasoningAudio, outputOther, request } = prices;
  const text = Math.max(input, cacheRead, cacheWrite, cacheWrite1h, inputOther);
  return {
    aboveInputTokens,
    input: Math.max(text, inputAudio, cacheReadAudio, cacheWriteAudio),
    output: Math.max(output, reasoning, outputAudio, reasoningAudio, outputOther),
    request,
  };
}

/**
 * Splits a usage into the priced kinds and adds them up. A usage does not say how much of the cache
 * or of the reasoning is audio: the parts are taken to be apart as far as they fit into the whole,
 * which is the dearest reading.
 */
function nanoUsdOf(usage: Usage, prices: TokenPrices): number {
  // Written out and without an object in between, because every call passes here.
  const { inputTokens, outputTokens } = usage;
  const written = Math.min(usage.cacheWriteTokens, inputTokens);
  const read = Math.min(usage.cacheReadTokens, inputTokens - written);
  const fresh = inputTokens - written - read;
  const audio = Math.min(usage.inputAudioTokens, fresh);
  const readAudio = Math.min(usage.inputAudioTokens - audio, read);
  const writtenAudio = Math.min(usage.inputAudioTokens - audio - readAudio, written);
  const reasoned = Math.min(usage.reasoningTokens, outputTokens);
  const spoken = Math.min(usage.outputAudioTokens, outputTokens - reasoned);
  const reasonedAudio = Math.min(usage.outputAudioTokens - spoken, reasoned);
  const pico =
    (fresh - audio) * prices.input +
    (read - readAudio) * prices.cacheRead +
    (written - writtenAudio) * prices.cacheWrite +
    audio * prices.inputAudio +
    readAudio * prices.cacheReadAudio +
    writtenAudio * prices.cacheWriteAudio +
    (outputTokens - reasoned - spoken) * prices.output +
    (reasoned - reasonedAudio) * prices.reasoning +
    spoken * prices.outputAudio +
    reasonedAudio * prices.reasoningAudio +
    prices.request;
  // Below 2^53 no product and no sum has been rounded: all terms are whole and none is negative.
  if (Number.isSafeInteger(pico)) return roundedUp(pico);
  return exactlyRoundedUp([
    [fresh - audio, prices.input],
    [read - readAudio, prices.cacheRead],
    [written - writtenAudio, prices.cacheWrite],
    [audio, prices.inputAudio],
    [readAudio, prices.cacheReadAudio],
    [writtenAudio, prices.cacheWriteAudio],
    [outputTokens - reasoned - spoken, prices.output],
    [reasoned - reasonedAudio, prices.reasoning],
    [spoken, prices.outputAudio],
    [reasonedAudio, prices.reasoningAudio],
    [1, prices.request],
  ]);
}

const PICO_PER_NANO = 1000;

/** The quotient of two floats may have been rounded to the whole number on either side of it. */
function roundedUp(pico: number): number {
  const nano = Math.floor(pico / PICO_PER_NANO);
  return nano * PICO_PER_NANO >= pico ? nano : nano + 1;
}

/** The sum of counts times prices; above 2^53 no longer exact to the unit. */
function exactlyRoundedUp(terms: readonly (readonly [count: number, price: number])[]): number {
  const pico = terms.reduce((sum, [count, price]) => sum + BigInt(count) * BigInt(price), 0n);
  return Number((pico + 999n) / 1000n);
}
