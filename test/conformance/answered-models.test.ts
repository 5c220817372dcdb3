// What the answer names finds the price of what was asked for, or it is said why it finds another.
import { createCatalogue } from '@spendfuse/authority';
import { expect, test } from 'vitest';
import { factsOf } from '../support/conformance.ts';
import { loadExchanges } from '../support/outcomes-exchanges.ts';

const catalogue = createCatalogue();
const nowMs = Date.parse('2026-11-22T12:00:00Z');

const OTHERS: readonly { readonly exchanges: RegExp; readonly why: string }[] = [
  { exchanges: /^azure-openai\//u, why: 'a deployment, or a router of models' },
  { exchanges: /^anthropic\/stream-fallback/u, why: 'another model served' },
  { exchanges: /^mistral\/agents/u, why: 'only the answer says which model an agent has' },
  {
    exchanges: /^openai\/responses\/openai-responses-records-/u,
    why: 'answers that were put together by hand, with one model and one usage for all',
  },
];

test('the model of an answer has a price, and it is that of the request', () => {
  const different = loadExchanges().flatMap((exchange) => {
    const { name, provider, match, request, hasRequest, status } = exchange;
    const asked = provider.request(match, request).model;
    const answered = factsOf(exchange).model;
    if (!hasRequest || status >= 400 || answered === undefined) return [];
    if (OTHERS.some(({ exchanges }) => exchanges.test(name))) return [];
    const from = (model: string): string | undefined =>
      catalogue.describe({ provider: provider.name, model, nowMs }).from;
    return from(asked) === from(answered) ? [] : [{ name, asked, answered }];
  });
  expect(different).toEqual([]);
});

/** Names as answers have them, beside those that people ask for. */
test.each([
  ['openai', 'gpt-5-mini', 'gpt-5-mini-2025-08-07'],
  ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::a1', 'ft:gpt-4o-mini-2024-07-18:acme::a1'],
  ['azure.ai.openai', 'gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'],
  ['anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
  ['gcp.gemini', 'gemini-2.5-flash', 'gemini-2.5-flash'],
  ['gcp.vertex_ai', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
  ['mistral_ai', 'mistral-medium-latest', 'mistral-medium-latest'],
  ['x_ai', 'grok-4-fast', 'grok-4-fast-reasoning'],
  ['deepseek', 'deepseek-chat', 'deepseek-chat'],
  ['groq', 'openai/gpt-oss-20b', 'openai/gpt-oss-20b'],
  ['fireworks', 'accounts/fireworks/models/gpt-oss-20b', 'accounts/fireworks/models/gpt-oss-20b'],
  ['openrouter', 'anthropic/claude-sonnet-4.5', 'anthropic/claude-sonnet-4.5'],
  ['cohere', 'command-a-03-2025', 'command-a-03-2025'],
])('%s: %s is answered as %s, at one price', (provider, asked, answered) => {
  const costOf = (model: string) =>
    catalogue
      .priceOf({ provider, model, nowMs })
      ?.worstCostOf({ inputTokens: 1_000, outputTokens: 1_000 });
  expect(costOf(asked)).toBeGreaterThan(0);
  expect(costOf(answered)).toBe(costOf(asked));
});
