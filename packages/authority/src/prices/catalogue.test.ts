// The catalogue: well-known models to the nano-dollar, names a model goes by, dates, overrides.
import { type Usage, usageOf } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import type { PriceOverride } from './overrides.ts';

const NOW_MS = Date.parse('2026-11-01T12:00:00Z');
const catalogue = createCatalogue();

interface Question {
  readonly provider?: string;
  readonly model: string;
  readonly nowMs?: number;
  readonly overrides?: readonly PriceOverride[];
}

function costOf(question: Question, usage: Partial<Usage>): number | undefined {
  const { provider = 'openai', model, nowMs = NOW_MS, overrides } = question;
  const asked = overrides ? createCatalogue({ overrides }) : catalogue;
  return asked.priceOf({ provider, model, nowMs })?.costOf(usageOf(usage));
}

// In nano-USD a token: $1 per million tokens is 1,000.
describe('worked out by hand', () => {
  test.each<[string, string, Partial<Usage>, number]>([
    ['openai', 'gpt-4o-mini', { inputTokens: 1, outputTokens: 1 }, 150 + 600],
    [
      'openai',
      'gpt-4o-mini',
      { inputTokens: 1001, cacheReadTokens: 1, outputTokens: 7 },
      1000 * 150 + 75 + 7 * 600,
    ],
    ['openai', 'gpt-4o', { inputTokens: 1000, outputTokens: 500 }, 2_500_000 + 5_000_000],
    ['openai', 'gpt-4.1-nano', { inputTokens: 3, cacheReadTokens: 1 }, 2 * 100 + 25],
    [
      'openai',
      'gpt-5',
      { inputTokens: 10, cacheReadTokens: 9, outputTokens: 1 },
      1250 + 9 * 125 + 10_000,
    ],
    // $0.005 per million cached tokens: three of them are 15 nano-dollars.
    ['openai', 'gpt-5-nano', { inputTokens: 4, cacheReadTokens: 3 }, 50 + 15],
    [
      'openai',
      'o3',
      { inputTokens: 100, outputTokens: 100, reasoningTokens: 90 },
      200_000 + 800_000,
    ],
    ['openai', 'gpt-3.5-turbo', { inputTokens: 17, outputTokens: 3 }, 17 * 500 + 3 * 1500],
    ['openai', 'text-embedding-3-small', { inputTokens: 12_345 }, 12_345 * 20],
    [
      'openai',
      'gpt-audio',
      { inputTokens: 10, inputAudioTokens: 4, outputTokens: 5, outputAudioTokens: 5 },
      6 * 2500 + 4 * 32_000 + 5 * 64_000,
    ],
    ['openai', 'gpt-5.4', { inputTokens: 271_999, outputTokens: 1 }, 271_999 * 2500 + 15_000],
    ['openai', 'gpt-5.4', { inputTokens: 272_000, outputTokens: 1 }, 272_000 * 5000 + 22_500],
    [
      'anthropic',
      'claude-sonnet-4-20250514',
      { inputTokens: 4740, cacheWriteTokens: 4735, outputTokens: 255 },
      5 * 3000 + 4735 * 3750 + 255 * 15_000,
    ],
    // $0.00875 per million: 8.75 nano-dollars a token, rounded up once at the end.
    ['aws.bedrock', 'amazon.nova-micro-v1:0', { inputTokens: 3, cacheReadTokens: 3 }, 27],
    ['perplexity', 'sonar', { inputTokens: 1, outputTokens: 1 }, 1000 + 1000 + 12_000_000],
  ])('%s %s %j', (provider, model, usage, nanoUsd) => {
    expect(costOf({ provider, model }, usage)).toBe(nanoUsd);
  });
});

// What a usage does not tell apart from others, but a call can meet.
describe('at worst', () => {
  test.each([
    ['a cache write for an hour', 'anthropic', 'claude-sonnet-4-20250514', 6000 + 15_000],
    ['images', 'gcp.gen_ai', 'gemini-2.5-flash-image', 300 + 30_000],
    ['audio', 'openai', 'gpt-audio', 32_000 + 64_000],
    ['a fee', 'perplexity', 'sonar', 1000 + 1000 + 12_000_000],
  ])('%s', (_, provider, model, nanoUsd) => {
    const price = catalogue.priceOf({ provider, model, nowMs: NOW_MS });
    expect(price?.worstCostOf({ inputTokens: 1, outputTokens: 1 })).toBe(nanoUsd);
  });
});

describe('names a model goes by', () => {
  test.each([
    ['openai', 'gpt-4o-2024-08-06', 2500],
    ['openai', 'gpt-4o-2024-05-13', 5000],
    ['openai', 'gpt-4o-20241120', 2500],
    ['openai', 'gpt-4o-2031-01-01', 2500],
    ['openai', 'GPT-4o', 2500],
    ['openai', 'openai/gpt-5', 1250],
    ['openai', 'openrouter/openai/gpt-5', 1250],
    ['openai', 'anthropic/claude-sonnet-4', 3000],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::AbC', 300],
    ['openai', 'ft:gpt-4o-mini:acme::AbC', 300],
    ['azure.ai.openai', 'gpt-4o', 2500],
    ['azure.ai.openai', 'gpt-35-turbo', 500],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-20250514-v1:0', 3000],
    ['gcp.vertex_ai', 'claude-sonnet-4@20250514', 3000],
    ['gcp.gen_ai', 'gemini-2.5-flash', 300],
    ['mistral_ai', 'mistral-large-latest', 2000],
    ['x_ai', 'grok-4', 3000],
    ['openrouter', 'deepseek/deepseek-r1:free', 0],
    // $0.36 an hour, $0.111: a second is a token.
    ['openai', 'whisper-1', 100_000],
    ['groq', 'whisper-large-v3', 30_834],
  ])('%s %s: %i nano-USD a token', (provider, model, nanoUsd) => {
    expect(costOf({ provider, model }, { inputTokens: 1 })).toBe(nanoUsd);
  });

  test.each([
    ['openai', 'my-own-model'],
    ['openai', ''],
    ['openai', 'someone/my-own-model'],
    // The base costs less than what is tuned from it.
    ['openai', 'ft:gpt-4.1-2025-04-14:acme::AbC'],
    ['ollama_cloud', 'llama3'],
    ['', 'gpt-4o'],
    // By the page, and nobody knows how much.
    ['mistral_ai', 'mistral-ocr-latest'],
    ['openrouter', 'google/lyria-3-pro-preview'],
  ])('%s %s has no price, which is not a price of 0', (provider, model) => {
    expect(costOf({ provider, model }, { inputTokens: 1 })).toBeUndefined();
  });
});

describe('prices over time', () => {
  test.each([
    ['openai', 'o3', '2025-06-09T23:59:59.999Z', 10_000],
    ['openai', 'o3', '2025-06-10T00:00:00.000Z', 2000],
    ['deepseek', 'deepseek-chat', '2025-07-01T00:29:59.999Z', 135],
    ['deepseek', 'deepseek-chat', '2025-07-01T00:30:00.000Z', 270],
    ['deepseek', 'deepseek-chat', '2025-07-01T16:30:00.000Z', 135],
  ])('%s %s at %s: %i nano-USD a token', (provider, model, time, nanoUsd) => {
    const nowMs = Date.parse(time);
    expect(costOf({ provider, model, nowMs }, { inputTokens: 1 })).toBe(nanoUsd);
  });
});

describe("the user's own prices", () => {
  const overrides: readonly PriceOverride[] = [
    { provider: 'azure*', model: 'gpt-4o', input: '$2.75', output: 11 },
    { model: 'gpt-4o', input: 1, output: '2', cacheRead: '0.5', maxOutputTokens: 99 },
    { model: 'my-*', input: 0, output: 0 },
  ];

  test.each([
    ['the first that matches wins', 'azure.ai.openai', 'gpt-4o', 2750],
    ['any provider if none is given', 'openai', 'gpt-4o', 1000],
    ['a price of 0 is a price', 'openai', 'my-llama', 0],
    ['other models keep theirs', 'openai', 'gpt-4o-mini', 150],
  ])('%s', (_, provider, model, nanoUsd) => {
    expect(costOf({ provider, model, overrides }, { inputTokens: 1 })).toBe(nanoUsd);
  });

  test('a kind without a price of its own costs what its whole costs', () => {
    const usage = { inputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 1, reasoningTokens: 0 };
    expect(costOf({ model: 'gpt-4o', overrides }, usage)).toBe(6 * 1000 + 4 * 500);
  });

  test('are part of the version, by content', () => {
    const versionOf = (some: readonly PriceOverride[]) =>
      createCatalogue({ overrides: some }).version;
    expect(catalogue.version).toBe('genai-prices@0.1.8');
    expect(versionOf([])).toBe(catalogue.version);
    expect(versionOf(overrides)).toMatch(/^genai-prices@0\.1\.8\+overrides\.[0-9a-f]{8}$/);
    expect(versionOf(overrides.slice(1))).not.toBe(versionOf(overrides));
    const written = (input: string | number) => versionOf([{ model: 'm', input, output: 1 }]);
    expect(written('$0.15')).toBe(written(0.15));
  });

  test.each<[string, PriceOverride]>([
    ['prices[0].model', { model: '', input: 1, output: 1 }],
    ['prices[0].input', { model: 'm', input: -1, output: 1 }],
    ['prices[0].cacheRead', { model: 'm', input: 1, output: 1, cacheRead: 'x' }],
    ['prices[0].maxOutputTokens', { model: 'm', input: 1, output: 1, maxOutputTokens: 0 }],
  ])('%s is refused', (field, override) => {
    expect(() => createCatalogue({ overrides: [override] })).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field }),
    );
  });
});

describe('the most output tokens of a model', () => {
  test.each([
    [
      'as the user says',
      [{ model: 'gpt-4o', input: 1, output: 1, maxOutputTokens: 99 }],
      'gpt-4o',
      99,
    ],
    ['else as published', [{ model: 'gpt-4o', input: 1, output: 1 }], 'gpt-4o', 16_384],
    ['else its context window', [], 'gpt-6-sol', 1_050_000],
    ['else not known', [], 'my-own-model', undefined],
  ])('%s', (_, overrides, model, tokens) => {
    const asked = createCatalogue({ overrides });
    expect(asked.maxOutputTokensOf({ provider: 'openai', model, nowMs: NOW_MS })).toBe(tokens);
  });
});

test('a remembered model answers as a new one, however many there are', () => {
  const own = createCatalogue();
  const ask = (model: string) => own.priceOf({ provider: 'openai', model, nowMs: NOW_MS });
  const first = ask('gpt-4o');
  expect(ask('gpt-4o')).toBe(first);
  for (let i = 0; i < 10_001; i++) ask(`gpt-none-${i}`);
  expect(ask('gpt-4o')?.costOf(usageOf({ inputTokens: 1 }))).toBe(2500);
});
