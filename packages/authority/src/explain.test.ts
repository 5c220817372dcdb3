// What a call would get: the same as it gets, and nothing is reserved.
import { type Budget, budgetOf, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import type { ExplainRequest } from './admin.ts';
import { createAuthority } from './authority.ts';
import type { LocalAuthority } from './local.ts';
import type { ModelPrice, PriceCatalogue } from './prices/price.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const clock = createFakeClock(Date.parse('2026-11-22T08:00:00Z'));

function priceOf(nanoUsd: number): ModelPrice {
  const cost = (tokens: { inputTokens: number; outputTokens: number }): number =>
    nanoUsd * (tokens.inputTokens + tokens.outputTokens);
  return { source: 'catalogue', tier: 'standard', costOf: cost, worstCostOf: cost };
}

/** A token costs 10 nano-USD, of `small` 1. */
const catalogue: PriceCatalogue = {
  version: 'test',
  priceOf: ({ model }) => (model === 'unknown' ? undefined : priceOf(model === 'small' ? 1 : 10)),
  maxOutputTokensOf: () => 100,
};

let authority: LocalAuthority;

function open(...budgets: readonly Budget[]): void {
  authority = createAuthority({ budgets, catalogue, store: openMemoryLedger(), clock });
}

afterEach(() => authority.close());

function asked(part: Partial<ExplainRequest> = {}): ExplainRequest {
  const call = { labels: { user: 'u1' }, provider: 'openai', model: 'big', operation: 'chat' };
  return { call, inputTokens: 10, outputTokens: 20, ...part };
}

function nano(amount: number, window = '/day') {
  return { ...parseLimit(`$1${window}`), amount };
}

async function spend(tokens: number): Promise<void> {
  const { call } = asked();
  const nowMs = clock.now();
  await authority.record({
    id: mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) }),
    usage: usageOf({ inputTokens: tokens }),
    usageSource: 'provider',
    call: { ...call, reservedAtMs: nowMs },
  });
}

describe('an explanation', () => {
  test('says of every budget why it does not match, or what its counters say', async () => {
    open(
      budgetOf({ id: 'team', match: { team: ['ads', 'search'] }, limits: [nano(1000)] }),
      budgetOf({ id: 'small-only', match: { model: ['small*'] }, limits: [nano(1000)] }),
      budgetOf({
        id: 'user',
        per: ['user'],
        limits: [nano(1000), nano(250, '/request')],
        onShortage: [{ kind: 'clamp', minOutputTokens: 1 }],
      }),
    );
    await spend(30);
    const { budgets, decision, ...rest } = await authority.admin.explain(asked());
    expect(rest).toEqual({ costNanoUsd: 300, priceSource: 'catalogue', catalogue: 'test' });
    expect(budgets.map(({ budget, mismatch }) => [budget, mismatch])).toEqual([
      ['team', 'team is not given, and has to match ads, search'],
      ['small-only', 'model is "big", and has to match small*'],
      ['user', undefined],
    ]);
    expect(budgets[2]?.limits).toMatchObject([
      { scope: { user: 'u1' }, window: 'day', committed: 300, remaining: 700, requested: 300 },
      { window: 'request', limit: 250, requested: 300, refusal: { reason: 'TOO_LARGE' } },
    ]);
    expect(budgets[2]?.limits[0]?.refusal).toBeUndefined();
    expect(decision).toMatchObject({ kind: 'granted', maxOutputTokens: 15 });
  });

  test('reserves nothing, and leaves no trace in the history or in balances', async () => {
    const limit = { ...nano(0), amount: { by: 'plan', values: { pro: 9999 }, default: 5000 } };
    open(budgetOf({ id: 'b', limits: [limit] }));
    const call = { ...asked().call, labels: { plan: 'pro' } };
    const { budgets } = await authority.admin.explain(asked({ call }));
    expect(budgets[0]?.limits).toMatchObject([{ limit: 9999, reserved: 0, requested: 300 }]);
    expect(await authority.balances({})).toMatchObject([{ limit: 5000, reserved: 0 }]);
    expect(authority.openReservations()).toBe(0);
    expect((await authority.entries({})).entries).toEqual([]);
  });

  test('of a shadow budget says what it would refuse', async () => {
    open(budgetOf({ id: 'b', mode: 'shadow', limits: [nano(100)] }));
    const { budgets, decision } = await authority.admin.explain(asked());
    expect(decision).toMatchObject({ kind: 'granted', shadow: [{ reason: 'TOO_LARGE' }] });
    expect(budgets[0]?.limits[0]?.refusal).toMatchObject({ reason: 'TOO_LARGE', requested: 300 });
  });

  test('goes down the ladder as the call would', async () => {
    const onShortage = [{ kind: 'downgrade', models: { big: 'small' } }, { kind: 'deny' }] as const;
    open(budgetOf({ id: 'b', limits: [nano(100)], onShortage }));
    const { decision, costNanoUsd } = await authority.admin.explain(asked());
    expect(decision).toMatchObject({ kind: 'granted', model: 'small', held: { costNanoUsd: 30 } });
    expect(costNanoUsd).toBe(300);
  });

  test('of a model without a price', async () => {
    open(budgetOf({ id: 'b', limits: [nano(100)] }));
    const call = { ...asked().call, model: 'unknown' };
    const explained = await authority.admin.explain(asked({ call }));
    expect(explained).toMatchObject({ costNanoUsd: undefined, priceSource: undefined });
    expect(explained.decision).toMatchObject({ kind: 'denied', reason: 'UNPRICED' });
  });

  test('takes top-ups in', async () => {
    open(budgetOf({ id: 'b', limits: [nano(100, '')] }));
    await authority.admin.allow({ budget: 'b', unit: 'cost', amount: 200, by: 'alice' });
    const { budgets, decision } = await authority.admin.explain(asked());
    expect(decision.kind).toBe('granted');
    expect(budgets[0]?.limits).toMatchObject([{ limit: 300, requested: 300 }]);
  });

  test.each([
    [{ inputTokens: -1 }, 'estimate.inputBound.tokens'],
    [{ outputTokens: 0.5 }, 'estimate.maxOutputTokens'],
    [{ call: { ...asked().call, labels: { Team: 'x' } } }, 'call.labels.Team'],
    [{ call: { ...asked().call, model: '' } }, 'call.model'],
  ])('of %j is refused', async (part, field) => {
    open();
    await expect(authority.admin.explain(asked(part))).rejects.toMatchObject({ field });
  });
});
