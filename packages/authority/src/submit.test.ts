// Batches: what each call would be told alone, in the batch's order, and nothing before it is durable.
import { budgetOf, mintId, parseLimit, SpendfuseError, usageOf } from '@spendfuse/core';
import { createFakeClock, until } from '@spendfuse/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import type { LocalAuthority } from './local.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';
import type { Submission } from './submit.ts';

const START_MS = Date.parse('2026-11-22T08:00:00Z');

const catalogue: PriceCatalogue = {
  version: 'test',
  priceOf: () => undefined,
  maxOutputTokensOf: () => undefined,
};

let authority: LocalAuthority;
let events: string[];
/** Puts off what `settle` promises. */
let disk: PromiseWithResolvers<void>;
/** Submissions by number, with what each was told. */
let told: [number, unknown][];

beforeEach(() => {
  disk = Promise.withResolvers();
  events = [];
  told = [];
  const memory = openMemoryLedger<never>();
  const settle: typeof memory.settle = async (note) => {
    await disk.promise;
    await memory.settle(note);
  };
  const store = new Proxy(memory, {
    get: (target, name) => {
      if (name === 'settle') return settle;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const budgets = [
    budgetOf({ id: 'all', limits: [parseLimit('100 tokens/day')], onShortage: [{ kind: 'deny' }] }),
  ];
  const clock = createFakeClock(START_MS);
  authority = createAuthority({ budgets, catalogue, store, clock });
  authority.onEvent(({ kind }) => events.push(kind));
});

afterEach(() => {
  disk.resolve();
  return authority.close();
});

const id = (n: number): string => mintId({ nowMs: START_MS, random: new Uint8Array(10).fill(n) });

function reserve(n: number, tokens: number): Submission {
  const call = { labels: {}, provider: 'openai', model: 'm', operation: 'chat' };
  const inputBound = { tokens, exact: true };
  const estimate = { inputBound, maxOutputTokens: 0, choices: 1, clampable: false };
  return { verb: 'reserve', request: { id: id(n), call, estimate } };
}

function commit(n: number, tokens: number): Submission {
  const usage = usageOf({ inputTokens: tokens });
  return { verb: 'commit', request: { id: id(n), usage, usageSource: 'provider' } };
}

function submit(batch: readonly Submission[]): void {
  authority.submit(batch, {
    answered: (one, answer) =>
      told.push([batch.indexOf(one), 'kind' in answer ? answer.kind : 'ok']),
    failed: (one, error) => told.push([batch.indexOf(one), SpendfuseError.from(error).code]),
  });
}

test('each is told what it would be told alone, in the order of the batch', async () => {
  disk.resolve();
  submit([
    reserve(1, 60),
    reserve(2, 60),
    commit(1, 10),
    reserve(3, 60),
    commit(4, 1),
    reserve(1, 60),
    commit(1, 11),
    { verb: 'reserve', request: { ...reserve(5, 1).request, id: 'x' } as never },
  ]);
  await until(() => told.length === 8, { what: 'all answers' });
  expect(new Map(told)).toEqual(
    new Map<number, unknown>([
      [0, 'granted'],
      [1, 'denied'],
      [2, 'ok'],
      [3, 'granted'],
      [4, 'NOT_FOUND'],
      [5, 'granted'],
      [6, 'ID_REUSED'],
      [7, 'INVALID_ARGUMENT'],
    ]),
  );
  const [balance] = await authority.balances({});
  expect(balance).toMatchObject({ committed: 10, reserved: 60 });
});

test('nothing is told before it is durable, errors included; then all of it at once', async () => {
  submit([reserve(1, 60), commit(1, 10), commit(1, 11)]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  expect(events).toEqual([]);
  disk.resolve();
  await until(() => told.length > 0, { what: 'an answer' });
  expect(told).toEqual([
    [0, 'granted'],
    [1, 'ok'],
    [2, 'ID_REUSED'],
  ]);
  expect(events).toEqual(['decision', 'commit', 'unpriced']);
});

test('where the disk fails, nobody is told that anything was done', async () => {
  submit([reserve(1, 60), commit(1, 10)]);
  disk.reject(new SpendfuseError({ code: 'UNAVAILABLE', message: 'the disk is full' }));
  await until(() => told.length === 2, { what: 'both failures' });
  expect(told).toEqual([
    [0, 'UNAVAILABLE'],
    [1, 'UNAVAILABLE'],
  ]);
  expect(events).toEqual([]);
  disk = Promise.withResolvers();
});
