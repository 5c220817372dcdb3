// What is published of service tiers: prices as the providers print them, and what holds for all.
import { globMatches } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import { BUILT_IN } from './data-set.ts';
import { STANDARD_TIER } from './price.ts';
import { PUBLISHED_TIERS } from './tier-data.ts';

const NOW_MS = Date.parse('2026-11-01T12:00:00Z');
const catalogue = createCatalogue();

/** In USD per million tokens: input, cached input, output. */
function listOf(provider: string, model: string, tier: string) {
  const steps = catalogue.describe({ provider, model, nowMs: NOW_MS }).tiers.get(tier);
  const { input = 0, cacheRead = 0, output = 0 } = steps?.[0]?.prices ?? {};
  return [input, cacheRead, output].map((pico) => pico / 1e6);
}

// Every page that the data names, by prices as they are printed there.
test.each<[string, string, string, readonly number[]]>([
  // https://developers.openai.com/api/docs/pricing
  ['openai', 'gpt-4.1', 'batch', [1, 1, 4]],
  ['openai', 'gpt-5', 'batch', [0.625, 0.0625, 5]],
  ['openai', 'gpt-5', 'flex', [0.625, 0.0625, 5]],
  ['openai', 'gpt-5', 'priority', [2.5, 0.25, 20]],
  ['openai', 'gpt-5-2025-08-07', 'priority', [2.5, 0.25, 20]],
  ['openai', 'gpt-5-mini', 'priority', [0.45, 0.045, 3.6]],
  ['openai', 'gpt-5.2', 'priority', [3.5, 0.35, 28]],
  ['openai', 'gpt-5.4', 'flex', [1.25, 0.13, 7.5]],
  ['openai', 'gpt-4.1', 'priority', [3.5, 0.875, 14]],
  ['openai', 'gpt-4.1-nano', 'priority', [0.2, 0.05, 0.8]],
  ['openai', 'gpt-4o', 'priority', [4.25, 2.125, 17]],
  ['openai', 'gpt-4o-2024-05-13', 'priority', [8.75, 8.75, 26.25]],
  ['openai', 'gpt-4o-mini', 'priority', [0.25, 0.125, 1]],
  ['openai', 'o3', 'priority', [3.5, 0.875, 14]],
  ['openai', 'o4-mini', 'priority', [2, 0.5, 8]],
  // https://openai.com/index/introducing-gpt-5-5
  ['openai', 'gpt-5.5', 'priority', [12.5, 1.25, 75]],
  ['openai', 'gpt-5.5', 'batch', [2.5, 0.25, 15]],
  ['azure.ai.openai', 'gpt-4.1', 'priority', [3.5, 0.875, 14]],
  // https://platform.claude.com/docs/en/build-with-claude/batch-processing
  ['anthropic', 'claude-sonnet-4-6', 'batch', [1.5, 0.15, 7.5]],
  ['anthropic', 'claude-opus-4-8', 'batch', [2.5, 0.25, 12.5]],
  // https://platform.claude.com/docs/en/about-claude/pricing
  ['anthropic', 'claude-opus-4-8', 'fast', [10, 1, 50]],
  ['anthropic', 'claude-opus-4-8', 'fast-us', [11, 1.1, 55]],
  ['anthropic', 'claude-sonnet-4-6', 'us', [3.3, 0.33, 16.5]],
  ['gcp.vertex_ai', 'claude-sonnet-4@20250514', 'batch', [1.5, 0.15, 7.5]],
  // https://ai.google.dev/gemini-api/docs/pricing
  ['gcp.gen_ai', 'gemini-2.5-flash', 'batch', [0.15, 0.03, 1.25]],
  ['gcp.gen_ai', 'gemini-2.5-flash', 'priority', [0.6, 0.06, 5]],
  ['gcp.gen_ai', 'gemini-3.1-pro-preview', 'priority', [3.6, 0.36, 21.6]],
])('%s %s, %s: %j', (provider, model, tier, prices) => {
  expect(listOf(provider, model, tier)).toEqual(prices);
});

describe('the table', () => {
  test('speaks of providers and models that there are', () => {
    for (const { provider, model: glob, tier } of PUBLISHED_TIERS) {
      const { models = [], fallback_model_providers: others = [] } =
        BUILT_IN.providers.find(({ id }) => id === provider) ?? {};
      const sold = BUILT_IN.providers.filter(({ id }) => others.includes(id));
      const names = [...models, ...sold.flatMap((each) => each.models)].map(({ id }) => id);
      expect(
        names.some((name) => globMatches(glob, name)),
        `${provider} ${glob} ${tier}`,
      ).toBe(true);
    }
  });

  test('has no line that an earlier one hides', () => {
    for (const [index, { provider, model, tier }] of PUBLISHED_TIERS.entries()) {
      const hiding = PUBLISHED_TIERS.slice(0, index).filter(
        (earlier) =>
          earlier.provider === provider &&
          earlier.tier === tier &&
          globMatches(earlier.model, model.replace('*', '')),
      );
      expect(hiding, `${provider} ${model} ${tier}`).toEqual([]);
    }
  });

  test('has no batch that costs more than the standard tier, and no priority that costs less', () => {
    for (const { provider, models } of providersWithTiers()) {
      for (const model of models) {
        const { tiers } = catalogue.describe({ provider, model, nowMs: NOW_MS });
        const standard = tiers.get(STANDARD_TIER)?.[0]?.prices.output ?? 0;
        const output = (tier: string) => tiers.get(tier)?.[0]?.prices.output ?? standard;
        expect(output('batch'), model).toBeLessThanOrEqual(Math.ceil(standard / 2));
        expect(output('priority'), model).toBeGreaterThanOrEqual(standard);
      }
    }
  });
});

function providersWithTiers() {
  const ids = new Set(PUBLISHED_TIERS.map(({ provider }) => provider));
  return BUILT_IN.providers
    .filter(({ id }) => ids.has(id))
    .map(({ id, models }) => ({ provider: id, models: models.map((each) => each.id) }));
}
