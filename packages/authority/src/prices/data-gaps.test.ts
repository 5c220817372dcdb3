// What the public data leaves out of the prices of models that it has.
import { usageOf } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';

const nowMs = Date.parse('2026-06-15T12:00:00Z');
const catalogue = createCatalogue();

function costOf(provider: string, model: string, usage: Parameters<typeof usageOf>[0]): number {
  const price = catalogue.priceOf({ provider, model, nowMs });
  if (!price) throw new Error(`${provider} ${model} has no price`);
  return price.costOf(usageOf(usage));
}

describe('a cache write of Claude that is kept for an hour costs twice the input', () => {
  test.each([
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['gcp.vertex_ai', 'claude-sonnet-4@20250514'],
    ['anthropic', 'claude-sonnet-4-5'],
  ])('at %s', (provider, model) => {
    const written = { inputTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
    const input = costOf(provider, model, { inputTokens: 1_000_000 });
    expect(costOf(provider, model, written)).toBe(1.25 * input);
    const hour = { ...written, cacheWrite1hTokens: 1_000_000 };
    expect(costOf(provider, model, hour)).toBe(2 * input);
    const worst = catalogue.priceOf({ provider, model, nowMs })!;
    expect(worst.worstCostOf({ inputTokens: 1_000_000, outputTokens: 0 })).toBe(2 * input);
  });
});

test('a search of xAI has a price, and one of a model without searches has none', () => {
  expect(costOf('x_ai', 'grok-4', { webSearches: 1 })).toBe(5_000_000);
  expect(costOf('deepseek', 'deepseek-chat', { webSearches: 1 })).toBe(0);
});
