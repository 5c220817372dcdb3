// The user's own prices as scenarios: kinds, long context, tiers, aliases, models without a price.
import { type Usage, usageOf } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { type CatalogueOptions, createCatalogue } from './catalogue.ts';
import type { PriceOverride } from './overrides.ts';

const NOW_MS = Date.parse('2026-11-01T12:00:00Z');

interface Question extends CatalogueOptions {
  readonly provider?: string;
  readonly model: string;
  readonly tier?: string;
}

function priceOf({ provider = 'openai', model, tier, ...options }: Question) {
  return createCatalogue(options).priceOf({ provider, model, nowMs: NOW_MS, tier });
}

/** Every kind has its own price; in nano-USD a token, $1 per million tokens is 1,000. */
const ENTRY: PriceOverride = {
  model: 'mine',
  input: '$1',
  output: '$2',
  cacheRead: '$0.10',
  cacheWrite: '$1.25',
  cacheWrite1h: '$5',
  inputAudio: '$30',
  outputAudio: '$60',
  request: '$0.01',
  above: [
    { inputTokens: 1000, input: '$3', output: '$4' },
    { inputTokens: 100, input: '$2', output: '$3', cacheRead: '$0.20' },
  ],
  tiers: {
    batch: { factor: 0.5 },
    priority: {
      input: '$4',
      output: '$9',
      above: [{ inputTokens: 50, input: '$5', output: '$9' }],
    },
  },
};
const FEE = 10_000_000;

describe('what a call costs', () => {
  test.each<[string, string | undefined, Partial<Usage>, number]>([
    ['plain tokens', undefined, { inputTokens: 3, outputTokens: 2 }, 3000 + 4000],
    ['read from the cache', undefined, { inputTokens: 3, cacheReadTokens: 2 }, 1000 + 200],
    ['written to the cache', undefined, { inputTokens: 3, cacheWriteTokens: 2 }, 1000 + 2500],
    ['audio', undefined, { inputTokens: 2, inputAudioTokens: 1 }, 1000 + 30_000],
    ['spoken', undefined, { outputTokens: 2, outputAudioTokens: 1 }, 2000 + 60_000],
    ['nothing but the call', undefined, {}, 0],
    ['up to the first step', undefined, { inputTokens: 100 }, 100_000],
    ['above it', undefined, { inputTokens: 101, cacheReadTokens: 1 }, 100 * 2000 + 200],
    ['above the second', undefined, { inputTokens: 1001, outputTokens: 1 }, 1001 * 3000 + 4000],
    ['the standard tier by another name', 'default', { inputTokens: 3 }, 3000],
    ['half in batches', 'batch', { inputTokens: 3, outputTokens: 2 }, 1500 + 2000],
    ['half of a step', 'batch', { inputTokens: 101 }, 101 * 1000],
    ['a tier with prices of its own', 'priority', { inputTokens: 3 }, 12_000],
    ['and steps of its own', 'priority', { inputTokens: 51 }, 51 * 5000],
    ['whatever the case', 'Priority', { inputTokens: 3 }, 12_000],
    ['auto: the dearest', 'auto', { inputTokens: 3, outputTokens: 1 }, 12_000 + 9000],
    ['a tier not known: the dearest', 'scale', { inputTokens: 3, cacheReadTokens: 3 }, 12_000],
  ])('%s (%s): %j', (_, tier, usage, nanoUsd) => {
    const price = priceOf({ model: 'mine', overrides: [ENTRY], ...(tier ? { tier } : undefined) });
    expect(price?.source).toBe('override');
    expect(price?.costOf(usageOf(usage))).toBe(nanoUsd + FEE);
  });

  test.each([
    [undefined, 'standard', 10 * 30_000 + 60_000],
    ['batch', 'batch', 10 * 15_000 + 30_000],
    ['priority', 'priority', 10 * 4000 + 9000],
    ['auto', 'dearest', 10 * 30_000 + 60_000],
  ])('at worst, tier %s: as of %s', (tier, shown, nanoUsd) => {
    const price = priceOf({ model: 'mine', overrides: [ENTRY], ...(tier ? { tier } : undefined) });
    expect(price?.tier).toBe(shown);
    expect(price?.worstCostOf({ inputTokens: 10, outputTokens: 1 })).toBe(nanoUsd + FEE);
  });

  test('a cache write that lasts an hour has a price of its own', () => {
    const entry: PriceOverride = { model: 'm', input: 1, output: 1, cacheWrite1h: 2 };
    const price = priceOf({ model: 'm', overrides: [entry] });
    expect(price?.worstCostOf({ inputTokens: 10, outputTokens: 0 })).toBe(20_000);
    const usage = usageOf({ inputTokens: 10, cacheWriteTokens: 10, cacheWrite1hTokens: 4 });
    expect(price?.costOf(usage)).toBe(14_000);
  });

  test('so have images and searches; a tier does not discount a search, steps keep its price', () => {
    const entry: PriceOverride = {
      model: 'm',
      input: 1,
      output: 2,
      inputImage: 10,
      outputImage: '$30',
      webSearch: '$0.01',
      above: [{ inputTokens: 100, input: 2, output: 4 }],
      tiers: { batch: { factor: 0.5 }, priority: { input: 3, output: 6 } },
    };
    const usage = { outputTokens: 2, outputImageTokens: 1, webSearches: 3 };
    const costOf = (tier: string, inputTokens: number) =>
      priceOf({ model: 'm', overrides: [entry], tier })?.costOf(
        usageOf({ ...usage, inputTokens, inputImageTokens: 1 }),
      );
    const searches = 3 * 10_000_000;
    expect(costOf('standard', 2)).toBe(1000 + 10_000 + 2000 + 30_000 + searches);
    expect(costOf('batch', 2)).toBe((1000 + 10_000 + 2000 + 30_000) / 2 + searches);
    expect(costOf('priority', 2)).toBe(2 * 3000 + 2 * 6000 + searches);
    expect(costOf('standard', 101)).toBe(101 * 2000 + 2 * 4000 + searches);
  });
});

describe('a tier of the public data', () => {
  test.each([
    ['openai', 'gpt-4o-mini', undefined, 'standard', 150],
    ['openai', 'gpt-4o-mini', 'batch', 'batch', 75],
    ['openai', 'gpt-4o-mini', 'priority', 'priority', 250],
    ['openai', 'gpt-4o-mini', 'auto', 'dearest', 250],
    ['openai', 'gpt-4o-mini', 'something-new', 'dearest', 250],
    ['anthropic', 'claude-sonnet-4-5', 'batch', 'batch', 1500],
    ['anthropic', 'claude-sonnet-4-5', 'standard_only', 'standard', 3000],
    ['anthropic', 'claude-sonnet-4-5', 'auto', 'auto', 3000],
    ['perplexity', 'sonar', 'batch', 'dearest', 1000 + 12_000_000],
  ])('%s %s %s: %s, %i', (provider, model, tier, shown, nanoUsd) => {
    const price = priceOf({ provider, model, ...(tier ? { tier } : undefined) });
    expect(price).toMatchObject({ source: 'catalogue', tier: shown });
    expect(price?.costOf(usageOf({ inputTokens: 1 }))).toBe(nanoUsd);
  });
});

describe('another name', () => {
  const aliases = { 'my-deployment': 'gpt-4o', 'team-*': 'my-deployment', other: 'openai/gpt-4o' };
  const overrides: readonly PriceOverride[] = [
    { model: 'ft:gpt-4.1:acme:*', alias: 'ft:gpt-4o', maxOutputTokens: 77, contextWindow: 999 },
    { provider: 'azure*', model: 'special', alias: 'mine' },
    ENTRY,
  ];

  test.each<[string, string, number | undefined, number | undefined]>([
    ['azure.ai.openai', 'my-deployment', 2500, 16_384],
    ['azure.ai.openai', 'team-search', 2500, 16_384],
    // A gateway that the data set does not know: the model's own provider has it.
    ['my-gateway', 'my-deployment', 2500, 16_384],
    ['my-gateway', 'other', 2500, 16_384],
    ['openai', 'ft:gpt-4.1:acme:x', 3750, 77],
    ['azure.ai.openai', 'special', 1000 + FEE, undefined],
    ['openai', 'special', undefined, undefined],
    ['openai', 'gpt-4o-mini', 150, 16_384],
  ])('%s %s: %s nano-USD a token, %s tokens at most', (provider, model, nanoUsd, tokens) => {
    const catalogue = createCatalogue({ overrides, aliases });
    const query = { provider, model, nowMs: NOW_MS };
    expect(catalogue.priceOf(query)?.costOf(usageOf({ inputTokens: 1 }))).toBe(nanoUsd);
    expect(catalogue.maxOutputTokensOf(query)).toBe(tokens);
  });

  test('has the tiers and the source of what it stands for', () => {
    const price = priceOf({ model: 'my-deployment', aliases, tier: 'batch' });
    expect(price).toMatchObject({ source: 'catalogue', tier: 'batch' });
    const own = priceOf({ model: 'special', provider: 'azure', overrides });
    expect(own?.source).toBe('override');
  });

  test('an entry of the same name goes first', () => {
    const own: PriceOverride = { model: 'my-deployment', input: 9, output: 9 };
    const price = priceOf({ model: 'my-deployment', aliases, overrides: [own] });
    expect(price?.costOf(usageOf({ inputTokens: 1 }))).toBe(9000);
  });

  test.each([
    [{ a: 'b', b: 'a' }, 'aliases.a: the aliases go round in a circle: a → b → a'],
    [{ 'a*': 'ab' }, 'aliases.a*: the aliases go round in a circle: a* → a*'],
  ])('%j is refused', (circle, message) => {
    expect(() => createCatalogue({ aliases: circle })).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
    );
  });
});

describe('L7: a model without a price', () => {
  test.each<[string, Pick<CatalogueOptions, 'fallback'>, number | undefined]>([
    ['has none', {}, undefined],
    ['costs as much as another', { fallback: { as: 'gpt-4o' } }, 2500],
    ['costs as much as one at its provider', { fallback: { as: 'anthropic/claude-3-haiku' } }, 250],
    ['costs what is written down', { fallback: { input: '$10', output: '$40' } }, 10_000],
  ])('%s', (_, options, nanoUsd) => {
    const price = priceOf({ model: 'gpt-unheard-of', ...options });
    expect(price?.costOf(usageOf({ inputTokens: 1 }))).toBe(nanoUsd);
    expect(price?.source).toBe(nanoUsd === undefined ? undefined : 'fallback');
  });

  test('has tiers where the other has: auto is the dearest', () => {
    const fallback = { as: 'gpt-4o' };
    const price = priceOf({ model: 'unheard-of', fallback, tier: 'auto' });
    expect(price?.costOf(usageOf({ inputTokens: 1 }))).toBe(4250);
  });

  test.each([
    ['a known model', { model: 'gpt-4o' }, 'catalogue'],
    [
      'a local model at 0',
      { model: 'llama', overrides: [{ model: 'llama', input: 0, output: 0 }] },
      'override',
    ],
    [
      'a model priced by the page',
      { model: 'mistral-ocr-latest', provider: 'mistral_ai' },
      'fallback',
    ],
    ['an alias of nothing', { model: 'x', aliases: { x: 'unheard-of' } }, 'fallback'],
  ] as const)('%s', (_, question, source) => {
    const price = priceOf({ ...question, fallback: { input: 10, output: 40 } });
    expect(price?.source).toBe(source);
    const cost = price?.costOf(usageOf({ inputTokens: 1 }));
    expect(cost === 10_000).toBe(source === 'fallback');
  });

  test('says nothing of the most output tokens', () => {
    const catalogue = createCatalogue({ fallback: { as: 'gpt-4o' } });
    const query = { provider: 'openai', model: 'unheard-of', nowMs: NOW_MS };
    expect(catalogue.maxOutputTokensOf(query)).toBeUndefined();
  });

  test('a fallback without a price itself is refused, with what was probably meant', () => {
    expect(() => createCatalogue({ fallback: { as: 'gpt-4oo' } })).toThrowError(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        field: 'unpriced.as',
        message: expect.stringMatching(/no price of "gpt-4oo" either; did you mean gpt-4o/),
      }),
    );
  });
});

describe('limits of an entry', () => {
  const query = { provider: 'openai', nowMs: NOW_MS };
  test.each<[string, PriceOverride, number]>([
    ['its own maximum', { model: 'gpt-4o', input: 1, output: 1, maxOutputTokens: 9 }, 9],
    ['else the published one', { model: 'gpt-4o', input: 1, output: 1, contextWindow: 9 }, 16_384],
    ['else its context window', { model: 'mine', input: 1, output: 1, contextWindow: 9 }, 9],
  ])('%s', (_, entry, tokens) => {
    const catalogue = createCatalogue({ overrides: [entry] });
    expect(catalogue.maxOutputTokensOf({ ...query, model: entry.model })).toBe(tokens);
  });
});

describe('mistakes name their field', () => {
  test.each<[string, PriceOverride]>([
    ['prices[0].above[0].input', { ...ENTRY, above: [{ inputTokens: 1, input: -1, output: 1 }] }],
    [
      'prices[0].above[0].inputTokens',
      { ...ENTRY, above: [{ inputTokens: 0, input: 1, output: 1 }] },
    ],
    ['prices[0].tiers.batch.factor', { ...ENTRY, tiers: { batch: { factor: -1 } } }],
    ['prices[0].tiers.batch.output', { ...ENTRY, tiers: { batch: { input: 1, output: 'x' } } }],
    ['prices[0].tiers.standard', { ...ENTRY, tiers: { standard: { factor: 1 } } }],
    ['prices[0].request', { ...ENTRY, request: '$1000' }],
    ['prices[0].alias', { model: 'a', alias: '' }],
    ['prices[0].contextWindow', { model: 'a', alias: 'b', contextWindow: 1.5 }],
  ])('%s', (field, override) => {
    expect(() => createCatalogue({ overrides: [override] })).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field }),
    );
  });
});

test('aliases and the fallback are part of the version, by content', () => {
  const versionOf = (options: CatalogueOptions) => createCatalogue(options).version;
  const versions = [
    versionOf({}),
    versionOf({ aliases: { a: 'gpt-4o' } }),
    versionOf({ aliases: { a: 'gpt-4o-mini' } }),
    versionOf({ fallback: { as: 'gpt-4o' } }),
    versionOf({ fallback: { input: '$1', output: '$2' } }),
    versionOf({ overrides: [ENTRY] }),
    versionOf({ overrides: [{ ...ENTRY, tiers: {} }] }),
  ];
  expect(new Set(versions).size).toBe(versions.length);
  expect(versionOf({ fallback: { input: 1, output: '2' } })).toBe(versions[4]);
});
