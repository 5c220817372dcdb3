// The policy and a store that fails: what is in force is what the store says once it is ready again.
import { budgetOf, parseLimit, type PutPlan, SpendfuseError } from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { PolicyInForce } from './policy-in-force.ts';

const catalogue = { version: 'none', priceOf: () => undefined, maxOutputTokensOf: () => 0 };
const unavailable = new SpendfuseError({ code: 'UNAVAILABLE', message: 'the disk is full' });

/** Keeps documents, durable or not; `failing` says which answer a put gets. */
function failingStore() {
  const kept = new Map<string, unknown>();
  const state = { failing: false, keeps: true };
  return {
    kept,
    state,
    documents: (prefix: string) => {
      if (state.failing) throw unavailable;
      return [...kept]
        .map(([key, value]) => ({ key, value }))
        .filter(({ key }) => key.startsWith(prefix));
    },
    async put({ key, value }: PutPlan<unknown>) {
      if (state.keeps) kept.set(key, value);
      if (state.failing) throw unavailable;
    },
    ready: () => !state.failing,
  };
}

function open(store: ReturnType<typeof failingStore>, limit = '$5/day') {
  const file = [budgetOf({ id: 'f', limits: [parseLimit(limit)] })];
  const clock = createFakeClock(Date.parse('2026-11-22T08:00:00Z'));
  const swaps = { count: 0 };
  const onSwap = () => {
    swaps.count += 1;
  };
  const sources = { file, flags: [], catalogue };
  return { policy: new PolicyInForce({ sources, store, clock, onSwap }), clock, swaps, file };
}

const change = {
  key: 'budget/b',
  value: budgetOf({ id: 'b', limits: [parseLimit('$1/day')] }),
  act: 'made budget b',
  by: 'alice',
};

function ids(policy: PolicyInForce): readonly string[] {
  return policy.now().views.map(({ budget }) => budget.id);
}

test.each([
  ['became durable all the same', true, ['f', 'b']],
  ['was lost', false, ['f']],
])('a change that failed and %s', async (_, keeps, expected) => {
  const store = failingStore();
  const { policy } = open(store);
  Object.assign(store.state, { failing: true, keeps });
  await expect(policy.change(change)).rejects.toThrow('the disk is full');
  await policy.keepHouse();
  expect(ids(policy)).toEqual(['f']);
  store.state.failing = false;
  await policy.keepHouse();
  expect(ids(policy)).toEqual(expected);
});

test('a file is read anew while the store cannot be read', () => {
  const store = failingStore();
  const { policy, file, swaps } = open(store);
  store.state.failing = true;
  policy.configure({ file: [...file, change.value], catalogue });
  expect(ids(policy)).toEqual(['f', 'b']);
  expect(swaps.count).toBe(1);
});

test('fixed windows begin when the budget was first seen, also after the file is read again', async () => {
  const store = failingStore();
  const { policy, clock, file } = open(store, '$50/30d');
  const window = () => policy.now().admission.budgets[0]?.limits[0]?.window;
  const anchorMs = clock.now();
  expect(window()).toMatchObject({ kind: 'fixed', anchorMs });
  expect(store.kept.get('anchor/f')).toEqual({ anchorMs });
  clock.advance(86_400_000);
  policy.configure({ file, catalogue });
  expect(window()).toMatchObject({ anchorMs });
});
