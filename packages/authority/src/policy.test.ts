// L9 and what is in force: edits keep what was counted, whatever is edited and wherever it comes from.
import {
  type Budget,
  type BudgetFields,
  budgetOf,
  type Decision,
  mintId,
  parseLimit,
  type ReserveRequest,
  type Rung,
  usageOf,
} from '@spendfuse/core';
import { createFakeClock, tempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import type { LocalAuthority } from './local.ts';
import { openAuthority } from './open.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const START_MS = Date.parse('2026-11-22T08:00:00Z');
const HOUR_MS = 3_600_000;
const DENY: readonly Rung[] = [{ kind: 'deny' }];
const by = 'alice';

const catalogue: PriceCatalogue = {
  version: 'none',
  priceOf: () => undefined,
  maxOutputTokensOf: () => 0,
};

let authority: LocalAuthority;
let clock: ReturnType<typeof createFakeClock>;

beforeEach(() => {
  clock = createFakeClock(START_MS);
});
afterEach(() => authority.close());

function budget(limit: string, part: Partial<BudgetFields> = {}): Budget {
  return budgetOf({ id: 'b', limits: [parseLimit(limit)], onShortage: DENY, ...part });
}

function open(file: readonly Budget[], flags: readonly Budget[] = []): void {
  authority = createAuthority({
    budgets: file,
    flags,
    catalogue,
    store: openMemoryLedger(),
    clock,
  });
}

function request(tokens: number, part: Partial<ReserveRequest['call']> = {}): ReserveRequest {
  const id = mintId({ nowMs: clock.now(), random: crypto.getRandomValues(new Uint8Array(10)) });
  return {
    id,
    call: { labels: {}, provider: 'openai', model: 'm', operation: 'chat', ...part },
    estimate: {
      inputBound: { tokens, exact: true },
      maxOutputTokens: 0,
      choices: 1,
      clampable: false,
    },
  };
}

async function spend(tokens: number, labels: Record<string, string> = {}): Promise<string> {
  const asked = request(tokens, { labels });
  const decision = await authority.reserve(asked);
  if (decision.kind !== 'granted') return outcome(decision);
  const usage = usageOf({ inputTokens: tokens });
  await authority.commit({ id: asked.id, usage, usageSource: 'provider' });
  return 'granted';
}

function outcome(decision: Decision): string {
  return decision.kind === 'denied' ? decision.reason : decision.kind;
}

/** `40/100`: committed of the amount in force. */
async function standing(id = 'b', scope: Record<string, string> = {}): Promise<string> {
  const [balance] = await authority.balances({ budget: id, scope });
  return `${balance?.committed}/${balance?.limit}`;
}

async function set(budgetFields: BudgetFields): Promise<void> {
  await authority.admin.setBudget({ budget: budgetFields, by });
}

describe('an edit keeps what was counted (L9)', () => {
  const EDITS: Readonly<Record<string, Budget>> = {
    'of the amount': budget('60 tokens/day'),
    'of the mode': budget('100 tokens/day', { mode: 'shadow' }),
    'of the ladder': budget('100 tokens/day', { onShortage: [{ kind: 'wait', maxWaitMs: 0 }] }),
    'of the match': budget('100 tokens/day', { match: { model: ['m'] } }),
    'to an amount by plan': budget('1 tokens/day', {
      limits: [
        { ...parseLimit('1 tokens/day'), amount: { by: 'plan', values: { pro: 9 }, default: 100 } },
      ],
    }),
  };

  test.each(Object.entries(EDITS))('%s, in the file', async (_, edited) => {
    open([budget('100 tokens/day')]);
    await spend(40);
    authority.configure({ budgets: [edited], catalogue });
    expect(await standing()).toMatch(/^40\//);
  });

  test.each(Object.entries(EDITS))('%s, in the store', async (_, edited) => {
    open([budget('100 tokens/day')]);
    await spend(40);
    await set(edited);
    expect(await standing()).toMatch(/^40\//);
  });

  test('to a smaller amount than was spent: nothing is left', async () => {
    open([budget('100 tokens/day')]);
    await spend(40);
    await set(budget('30 tokens/day'));
    expect(await standing()).toBe('40/30');
    expect(await spend(1)).toBe('EXHAUSTED');
  });

  test('delete and make again', async () => {
    open([]);
    await set(budget('100 tokens/day'));
    await spend(40);
    await authority.admin.deleteBudget({ id: 'b', by });
    expect(authority.admin.budgets()).toEqual([]);
    expect(await spend(500)).toBe('granted');
    await set(budget('90 tokens/day'));
    expect(await standing()).toBe('40/90');
  });

  test('only a reset clears it, and what is in flight stays', async () => {
    open([budget('100 tokens/day', { per: ['user'] })]);
    await spend(40, { user: 'u1' });
    await spend(30, { user: 'u2' });
    await authority.reserve(request(5, { labels: { user: 'u1' } }));
    await authority.admin.reset({ budget: 'b', scope: { user: 'u1' }, by });
    expect(await standing('b', { user: 'u1' })).toBe('0/100');
    expect(await standing('b', { user: 'u2' })).toBe('30/100');
    const [balance] = await authority.balances({ scope: { user: 'u1' } });
    expect(balance?.reserved).toBe(5);
  });
});

describe('what goes before what', () => {
  const [file, store, flag] = ['10', '20', '30'].map((n) => budget(`${n} tokens/day`));

  test('the store before the file of the same id, until it is deleted', async () => {
    open([file as Budget]);
    await set(store as Budget);
    expect(await standing()).toBe('0/20');
    expect(authority.admin.budgets()).toMatchObject([{ source: 'store', hidesFile: true }]);
    await authority.admin.deleteBudget({ id: 'b', by });
    expect(await standing()).toBe('0/10');
    expect(authority.admin.budgets()).toMatchObject([{ source: 'file', hidesFile: false }]);
  });

  test('the command line before both, and nothing is kept that would not count', async () => {
    open([file as Budget], [flag as Budget]);
    expect(await standing()).toBe('0/30');
    expect(authority.admin.budgets()).toMatchObject([{ source: 'flag', hidesFile: true }]);
    await expect(set(store as Budget)).rejects.toMatchObject({ field: 'id' });
    expect(await standing()).toBe('0/30');
  });

  test('the order is that of the file, then store, then command line', async () => {
    const named = (id: string): Budget => budget('1 tokens/day', { id });
    open([named('f1'), named('f2')], [named('x')]);
    await set(named('s'));
    await set(named('f2'));
    expect(authority.admin.budgets().map((view) => view.budget.id)).toEqual(['f1', 'f2', 's', 'x']);
  });

  test('a file that is wrong changes nothing', () => {
    open([file as Budget]);
    const wrong = { budgets: [file as Budget, file as Budget], catalogue };
    expect(() => authority.configure(wrong)).toThrow(/two budgets have the id "b"/);
    expect(authority.admin.budgets()).toHaveLength(1);
  });
});

describe('top-ups and overrides', () => {
  test('add to the amount, for good or until a time; nothing that was counted changes', async () => {
    open([budget('100 tokens')]);
    await spend(90);
    await authority.admin.allow({ budget: 'b', unit: 'tokens', amount: 50, by });
    expect(await standing()).toBe('90/150');
    const [fromMs, untilMs] = [START_MS + HOUR_MS, START_MS + 2 * HOUR_MS];
    await authority.admin.allow({ budget: 'b', unit: 'tokens', amount: 25, fromMs, untilMs, by });
    const standings: string[] = [];
    for (let hour = 0; hour < 3; hour++) {
      standings.push(await standing());
      clock.advance(HOUR_MS);
    }
    expect(standings).toEqual(['90/150', '90/175', '90/150']);
  });

  test('of one scope concern no other, and can be taken back', async () => {
    open([budget('100 tokens', { per: ['user'] })]);
    await spend(1, { user: 'u1' });
    await spend(1, { user: 'u2' });
    const scope = { user: 'u1' };
    const { id } = await authority.admin.allow({
      budget: 'b',
      scope,
      unit: 'tokens',
      amount: 5,
      by,
    });
    expect(await standing('b', scope)).toBe('1/105');
    expect(await standing('b', { user: 'u2' })).toBe('1/100');
    await authority.admin.withdraw({ id, by });
    expect(await standing('b', scope)).toBe('1/100');
    expect(authority.admin.allowances()).toEqual([]);
  });

  test('let a call through that waits for room', async () => {
    open([budget('100 tokens', { onShortage: [{ kind: 'wait', maxWaitMs: 60_000 }] })]);
    await authority.reserve(request(90));
    const waiting = authority.reserve({ ...request(50), maxWaitMs: 60_000 });
    await authority.admin.allow({ budget: 'b', unit: 'tokens', amount: 50, by });
    expect(outcome(await waiting)).toBe('granted');
  });

  test('that are over for a day are removed', async () => {
    open([budget('100 tokens')]);
    const untilMs = START_MS + HOUR_MS;
    await authority.admin.allow({ budget: 'b', unit: 'tokens', amount: 5, untilMs, by });
    clock.advance(HOUR_MS);
    expect(authority.admin.allowances()).toEqual([]);
    clock.advance(24 * HOUR_MS);
    await authority.keepHouse();
    const { entries } = await authority.entries({ verb: 'configure' });
    expect(entries[0]).toMatchObject({ act: 'removed an override that was over' });
  });
});

describe('kept in the store', () => {
  test('budgets, top-ups and where fixed windows begin outlive a restart', async () => {
    await using folder = await tempFolder();
    const options = { dataFolder: folder.path, catalogue, clock, durability: 'process' as const };
    authority = await openAuthority({ ...options, budgets: [budget('50 tokens/2h', { id: 'f' })] });
    await set(budget('100 tokens', { alerts: { thresholds: [0.5], repeatMs: 3_600_000 } }));
    await authority.admin.allow({ budget: 'b', unit: 'tokens', amount: 5, note: 'gift', by });
    await spend(40);
    const before = [authority.admin.budgets(), authority.admin.allowances()];
    await authority.close();
    clock.advance(HOUR_MS);
    authority = await openAuthority({ ...options, budgets: [budget('50 tokens/2h', { id: 'f' })] });
    expect([authority.admin.budgets(), authority.admin.allowances()]).toEqual(before);
    expect(await standing()).toBe('40/105');
    const [fixed] = await authority.balances({ budget: 'f' });
    expect(fixed).toMatchObject({ committed: 40, resetAtMs: START_MS + 2 * HOUR_MS });
  });
});

test('who listens hears of each change, and which counters it concerns', async () => {
  open([budget('100 tokens')]);
  const heard: (readonly string[])[] = [];
  authority.onChanged((keys) => heard.push(keys));
  await spend(1);
  expect(heard.splice(0)).toEqual([['b|tokens|lifetime|']]);
  await authority.admin.reset({ budget: 'b', by });
  expect(heard.splice(0)).toEqual([['b|tokens|lifetime|']]);
  await set(budget('90 tokens'));
  authority.configure({ budgets: [], catalogue });
  expect(heard).toEqual([[], []]);
});
