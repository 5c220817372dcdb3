// The arithmetic of costs on prices made up for it.
import { MAX_AMOUNT, type Usage, usageOf } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { modelPrice } from './cost.ts';
import { ABOVE_NOTHING, completePrices, PRICED_KINDS, type PriceStep } from './steps.ts';

const priced = (steps: readonly PriceStep[]) =>
  modelPrice({ steps, source: 'catalogue', tier: 'standard' });
const flat = (prices: Parameters<typeof completePrices>[0]) =>
  priced([{ aboveInputTokens: ABOVE_NOTHING, prices: completePrices(prices) }]);

/** Every kind has its own price, so that a cost shows what was counted as what. */
const ALL_APART = flat({
  input: 1_000_000,
  cacheRead: 10_000,
  cacheWrite: 100_000_000,
  inputAudio: 10_000_000_000,
  cacheReadAudio: 1000,
  cacheWriteAudio: 20_000_000_000,
  output: 3_000_000,
  reasoning: 50_000_000,
  outputAudio: 7_000_000_000,
  reasoningAudio: 900_000_000_000,
  inputImage: 11_000_000,
  cacheReadImage: 13_000_000,
  cacheWriteImage: 17_000_000,
  cacheWrite1h: 200_000_000,
  outputImage: 19_000_000,
  webSearch: 10_000_000_000,
});

describe('what a usage costs', () => {
  const nothing = { inputTokens: 9, outputTokens: 9 };
  test.each<[string, Partial<Usage>, number]>([
    ['plain tokens', { inputTokens: 5, outputTokens: 2 }, 5 * 1000 + 2 * 3000],
    ['cache read is part of input', { ...nothing, cacheReadTokens: 4 }, 5000 + 40 + 27_000],
    ['cache write is part of input', { ...nothing, cacheWriteTokens: 2 }, 7000 + 200_000 + 27_000],
    ['audio is part of input', { ...nothing, inputAudioTokens: 1 }, 8000 + 10_000_000 + 27_000],
    ['reasoning is part of output', { ...nothing, reasoningTokens: 3 }, 9000 + 18_000 + 150_000],
    ['output audio', { ...nothing, outputAudioTokens: 1 }, 9000 + 24_000 + 7_000_000],
    [
      'cache and audio are apart as far as they fit',
      { inputTokens: 10, cacheReadTokens: 6, inputAudioTokens: 4 },
      60 + 40_000_000,
    ],
    [
      'what does not fit is cached audio',
      { inputTokens: 10, cacheReadTokens: 6, inputAudioTokens: 7 },
      3 * 10 + 3 * 1 + 4 * 10_000_000,
    ],
    [
      'all of the input written to the cache, some of it audio',
      { inputTokens: 10, cacheWriteTokens: 10, inputAudioTokens: 1 },
      9 * 100_000 + 20_000_000,
    ],
    [
      'more cache than input is cut',
      { inputTokens: 10, cacheReadTokens: 8, cacheWriteTokens: 5 },
      5 * 10 + 5 * 100_000,
    ],
    [
      'audio inside the reasoning',
      { outputTokens: 2, reasoningTokens: 2, outputAudioTokens: 1 },
      50_000 + 900_000_000,
    ],
    [
      'written for an hour is part of what is written',
      { inputTokens: 9, cacheWriteTokens: 5, cacheWrite1hTokens: 3 },
      4 * 1000 + 2 * 100_000 + 3 * 200_000,
    ],
    ['images are part of input', { ...nothing, inputImageTokens: 4 }, 5000 + 44_000 + 27_000],
    [
      'images beside audio, read and written',
      {
        inputTokens: 10,
        cacheReadTokens: 3,
        cacheWriteTokens: 4,
        inputAudioTokens: 1,
        inputImageTokens: 7,
      },
      10_000_000 + 2 * 11_000 + 3 * 13_000 + 2 * 17_000 + 2 * 100_000,
    ],
    [
      'audio that can only have been written for an hour',
      { inputTokens: 2, cacheWriteTokens: 2, cacheWrite1hTokens: 2, inputAudioTokens: 1 },
      20_000_000 + 200_000,
    ],
    [
      'images that can only have been written for an hour',
      { inputTokens: 2, cacheWriteTokens: 2, cacheWrite1hTokens: 2, inputImageTokens: 1 },
      2 * 200_000,
    ],
    [
      'more audio and images than input are cut',
      { inputTokens: 2, inputAudioTokens: 1, inputImageTokens: 2 },
      10_000_000 + 11_000,
    ],
    ['images drawn', { ...nothing, outputImageTokens: 2 }, 9000 + 7 * 3000 + 2 * 19_000],
    [
      'images that can only have been reasoned',
      { outputTokens: 2, reasoningTokens: 2, outputImageTokens: 1 },
      2 * 50_000,
    ],
    ['searches are beside the tokens', { ...nothing, webSearches: 2 }, 36_000 + 20_000_000],
    ['nothing', {}, 0],
  ])('%s', (_, usage, costNanoUsd) => {
    expect(ALL_APART.costOf(usageOf(usage))).toBe(costNanoUsd);
  });

  test('a kind without a price of its own costs what its whole costs', () => {
    const price = flat({ input: 2000, output: 5000 });
    const parts = { cacheReadTokens: 3, cacheWriteTokens: 2, inputAudioTokens: 9 };
    const more = { reasoningTokens: 4, outputAudioTokens: 4 };
    const usage = usageOf({ inputTokens: 10, outputTokens: 4, ...parts, ...more });
    expect(price.costOf(usage)).toBe(10 * 2 + 4 * 5);
  });

  test('cached audio without a price of its own costs what audio costs', () => {
    const price = flat({ input: 2000, cacheRead: 1000, inputAudio: 8000, output: 0 });
    const usage = usageOf({ inputTokens: 1, cacheReadTokens: 1, inputAudioTokens: 1 });
    expect(price.costOf(usage)).toBe(8);
  });

  test('fractions of a nano-dollar are rounded up once, not once per kind', () => {
    const price = flat({ input: 400, cacheRead: 300, output: 300 });
    const usage = usageOf({ inputTokens: 2, cacheReadTokens: 1, outputTokens: 1 });
    expect(price.costOf(usage)).toBe(1);
    expect(price.costOf({ ...usage, outputTokens: 2 })).toBe(2);
  });

  test('a price per call is added to every call', () => {
    const price = flat({ input: 1000, output: 1000, request: 12_000_000_000 });
    expect(price.costOf(usageOf({ inputTokens: 1 }))).toBe(12_000_001);
    expect(price.worstCostOf({ inputTokens: 1, outputTokens: 0 })).toBe(12_000_001);
  });

  test('a price per search is added for each, and in the worst case for each that is allowed', () => {
    const price = flat({ input: 1000, output: 1000, webSearch: 10_000_000_000 });
    expect(price.costOf(usageOf({ inputTokens: 1, webSearches: 3 }))).toBe(30_000_001);
    const tokens = { inputTokens: 1, outputTokens: 0 };
    expect(price.worstCostOf(tokens)).toBe(1);
    expect(price.worstCostOf({ ...tokens, webSearches: 3 })).toBe(30_000_001);
    expect(price.worstCostOf({ ...tokens, webSearches: MAX_AMOUNT })).toBe(MAX_AMOUNT);
  });

  test('is exact to the nano-dollar where floats are not, of images and searches too', () => {
    const price = flat({ input: 1, output: 1, inputImage: 3, webSearch: 7 });
    const tokens = 2 ** 52 + 1;
    const usage = usageOf({ inputTokens: tokens, inputImageTokens: tokens, webSearches: tokens });
    expect(price.costOf(usage)).toBe(Number((10n * BigInt(tokens) + 999n) / 1000n));
    expect(price.worstCostOf({ inputTokens: tokens, outputTokens: 0, webSearches: tokens })).toBe(
      price.costOf(usage),
    );
  });

  test('is exact to the nano-dollar where floats are not', () => {
    // 9,007,199,254,741,001 pico-USD: 2^53 + 9, of which a float sum would lose the last digit.
    const price = flat({ input: 1, output: 1 });
    const tokens = 4_503_599_627_370_500;
    const usage = usageOf({ inputTokens: tokens, outputTokens: tokens + 1 });
    expect(price.costOf(usage)).toBe(9_007_199_254_742);
    // Here it is the division by 1,000 that a float rounds away.
    expect(price.costOf(usageOf({ inputTokens: 9_007_199_254_740_001 }))).toBe(9_007_199_254_741);
  });

  test('more than a counter can hold is an error, and as a worst case the most it can hold', () => {
    const price = flat({ input: 1e9, output: 1e9 });
    const most = { inputTokens: MAX_AMOUNT, outputTokens: 0 };
    expect(() => price.costOf(usageOf(most))).toThrowError(/^usage: the call costs more than/);
    expect(price.worstCostOf(most)).toBe(MAX_AMOUNT);
  });
});

describe('the worst case', () => {
  const same = { input: 1000, cacheRead: 1000, cacheWrite: 1000, inputAudio: 1000, output: 1000 };
  const apart = { cacheReadAudio: 1000, cacheWriteAudio: 1000, reasoning: 1000, outputAudio: 1000 };
  const tokens = { inputTokens: 10, outputTokens: 100 };

  const ofTokens = PRICED_KINDS.filter((kind) => kind !== 'request' && kind !== 'webSearch');
  test.each(ofTokens)('reckons with %s', (kind) => {
    const price = flat({ ...same, ...apart, reasoningAudio: 1000, [kind]: 3000 });
    const isInput = /^(?:input|cache)/.test(kind);
    expect(price.worstCostOf(tokens)).toBe(isInput ? 30 + 100 : 10 + 300);
  });
});

describe('prices that go by the length of the input', () => {
  const step = (aboveInputTokens: number, input: number, output: number): PriceStep => ({
    aboveInputTokens,
    prices: completePrices({ input, output }),
  });
  const price = priced([
    step(ABOVE_NOTHING, 2000, 10_000),
    step(100, 4000, 20_000),
    step(200, 1000, 5000),
  ]);

  test.each([
    [0, 1, 10],
    [100, 1, 200 + 10],
    [101, 1, 404 + 20],
    [200, 2, 800 + 40],
    [201, 2, 201 + 10],
  ])(
    '%i in, %i out: the whole call at the price of its step',
    (inputTokens, outputTokens, cost) => {
      expect(price.costOf(usageOf({ inputTokens, outputTokens }))).toBe(cost);
    },
  );

  test.each([
    [100, 210],
    [101, 424],
    [500, 820],
    [5000, 5005],
  ])('up to %i in and 1 out: the dearest step that can be met', (inputTokens, worst) => {
    expect(price.worstCostOf({ inputTokens, outputTokens: 1 })).toBe(worst);
  });
});
