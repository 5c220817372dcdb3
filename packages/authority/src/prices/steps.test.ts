// Price lists as wholes: what a tier makes of them, and the dearest of several.
import { describe, expect, test } from 'vitest';
import {
  ABOVE_NOTHING,
  completePrices,
  dearestSteps,
  type KnownPrices,
  type PriceSteps,
  scaleSteps,
  stepAt,
} from './steps.ts';

const flat = (known: KnownPrices): PriceSteps => [
  { aboveInputTokens: ABOVE_NOTHING, prices: completePrices(known) },
];
const step = (aboveInputTokens: number, input: number) => ({
  aboveInputTokens,
  prices: completePrices({ input, output: input * 2 }),
});

describe('a factor', () => {
  const standard = flat({ input: 100, output: 301, cacheRead: 11, request: 7 });

  test.each([
    ['halves, and rounds up', { factor: [1, 2] }, [50, 151, 6, 7]],
    ['raises a fee, but never lowers one', { factor: [5, 3] }, [167, 502, 19, 12]],
    ['may give cached input no discount', { factor: [1, 2], cacheRead: 'input' }, [50, 151, 50, 7]],
    ['may leave cached input as it is', { factor: [1, 2], cacheRead: [1, 1] }, [50, 151, 11, 7]],
    ['of 0 is free', { factor: [0, 1] }, [0, 0, 0, 7]],
  ] as const)('%s', (_, tier, [input, output, cacheRead, request]) => {
    const [scaled] = scaleSteps(standard, tier);
    expect(scaled?.prices).toMatchObject({ input, output, cacheRead, request });
  });
});

describe('the dearest of several lists', () => {
  const cheapLong = [step(ABOVE_NOTHING, 10), step(200, 4)];
  const dearLong = [step(ABOVE_NOTHING, 5), step(100, 20)];

  test.each([
    [100, 10],
    [101, 20],
    [200, 20],
    [201, 20],
  ])('at %i tokens of input: %i', (inputTokens, input) => {
    const steps = dearestSteps([cheapLong, dearLong]);
    expect(stepAt(steps, inputTokens)?.prices.input).toBe(input);
    expect(stepAt(steps, inputTokens)?.prices.output).toBe(input * 2);
  });

  test('takes each kind from wherever it is dearest', () => {
    const [steps] = dearestSteps([flat({ input: 1, output: 9 }), flat({ input: 8, output: 2 })]);
    expect(steps?.prices).toMatchObject({ input: 8, output: 9 });
  });
});
