// Deployments and fallbacks: the answer says which model it was, and that one is paid for.
import { type Budget, budgetOf, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { afterEach, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import type { LocalAuthority } from './local.ts';
import { type CatalogueOptions, createCatalogue } from './prices/catalogue.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00Z');
const NANO_USD = { 'gpt-4o': 2_500, 'gpt-4o-mini': 150 };

let authority: LocalAuthority;
afterEach(() => authority.close());

function open(prices: CatalogueOptions, part: Partial<Budget> = {}): void {
  const budget = budgetOf({ id: 'b', limits: [parseLimit('$10/day')], ...part });
  authority = createAuthority({
    budgets: [{ ...budget, onShortage: [{ kind: 'deny' }] }],
    catalogue: createCatalogue(prices),
    store: openMemoryLedger(),
    clock: createFakeClock(NOW_MS),
  });
}

const call = (model: string, provider = 'azure.ai.openai') => ({
  labels: {},
  provider,
  model,
  operation: 'chat',
});

let minted = 0;
const reserve = async (model: string, provider?: string) => {
  minted += 1;
  const id = mintId({ nowMs: NOW_MS, random: new Uint8Array(10).fill(minted) });
  const decision = await authority.reserve({
    id,
    call: call(model, provider),
    estimate: {
      inputBound: { tokens: 1, exact: true },
      maxOutputTokens: 0,
      choices: 1,
      clampable: false,
    },
  });
  return decision.kind === 'denied' ? decision.reason : id;
};

const costOf = async (id: string, responseModel: string) => {
  const usage = usageOf({ inputTokens: 1 });
  const committed = await authority.commit({ id, usage, usageSource: 'provider', responseModel });
  return committed.costNanoUsd;
};

test('one that nobody has named is refused, as a model without a price', async () => {
  open({});
  expect(await reserve('prod')).toBe('UNPRICED');
});

test('one with an alias is held as that model, and paid for as the one that answered', async () => {
  open({ aliases: { prod: 'gpt-4o' } });
  const id = await reserve('prod');
  expect(await costOf(id, 'gpt-4o-mini-2024-07-18')).toBe(NANO_USD['gpt-4o-mini']);
});

test('one that a budget lets pass at the price of the fallback is paid for alike', async () => {
  open({ fallback: { as: 'gpt-4o' } }, { unpriced: 'fallback' });
  expect(await costOf(await reserve('prod'), 'gpt-4o-mini')).toBe(NANO_USD['gpt-4o-mini']);
  expect(await costOf(await reserve('prod'), 'unheard-of')).toBe(NANO_USD['gpt-4o']);
});

test('one with the name of a model that it does not run is paid for as what it runs', async () => {
  open({});
  expect(await costOf(await reserve('gpt-4o'), 'gpt-4o-mini')).toBe(NANO_USD['gpt-4o-mini']);
  // Elsewhere a name is what it says.
  expect(await costOf(await reserve('gpt-4o', 'openai'), 'gpt-4o-mini')).toBe(NANO_USD['gpt-4o']);
});

test('one with a price of its own keeps it', async () => {
  open({ overrides: [{ provider: 'azure*', model: 'prod', input: '$9', output: '$9' }] });
  expect(await costOf(await reserve('prod'), 'gpt-4o-mini')).toBe(9_000);
});

test.each([
  ['anthropic', 'claude-haiku-4-5', 'claude-opus-4-1-20250805', 15_000],
  ['anthropic', 'claude-haiku-4-5', 'unheard-of', 1_000],
  ['openrouter', 'openai/gpt-4o-mini', 'openai/gpt-4o', 2_500],
  ['openrouter', 'openai/gpt-4o-mini', 'unheard-of/model', 150],
])('%s: %s served by %s', async (provider, model, answered, nanoUsd) => {
  open({});
  expect(await costOf(await reserve(model, provider), answered)).toBe(nanoUsd);
});
