// The authority as its callers see it: scenarios over the store without a journal.
import {
  type Budget,
  budgetOf,
  type CommitRequest,
  DEFAULT_LADDER,
  type Decision,
  type Granted,
  mintId,
  parseLimit,
  type ReserveRequest,
  type Rung,
  usageOf,
} from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from './authority.ts';
import type { LocalAuthority } from './local.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const START_MS = Date.parse('2026-11-22T08:00:00Z');

/** A token costs 1 nano-USD, in and out; `unpriced-*` has no price; the maximum output is 100. */
const catalogue: PriceCatalogue = {
  version: 'test',
  priceOf: ({ model }) =>
    model.startsWith('unpriced')
      ? undefined
      : {
          source: 'catalogue',
          tier: 'standard',
          costOf: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
          worstCostOf: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
        },
  maxOutputTokensOf: () => 100,
};

const DENY: readonly Rung[] = [{ kind: 'deny' }];

function budget(id: string, limit: string, part: Partial<Budget> = {}): Budget {
  return budgetOf({ id, limits: [parseLimit(limit)], onShortage: DENY, ...part });
}

let authority: LocalAuthority;
let clock: ReturnType<typeof createFakeClock>;

function open(...budgets: readonly Budget[]): void {
  clock = createFakeClock(START_MS);
  authority = createAuthority({ budgets, catalogue, store: openMemoryLedger(), clock });
}

afterEach(() => authority.close());

let minted = 0;
function newId(): string {
  minted += 1;
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, minted);
  return mintId({ nowMs: clock.now(), random });
}

interface Ask {
  readonly id?: string;
  readonly input?: number;
  readonly output?: number;
  readonly exact?: boolean;
  readonly model?: string;
  readonly labels?: Record<string, string>;
  readonly maxWaitMs?: number;
}

function request(ask: Ask = {}): ReserveRequest {
  const { input = 10, output, exact = true, model = 'm', labels = {}, maxWaitMs } = ask;
  return {
    id: ask.id ?? newId(),
    call: { labels, provider: 'openai', model, operation: 'chat' },
    estimate: {
      inputBound: { tokens: input, exact },
      maxOutputTokens: output,
      choices: 1,
      clampable: true,
    },
    maxWaitMs,
  };
}

async function granted(ask: Ask = {}): Promise<Granted> {
  const decision = await authority.reserve(request(ask));
  if (decision.kind !== 'granted') throw new Error(`expected a grant: ${JSON.stringify(decision)}`);
  return decision;
}

function commitOf(id: string, tokens: number): CommitRequest {
  return { id, usage: usageOf({ inputTokens: tokens }), usageSource: 'provider' };
}

async function counters(id = 'b') {
  const [balance] = await authority.balances({ budget: id });
  return { committed: balance?.committed, reserved: balance?.reserved };
}

function reasonOf(decision: Decision): string {
  return decision.kind === 'denied' ? decision.reason : decision.kind;
}

describe('a reserve', () => {
  it('holds the worst case, and a commit leaves what was used', async () => {
    open(budget('b', '$0.000001000/day'));
    const { id, held } = await granted({ input: 10, output: 50 });
    expect(held).toEqual({ costNanoUsd: 60, tokens: 60 });
    expect(await counters()).toEqual({ committed: 0, reserved: 60 });
    const committed = await authority.commit(commitOf(id, 42));
    expect(committed).toMatchObject({ costNanoUsd: 42, catalogue: 'test', overrunNanoUsd: 0 });
    expect(await counters()).toEqual({ committed: 42, reserved: 0 });
  });

  it("takes the model's own maximum where the request names none", async () => {
    open(budget('b', '1k tokens/day'));
    expect((await granted({ input: 1 })).held.tokens).toBe(101);
  });

  it('is refused by every limit that lacks room, and then takes none (L2)', async () => {
    open(budget('b', '100 tokens'), budget('c', '1k tokens'), budget('d', '50 tokens'));
    const decision = await authority.reserve(request({ input: 60, output: 60 }));
    expect(decision).toMatchObject({ kind: 'denied', reason: 'TOO_LARGE' });
    if (decision.kind === 'denied') {
      expect(decision.refusals.map((refusal) => refusal.budget)).toEqual(['b', 'd']);
    }
    expect(await counters('c')).toEqual({ committed: 0, reserved: 0 });
  });

  it('tells calls in flight from an exhausted budget', async () => {
    open(budget('b', '100 tokens/day'));
    const { id } = await granted({ input: 80, output: 0 });
    expect(reasonOf(await authority.reserve(request({ input: 30, output: 0 })))).toBe('IN_FLIGHT');
    await authority.commit(commitOf(id, 80));
    const decision = await authority.reserve(request({ input: 30, output: 0 }));
    expect(decision).toMatchObject({
      reason: 'EXHAUSTED',
      resetAtMs: Date.parse('2026-11-23T00:00:00Z'),
      refusals: [{ limit: 100, committed: 80, reserved: 0, requested: 30 }],
    });
  });

  it('asks for an exact count before it takes a rung', async () => {
    open(budget('b', '100 tokens'));
    const ask = { input: 101, output: 0 };
    expect(reasonOf(await authority.reserve(request({ ...ask, exact: false })))).toBe('refine');
    expect(reasonOf(await authority.reserve(request(ask)))).toBe('TOO_LARGE');
  });

  it('is not let through where a cost limit meets a model without price (L7)', async () => {
    open(budget('b', '$5/day'));
    const decision = await authority.reserve(request({ model: 'unpriced-1', exact: false }));
    expect(reasonOf(decision)).toBe('UNPRICED');
  });

  it('passes a token limit without a price', async () => {
    open(budget('b', '1k tokens'));
    const { id, held } = await granted({ model: 'unpriced-1' });
    expect(held.costNanoUsd).toBeUndefined();
    expect((await authority.commit(commitOf(id, 5))).costNanoUsd).toBeUndefined();
  });

  it('repeats its answer for the same id, and refuses the id for anything else (L4)', async () => {
    open(budget('b', '1k tokens'));
    const first = request({ input: 5 });
    const answer = await authority.reserve(first);
    expect(await authority.reserve(first)).toEqual(answer);
    expect(await counters()).toEqual({ committed: 0, reserved: 105 });
    const other = authority.reserve({ ...first, estimate: { ...first.estimate, choices: 2 } });
    await expect(other).rejects.toMatchObject({ code: 'ID_REUSED' });
  });

  it('repeats what a commit was told, of which the history has all (L4)', async () => {
    open(budget('b', '$0.000000020/day'));
    const { id } = await granted({ input: 10, output: 5 });
    const told = await authority.commit(commitOf(id, 42));
    expect(told).toMatchObject({ costNanoUsd: 42, catalogue: 'test', overrunNanoUsd: 27 });
    expect(await authority.commit(commitOf(id, 42))).toEqual(told);
    const { entries } = await authority.entries({});
    expect(entries.map(({ verb }) => verb)).toEqual(['commit', 'reserve']);
    expect(entries[0]).toMatchObject({ usage: { inputTokens: 42 }, costNanoUsd: '42' });
  });

  it('counts in shadow without refusing, and says so', async () => {
    open(budget('b', '100 tokens', { mode: 'shadow' }));
    const decision = await granted({ input: 200, output: 0 });
    expect(decision.shadow).toMatchObject([{ budget: 'b', reason: 'TOO_LARGE' }]);
    expect(await counters()).toEqual({ committed: 0, reserved: 200 });
  });

  it('counts a run for its ancestors', async () => {
    open(budget('b', '100 tokens', { per: ['run'] }));
    await granted({ input: 60, output: 0, labels: { run: 'root/a' } });
    const sibling = request({ input: 60, output: 0, labels: { run: 'root/b' } });
    expect(reasonOf(await authority.reserve(sibling))).toBe('IN_FLIGHT');
    await granted({ input: 60, output: 0, labels: { run: 'other' } });
  });

  it.each([
    ['an id that is no UUIDv7', { id: 'x' }, 'id'],
    ['a fraction of a token', { input: 0.5 }, 'estimate.inputBound.tokens'],
    ['a negative output', { output: -1 }, 'estimate.maxOutputTokens'],
    ['a computed label', { labels: { model: 'm' } }, 'call.labels.model'],
    ['no model', { model: '' }, 'call.model'],
  ])('refuses %s and changes nothing (L11)', async (_what, ask, field) => {
    open(budget('b', '1k tokens'));
    await expect(authority.reserve(request(ask))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field,
    });
    expect(await counters()).toEqual({ committed: 0, reserved: 0 });
  });
});

describe('the ladder', () => {
  it('clamps the output to what is left', async () => {
    open(
      budget('b', '100 tokens', { onShortage: [{ kind: 'clamp', minOutputTokens: 20 }, ...DENY] }),
    );
    const { id, maxOutputTokens, held } = await granted({ input: 10, output: 500 });
    expect(maxOutputTokens).toBe(90);
    expect(held.tokens).toBe(100);
    await authority.commit(commitOf(id, 75));
    expect((await granted({ input: 5, output: 500 })).maxOutputTokens).toBe(20);
    expect(reasonOf(await authority.reserve(request({ input: 6, output: 500 })))).toBe('TOO_LARGE');
  });

  it('does not clamp below what was asked for when less than the minimum was asked for', async () => {
    open(budget('b', '100 tokens', { onShortage: DEFAULT_LADDER }));
    expect(reasonOf(await authority.reserve(request({ input: 90, output: 50 })))).toBe('TOO_LARGE');
  });

  it('waits for calls in flight, first in first out', async () => {
    open(budget('b', '100 tokens', { onShortage: DEFAULT_LADDER }));
    const { id } = await granted({ input: 100, output: 0 });
    const answers: string[] = [];
    const wait = async (name: string, input: number) => {
      const decision = await authority.reserve(request({ input, output: 0, maxWaitMs: 5000 }));
      answers.push(`${name} ${reasonOf(decision)}`);
    };
    const waiting = [wait('a', 60), wait('b', 30), wait('c', 30)];
    await new Promise(setImmediate);
    expect(answers).toEqual([]);
    await authority.commit(commitOf(id, 5));
    await Promise.all(waiting.slice(0, 2));
    expect(answers).toEqual(['a granted', 'b granted']);
    await authority.close();
    await expect(waiting[2]).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('waits for a rolling window to move on, too', async () => {
    open(budget('b', '100 tokens/rolling 2s', { onShortage: DEFAULT_LADDER }));
    await authority.commit(commitOf((await granted({ input: 60, output: 0 })).id, 60));
    await granted({ input: 40, output: 0 });
    const late = authority.reserve(request({ input: 30, output: 0, maxWaitMs: 60_000 }));
    await new Promise(setImmediate);
    clock.advance(3000);
    expect(reasonOf(await late)).toBe('granted');
  });

  it('ends the wait at once when the room is gone for good', async () => {
    open(budget('b', '100 tokens', { onShortage: DEFAULT_LADDER }));
    const { id } = await granted({ input: 100, output: 0 });
    const late = authority.reserve(request({ input: 60, output: 0, maxWaitMs: 60_000 }));
    await new Promise(setImmediate);
    await authority.commit(commitOf(id, 100));
    expect(reasonOf(await late)).toBe('EXHAUSTED');
  });

  it('lets a repeat of a waiting id join it, and a release end it', async () => {
    open(budget('b', '100 tokens', { onShortage: DEFAULT_LADDER }));
    await granted({ input: 100, output: 0 });
    const waiting = request({ input: 60, output: 0, maxWaitMs: 60_000 });
    const first = authority.reserve(waiting).catch((error: unknown) => error);
    const second = authority.reserve(waiting).catch((error: unknown) => error);
    await new Promise(setImmediate);
    await authority.release({ id: waiting.id });
    expect(await first).toMatchObject({ code: 'SETTLED' });
    expect(await second).toMatchObject({ code: 'SETTLED' });
  });
});

describe('an ending', () => {
  it('records an overrun and blocks what follows (L6)', async () => {
    open(budget('b', '100 tokens'));
    const { id } = await granted({ input: 100, output: 0 });
    await authority.commit(commitOf(id, 150));
    expect(await counters()).toEqual({ committed: 150, reserved: 0 });
    expect(reasonOf(await authority.reserve(request({ input: 1, output: 0 })))).toBe('EXHAUSTED');
  });

  it('gives back all on release, but keeps a request that was sent', async () => {
    open(budget('b', '10 requests/day'), budget('c', '1k tokens'));
    const sent = await granted();
    await authority.release({ id: sent.id, sent: true });
    const unsent = await granted();
    await authority.release({ id: unsent.id });
    expect(await counters('b')).toEqual({ committed: 1, reserved: 0 });
    expect(await counters('c')).toEqual({ committed: 0, reserved: 0 });
  });

  it('records a call that was never reserved, in the window in which it was made (L8)', async () => {
    open(budget('b', '1k tokens/day'));
    const call = { labels: {}, provider: 'openai', model: 'm', operation: 'chat' };
    const yesterday = { ...call, reservedAtMs: START_MS - 12 * 3_600_000 };
    await authority.record({ ...commitOf(newId(), 7), call: yesterday });
    expect(await counters()).toEqual({ committed: 0, reserved: 0 });
    const request = { ...commitOf(newId(), 7), call: { ...call, reservedAtMs: START_MS } };
    const first = await authority.record(request);
    expect(await authority.record(request)).toEqual(first);
    expect(await counters()).toEqual({ committed: 7, reserved: 0 });
    await expect(authority.commit(commitOf(newId(), 7))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('does not let a window that turned take the commit of the one before (L8)', async () => {
    open(budget('b', '1k tokens/day'));
    const { id } = await granted({ input: 10, output: 0 });
    clock.set(Date.parse('2026-11-23T00:00:01Z'));
    await authority.commit(commitOf(id, 10));
    expect(await counters()).toEqual({ committed: 0, reserved: 0 });
  });

  it('does not open a window again when the clock goes back (L10)', async () => {
    open(budget('b', '100 tokens/day'));
    await authority.commit(commitOf((await granted({ input: 100, output: 0 })).id, 100));
    clock.set(START_MS - 86_400_000);
    expect(reasonOf(await authority.reserve(request({ input: 1, output: 0 })))).toBe('EXHAUSTED');
  });
});

describe('the history', () => {
  it('shows what happened, newest first, in pages', async () => {
    open(budget('b', '100 tokens'));
    const { id } = await granted({ input: 90, output: 0, labels: { team: 'a' } });
    await authority.commit(commitOf(id, 42));
    await authority.reserve(request({ input: 60, output: 0 }));
    await authority.reserve(request({ input: 60, output: 0 }));
    const { entries } = await authority.entries({});
    expect(entries.map(({ verb }) => verb)).toEqual(['deny', 'commit', 'reserve']);
    expect(entries[0]).toMatchObject({ decision: 'denied', reason: 'EXHAUSTED', budgets: ['b'] });
    expect(entries[1]).toMatchObject({
      id,
      labels: { team: 'a' },
      provider: 'openai',
      model: 'm',
      operation: 'chat',
      usage: { inputTokens: 42 },
      costNanoUsd: '42',
      usageSource: 'provider',
    });
    expect(entries[2]).toMatchObject({ decision: 'granted', heldNanoUsd: '90' });
    const page = await authority.entries({ limit: 2 });
    const rest = await authority.entries({ limit: 2, cursor: page.next });
    expect([...page.entries, ...rest.entries]).toEqual(entries);
    expect((await authority.entries({ verb: 'commit' })).entries).toEqual([entries[1]]);
  });

  it('writes down denials once a second, and then how many', async () => {
    open(budget('b', '100 tokens'));
    for (let i = 0; i < 5; i++) await authority.reserve(request({ input: 101, output: 0 }));
    clock.advance(1001);
    await authority.reserve(request({ input: 101, output: 0 }));
    const { entries } = await authority.entries({});
    expect(entries.map(({ count }) => count)).toEqual([5, 1]);
  });
});

it('lets watchers see each change', async () => {
  open(budget('b', '100 tokens'));
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const [balance] of authority.watch({ budget: 'b' }, stop.signal)) {
    seen.push(balance?.reserved ?? -1);
    if (seen.length === 1) await granted({ input: 30, output: 0 });
    else stop.abort();
  }
  expect(seen).toEqual([0, 30]);
});

it('admits exactly what is affordable, however many ask at once (L1)', async () => {
  open(budget('b', '500 tokens/day'));
  const decisions = await Promise.all(
    Array.from({ length: 200 }, () => authority.reserve(request({ input: 10, output: 0 }))),
  );
  expect(decisions.filter(({ kind }) => kind === 'granted')).toHaveLength(50);
});
