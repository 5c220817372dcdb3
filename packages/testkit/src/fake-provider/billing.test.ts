// The bill is exact: decimal prices, cached input, one rounding per call.
import { describe, expect, it } from 'vitest';
import { billNanoUsd } from './billing.ts';

const MINI = { inputUsdPerMTok: '0.15', cachedInputUsdPerMTok: '0.075', outputUsdPerMTok: '0.60' };

describe('billNanoUsd', () => {
  it.each([
    { name: 'nothing', usage: [0, 0, 0], nanoUsd: 0n },
    { name: 'input', usage: [1, 0, 0], nanoUsd: 150n },
    { name: 'output', usage: [0, 0, 1], nanoUsd: 600n },
    { name: 'all cached', usage: [2, 2, 0], nanoUsd: 150n },
    { name: 'a mix', usage: [1000, 400, 7], nanoUsd: 90_000n + 30_000n + 4_200n },
    {
      name: 'numbers beyond doubles',
      usage: [9_007_199_254_740_991, 0, 1],
      nanoUsd: 1351079888211149250n,
    },
  ])('bills $name', ({ usage, nanoUsd }) => {
    const [inputTokens = 0, cachedTokens = 0, outputTokens = 0] = usage;
    expect(billNanoUsd(MINI, { inputTokens, cachedTokens, outputTokens })).toBe(nanoUsd);
  });

  it('rounds up once per call, not per kind of token', () => {
    const price = { inputUsdPerMTok: '0.0001', outputUsdPerMTok: '0.0001' };
    const usage = { inputTokens: 4, cachedTokens: 0, outputTokens: 6 };
    expect(billNanoUsd(price, usage)).toBe(1n);
    expect(billNanoUsd(price, { ...usage, outputTokens: 7 })).toBe(2n);
  });

  it('takes the input price for cached tokens without a price', () => {
    const price = { inputUsdPerMTok: '2', outputUsdPerMTok: '8' };
    expect(billNanoUsd(price, { inputTokens: 3, cachedTokens: 2, outputTokens: 0 })).toBe(6000n);
  });

  it.each(['', '-1', '1e-3', '1.', '.5', '0.1234567890123', '1,5'])('refuses %j', (text) => {
    const price = { inputUsdPerMTok: text, outputUsdPerMTok: '1' };
    const usage = { inputTokens: 1, cachedTokens: 0, outputTokens: 0 };
    expect(() => billNanoUsd(price, usage)).toThrow(RangeError);
  });
});
