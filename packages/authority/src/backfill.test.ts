// Backfill: a budget that is made late counts what was spent before it, once, in memory and on disk.
import { type Budget, budgetOf, type Labels, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { createFakeClock, tempFolder, type TempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalAuthority } from './local.ts';
import { openAuthority } from './open.ts';
import { createCatalogue } from './prices/catalogue.ts';
import { verify } from './stores/sqlite/verify.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse('2026-11-22T12:00:00Z');
/** A token costs 1 nano-USD. */
const catalogue = createCatalogue({ overrides: [{ model: 'm*', input: 0.001, output: 0.001 }] });
const by = 'alice';

let folder: TempFolder | undefined;
let authority: LocalAuthority;
let clock: ReturnType<typeof createFakeClock>;

async function open(budgets: readonly Budget[] = []): Promise<void> {
  const dataFolder = folder?.path;
  authority = await openAuthority({ dataFolder, budgets, catalogue, clock });
}

beforeEach(() => {
  clock = createFakeClock(NOON_MS);
});
afterEach(async () => {
  await authority.close();
  await folder?.remove();
  folder = undefined;
});

interface Spend {
  readonly labels?: Labels;
  readonly model?: string;
  readonly tokens?: number;
}

function newId(): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return mintId({ nowMs: clock.now(), random });
}

async function hold({ labels = { user: 'u1' }, model = 'm', tokens = 10 }: Spend = {}) {
  const decision = await authority.reserve({
    id: newId(),
    call: { labels, provider: 'openai', model, operation: 'chat' },
    estimate: {
      inputBound: { tokens, exact: true },
      maxOutputTokens: 0,
      choices: 1,
      clampable: false,
    },
  });
  if (decision.kind !== 'granted') throw new Error(`expected a grant: ${decision.kind}`);
  return { id: decision.id, tokens };
}

const settle = ({ id, tokens }: { id: string; tokens: number }) =>
  authority.commit({ id, usage: usageOf({ inputTokens: tokens }), usageSource: 'provider' });

const spend = async (what?: Spend) => settle(await hold(what));

const budget = (limits: readonly string[], part: Partial<Budget> = {}) =>
  budgetOf({ id: 'late', limits: limits.map((limit) => parseLimit(limit)), ...part });

async function made(late: Budget): Promise<number> {
  await authority.admin.setBudget({ budget: late, by });
  return backfill();
}

const backfill = async () => (await authority.admin.backfill({ budget: 'late', by })).counters;

/** `u1 $… 10+0`: committed and reserved of each. */
async function counters(): Promise<readonly string[]> {
  const balances = await authority.balances({ budget: 'late' });
  return balances.map(({ scope, unit, committed, reserved }) =>
    [...Object.values(scope), unit, `${committed}+${reserved}`].join(' '),
  );
}

describe.each(['memory', 'disk'])('in %s', (where) => {
  beforeEach(async () => {
    if (where === 'disk') folder = await tempFolder();
    await open();
  });

  test('each unit counts what the window in force has seen, and nothing before it', async () => {
    await spend({ tokens: 1000 });
    clock.advance(24 * HOUR_MS);
    await spend({ tokens: 10 });
    await spend({ tokens: 5 });
    const limits = ['$5/day', '1k tokens/day', '9 input_tokens/day', '9 output_tokens/day'];
    expect(await made(budget([...limits, '9 requests/day', '9 requests', '9 concurrent']))).toBe(5);
    expect(await counters()).toEqual([
      'cost 15+0',
      'tokens 15+0',
      'input_tokens 15+0',
      'output_tokens 0+0',
      'requests 2+0',
      'requests 3+0',
      'concurrency 0+0',
    ]);
  });

  test('a lifetime goes back to the first call, also where idle scopes are forgotten', async () => {
    await spend({ tokens: 7 });
    clock.advance(72 * HOUR_MS);
    await spend({ tokens: 5 });
    await made(budget(['$5'], { per: ['user'] }));
    expect(await counters()).toEqual(['u1 cost 12+0']);
  });

  test('only calls that match count, in the scope that they fall into', async () => {
    await spend({ labels: { user: 'u1', run: 'a/b' } });
    await spend({ labels: { user: 'u2' }, tokens: 20 });
    await spend({ labels: {}, tokens: 40 });
    await spend({ labels: { user: 'u2' }, model: 'my', tokens: 80 });
    expect(await made(budget(['$5'], { per: ['user'], match: { model: ['m', '!my'] } }))).toBe(3);
    expect((await counters()).toSorted()).toEqual([
      '(none) cost 40+0',
      'u1 cost 10+0',
      'u2 cost 20+0',
    ]);
    await authority.admin.setBudget({ budget: budget(['$5'], { per: ['run'] }), by });
    await backfill();
    expect(await counters()).toEqual(
      expect.arrayContaining(['a cost 10+0', 'a/b cost 10+0', '(none) cost 140+0']),
    );
  });

  test('what is counted already is not counted twice, however often it is asked for', async () => {
    await spend();
    await authority.admin.setBudget({ budget: budget(['$5/day', '9 requests/day']), by });
    await spend({ tokens: 3 });
    expect(await backfill()).toBe(2);
    expect(await backfill()).toBe(0);
    expect(await counters()).toEqual(['cost 13+0', 'requests 2+0']);
    await spend({ tokens: 4 });
    expect(await counters()).toEqual(['cost 17+0', 'requests 3+0']);
  });

  test('a call in flight counts once, whenever it ends', async () => {
    const before = await hold({ tokens: 7 });
    await authority.admin.setBudget({ budget: budget(['$5/day', '9 requests/day']), by });
    const within = await hold({ tokens: 5 });
    await backfill();
    expect(await counters()).toEqual(['cost 0+5', 'requests 1+1']);
    await settle(before);
    await settle(within);
    expect(await counters()).toEqual(['cost 5+0', 'requests 2+0']);
    await backfill();
    expect(await counters()).toEqual(['cost 12+0', 'requests 2+0']);
  });

  test('a rolling window lets go of it as of anything else', async () => {
    await spend({ tokens: 7 });
    clock.advance(30 * 60_000);
    await spend({ tokens: 5 });
    await made(budget(['1k tokens/rolling 1h']));
    expect(await counters()).toEqual(['tokens 12+0']);
    clock.advance(32 * 60_000);
    expect(await counters()).toEqual(['tokens 5+0']);
    clock.advance(31 * 60_000);
    expect(await counters()).toEqual(['tokens 0+0']);
  });

  test('it refuses then, is no usage, and stands in the history with who asked for it', async () => {
    await spend({ tokens: 10 });
    await made(budget(['$0.000000012/day']));
    const { rows } = await authority.usage({});
    expect(rows).toMatchObject([{ requests: '1', costNanoUsd: '10' }]);
    const { entries } = await authority.entries({ verb: ['configure'] });
    expect(entries[0]).toMatchObject({ act: 'backfilled late', by, budgets: ['late'] });
    const id = newId();
    const call = { labels: {}, provider: 'openai', model: 'm', operation: 'chat' };
    const inputBound = { tokens: 3, exact: true };
    const estimate = { inputBound, maxOutputTokens: 0, choices: 1, clampable: false };
    const decision = await authority.reserve({ id, call, estimate });
    expect(decision).toMatchObject({ kind: 'denied', reason: 'EXHAUSTED' });
  });

  test('what cannot be is an error, and changes nothing', async () => {
    await expect(authority.admin.backfill({ budget: 'none', by })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    for (const user of ['u1', 'u2', 'u3']) await spend({ labels: { user } });
    const few = budget(['$5/day'], { per: ['user'], maxScopes: 2 });
    await expect(made(few)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    const per = Array.from({ length: 9 }, (_, n) => `label${n}`);
    await expect(made(budget(['$5/day'], { per }))).rejects.toThrow(/counts by 9 labels/);
    expect(await authority.balances({ budget: 'late' })).toEqual([]);
  });
});

test('is on the disk like anything else', async () => {
  folder = await tempFolder();
  await open();
  await spend({ tokens: 10 });
  await made(budget(['$5/day'], { per: ['user'] }));
  await authority.close();
  await open();
  expect(await counters()).toEqual(['u1 cost 10+0']);
  expect(await backfill()).toBe(0);
  expect((await verify({ folder: folder.path })).findings).toEqual([]);
});
