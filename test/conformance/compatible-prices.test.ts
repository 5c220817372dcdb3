// The names of hosts find their prices, and where a host tells its own bill, ours is the same.
import { createCatalogue } from '@spendfuse/authority';
import { expect, test } from 'vitest';
import { factsOf } from '../support/conformance.ts';
import { loadExchanges } from '../support/outcomes-exchanges.ts';

const catalogue = createCatalogue();
const nowMs = Date.parse('2026-11-22T08:00:00Z');
const sourceOf = (provider: string, model: string): string | undefined =>
  catalogue.describe({ provider, model, nowMs }).from;

test.each([
  ['groq', 'llama-3.3-70b-versatile', 'groq/llama-3.3-70b-versatile'],
  ['groq', 'whisper-large-v3-turbo', 'groq/whisper-large-v3-turbo'],
  ['deepseek', 'deepseek-chat', 'deepseek/deepseek-chat'],
  ['x_ai', 'grok-4.3', 'x-ai/grok-4.3'],
  ['perplexity', 'sonar-pro', 'perplexity/sonar-pro'],
  ['perplexity', 'openai/gpt-5-mini', 'openai/gpt-5-mini'],
  ['openrouter', 'openai/gpt-5', 'openrouter/openai/gpt-5'],
  ['openrouter', 'qwen/qwen3-max', 'openrouter/qwen/qwen3-max'],
  ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together/meta-llama/Llama-3.3-70B-'],
  ['fireworks', 'accounts/fireworks/models/gpt-oss-20b', 'fireworks/gpt-oss-20b'],
  ['moonshot_ai', 'kimi-k2.6', 'moonshotai/kimi-k2.6'],
  ['vllm', 'openai/gpt-oss-120b', 'built in: vllm/*'],
  ['lmstudio', 'qwen3-8b', 'built in: lmstudio/*'],
  // A gateway that names the provider in front of the model.
  ['openai-compatible', 'openai/gpt-4o-mini', 'openai/gpt-4o-mini'],
])('%s %s has the price of %s', (provider, model, from) => {
  expect(sourceOf(provider, model)).toContain(from);
});

test.each([
  ['openai-compatible', 'gpt-4o-mini'],
  ['openai-compatible', 'our-own-model'],
  ['alibaba', 'qwen3-max'],
])('%s %s has no price until the user gives one', (provider, model) => {
  expect(sourceOf(provider, model)).toBeUndefined();
  const own = createCatalogue({ overrides: [{ provider, model: '*', input: 1, output: 2 }] });
  expect(own.priceOf({ provider, model, nowMs })?.source).toBe('override');
});

test("a model of a server of one's own can be priced as one that is sold", () => {
  const aliases = {
    house: 'gpt-5-mini',
    'house-*': 'deepseek/deepseek-chat',
    free: 'llama-of-ours',
  };
  const own = createCatalogue({ aliases });
  const from = (model: string) => own.describe({ provider: 'vllm', model, nowMs }).from;
  expect(from('house')).toContain('openai/gpt-5-mini');
  expect(from('house-2')).toContain('deepseek/deepseek-chat');
  expect(from('free')).toBe('built in: vllm/*');
  expect(from('gpt-5-mini')).toBe('built in: vllm/*');
});

test.each([
  ['xAI', /^xai\//u],
  ['Perplexity for deep research', /^perplexity\/deep/u],
])('what %s bills is what our prices come to, searches included', (_, names) => {
  const billed = loadExchanges().filter(
    ({ name, billedUsd }) => names.test(name) && billedUsd !== undefined,
  );
  expect(billed.length).toBeGreaterThan(0);
  for (const exchange of billed) {
    const { usage, model = '', reportedCostNanoUsd } = factsOf(exchange);
    const price = catalogue.priceOf({ provider: exchange.provider.name, model, nowMs });
    expect(price!.costOf(usage!)).toBe(reportedCostNanoUsd);
  }
});
