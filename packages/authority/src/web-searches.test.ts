// Searches that a provider runs for a call: held before it, charged after it, never above the hold.
import { type Budget, budgetOf, type Granted, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { afterEach, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import type { LocalAuthority } from './local.ts';
import { createCatalogue } from './prices/catalogue.ts';
import type { EntryMeta } from './entry.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00Z');
/** A token costs 1 nano-USD, a search $0.01. */
const catalogue = createCatalogue({
  overrides: [{ model: 'm', input: '$0.001', output: '$0.001', webSearch: '$0.01' }],
});
const CENT = 10_000_000;

let authority: LocalAuthority;
afterEach(() => authority.close());

function open(part: Partial<Budget> = {}): void {
  const budget = budgetOf({ id: 'b', limits: [parseLimit('$0.06/day')], ...part });
  const store = openMemoryLedger<EntryMeta>();
  authority = createAuthority({
    budgets: [{ ...budget, onShortage: [{ kind: 'deny' }] }],
    catalogue,
    store,
    clock: createFakeClock(NOW_MS),
  });
}

let minted = 0;
function newId(): string {
  minted += 1;
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, minted);
  return mintId({ nowMs: NOW_MS, random });
}

const reserve = (webSearches: number | undefined, { id = newId(), output = 50 } = {}) =>
  authority.reserve({
    id,
    call: { labels: {}, provider: 'openai', model: 'm', operation: 'chat' },
    estimate: {
      inputBound: { tokens: 10, exact: true },
      maxOutputTokens: output,
      choices: 1,
      clampable: false,
      webSearches,
    },
  });

/** @throws where the call is not granted. */
async function granted(...call: Parameters<typeof reserve>): Promise<Granted> {
  const decision = await reserve(...call);
  if (decision.kind !== 'granted') throw new Error(`expected a grant: ${decision.kind}`);
  return decision;
}

const commit = (id: string, { webSearches = 0, outputTokens = 0 }) =>
  authority.commit({
    id,
    usage: usageOf({ inputTokens: 10, outputTokens, webSearches }),
    usageSource: 'provider',
  });

test('are held as many as the call may make, and charged as many as it made', async () => {
  open();
  const held = { costNanoUsd: 60 + 5 * CENT, tokens: 60 };
  const call = await granted(5);
  expect(call).toMatchObject({ held });
  const committed = await commit(call.id, { webSearches: 2, outputTokens: 50 });
  expect(committed).toMatchObject({ costNanoUsd: 60 + 2 * CENT, overrunNanoUsd: 0 });
});

test('that do not fit are refused before they are made', async () => {
  open();
  expect(await reserve(6)).toMatchObject({ kind: 'denied', reason: 'TOO_LARGE' });
  expect(await reserve(undefined)).toMatchObject({ kind: 'granted', held: { costNanoUsd: 60 } });
});

test('beyond what was held are charged all the same, and an overrun', async () => {
  open();
  const { id } = await granted(undefined);
  expect(await commit(id, { webSearches: 1 })).toMatchObject({
    costNanoUsd: 10 + CENT,
    overrunNanoUsd: 10 + CENT - 60,
  });
});

test('stay held while an adaptive hold grows', async () => {
  open({ hold: 'adaptive' });
  for (let i = 0; i < 20; i++) {
    const { id } = await granted(0, { output: 64 });
    await commit(id, { outputTokens: 64 });
  }
  const { id, ...call } = await granted(2, { output: 500 });
  expect(call).toMatchObject({ held: { costNanoUsd: 74 + 2 * CENT }, heldOutputTokens: 64 });
  const extended = await authority.extend({ id, ttlMs: 1000, outputTokens: 200 });
  expect(extended).toMatchObject({ kind: 'extended', held: { costNanoUsd: 210 + 2 * CENT } });
});

test('of another number are another request, and none of a fraction is one', async () => {
  open();
  const { id } = await granted(1);
  expect(await reserve(1, { id })).toMatchObject({ kind: 'granted' });
  await expect(reserve(2, { id })).rejects.toMatchObject({ code: 'ID_REUSED' });
  await expect(reserve(0.5)).rejects.toMatchObject({ field: 'estimate.webSearches' });
});
