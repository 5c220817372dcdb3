// Prices as people and machines read them.
import type { PricedKind, PriceSteps, TokenPrices } from '@spendfuse/authority';
import { formatUsd } from '@spendfuse/core';
import { countText } from '../output.ts';

const NANO_PER_PICO = 1000;
const TOKENS_PER_MILLION = 1_000_000;

/** `$2.50`: of a million tokens, or of one search or call. */
export function priceText(kind: PricedKind, pico: number): string {
  return formatUsd(nanoUsd(kind, pico));
}

/** `2.50`, for machines. */
export function decimalText(kind: PricedKind, pico: number): string {
  return priceText(kind, pico).slice(1);
}

/** Of a million tokens, or of one search or call: a whole number, but for fees finer than that. */
function nanoUsd(kind: PricedKind, pico: number): number {
  return isFee(kind)
    ? Math.ceil(pico / NANO_PER_PICO)
    : pico * (TOKENS_PER_MILLION / NANO_PER_PICO);
}

function isFee(kind: PricedKind): boolean {
  return kind === 'request' || kind === 'webSearch';
}

export const KIND_TEXT: Readonly<Record<PricedKind, string>> = {
  input: 'input',
  cacheRead: 'input, from cache',
  cacheWrite: 'input, to cache',
  cacheWrite1h: 'input, to cache for 1 h',
  inputAudio: 'audio input',
  cacheReadAudio: 'audio input, from cache',
  cacheWriteAudio: 'audio input, to cache',
  inputImage: 'image input',
  cacheReadImage: 'image input, from cache',
  cacheWriteImage: 'image input, to cache',
  inputOther: 'video input',
  output: 'output',
  reasoning: 'reasoning',
  outputAudio: 'audio output',
  reasoningAudio: 'audio reasoning',
  outputImage: 'image output',
  outputOther: 'video, citations out',
  webSearch: 'each web search',
  request: 'each call',
};

/** What a kind costs that has no price of its own: as much as one of these. */
const WHOLES: Readonly<Partial<Record<PricedKind, readonly PricedKind[]>>> = {
  cacheRead: ['input'],
  cacheWrite: ['input'],
  cacheWrite1h: ['cacheWrite'],
  inputAudio: ['input'],
  cacheReadAudio: ['inputAudio', 'cacheRead'],
  cacheWriteAudio: ['inputAudio', 'cacheWrite'],
  inputImage: ['input'],
  cacheReadImage: ['inputImage', 'cacheRead'],
  cacheWriteImage: ['inputImage', 'cacheWrite'],
  inputOther: ['input'],
  reasoning: ['output'],
  outputAudio: ['output'],
  reasoningAudio: ['outputAudio', 'reasoning'],
  outputImage: ['output'],
  outputOther: ['output'],
};

/** The kinds worth a line: input and output, and those that somewhere have a price of their own. */
export function kindsOf(lists: readonly PriceSteps[]): readonly PricedKind[] {
  const all = lists.flatMap((steps) => steps.map(({ prices }) => prices));
  return (Object.keys(KIND_TEXT) as PricedKind[]).filter((kind) => {
    if (isFee(kind)) return all.some((prices) => prices[kind] > 0);
    const wholes = WHOLES[kind];
    return !wholes || all.some((prices) => wholes.every((whole) => prices[kind] !== prices[whole]));
  });
}

/** `above 200,000`: of a step other than the first. */
export function stepText(aboveInputTokens: number | undefined): string {
  return aboveInputTokens === undefined || aboveInputTokens < 0
    ? ''
    : `above ${countText(aboveInputTokens)}`;
}

/** A price list for machines: USD per million tokens by kind, `webSearch` per search, `request` per call. */
export function stepsJson(steps: PriceSteps) {
  return steps.map(({ aboveInputTokens, prices }) => ({
    aboveInputTokens: Math.max(0, aboveInputTokens),
    usd: pricesJson(prices),
  }));
}

function pricesJson(prices: TokenPrices): Readonly<Record<string, string>> {
  const kinds = Object.keys(KIND_TEXT) as PricedKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, decimalText(kind, prices[kind])]));
}
