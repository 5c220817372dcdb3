// Prices that come with the product: where they stand beside the data set and the user's own.
import { usageOf } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';

const nowMs = Date.parse('2026-11-22T08:00:00Z');
const catalogue = createCatalogue();

function costOf(provider: string, model: string, kinds: Parameters<typeof usageOf>[0]) {
  return catalogue.priceOf({ provider, model, nowMs })?.costOf(usageOf(kinds));
}

test('a local model costs nothing, which is a price', () => {
  const tokens = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
  expect(costOf('ollama', 'llama3.2:3b', tokens)).toBe(0);
  // Of the same name at its maker it is billed.
  expect(costOf('ollama', 'openai/gpt-5', tokens)).toBe(0);
  expect(costOf('openrouter', 'openai/gpt-5', tokens)).toBeGreaterThan(0);
});

test('a model that the local server passes on to a cloud has no price', () => {
  expect(catalogue.priceOf({ provider: 'ollama', model: 'gpt-oss:120b-cloud', nowMs })).toBe(
    undefined,
  );
  expect(catalogue.priceOf({ provider: 'ollama', model: 'glm-4.6:cloud', nowMs })).toBe(undefined);
});

test('a rerank costs its searches, held and charged', () => {
  expect(costOf('cohere', 'rerank-v3.5', { webSearches: 3 })).toBe(6_000_000);
  expect(costOf('cohere', 'rerank-v4.0-pro', { webSearches: 1 })).toBe(2_500_000);
  expect(costOf('cohere', 'rerank-multilingual-v3.0', { webSearches: 1 })).toBe(2_000_000);
  const price = catalogue.priceOf({ provider: 'cohere', model: 'rerank-v3.5', nowMs });
  expect(price?.worstCostOf({ inputTokens: 9000, outputTokens: 0, webSearches: 2 })).toBe(
    4_000_000,
  );
});

test('a rerank at Voyage costs its tokens', () => {
  expect(costOf('voyage', 'rerank-2.5', { inputTokens: 1_000_000 })).toBe(50_000_000);
  expect(costOf('voyage', 'voyage-3.5', { inputTokens: 1_000_000 })).toBe(60_000_000);
});

test('own prices go before, and the source is told', () => {
  const own = createCatalogue({
    overrides: [{ provider: 'ollama', model: '*', input: '$1', output: '$2' }],
  });
  const price = own.priceOf({ provider: 'ollama', model: 'llama3.2', nowMs });
  expect(price?.costOf(usageOf({ inputTokens: 1_000_000 }))).toBe(1_000_000_000);
  expect(price?.source).toBe('override');
  const described = catalogue.describe({ provider: 'ollama', model: 'llama3.2', nowMs });
  expect(described).toMatchObject({ from: 'built in: ollama/*', source: 'catalogue' });
});
