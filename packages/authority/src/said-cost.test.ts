// A cost that the caller says: held, charged and replaced as said, whatever a price would say.
import { budgetOf, type Decision, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { createFakeClock } from '@spendfuse/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import type { EntryMeta } from './entry.ts';
import type { LocalAuthority } from './local.ts';
import { createCatalogue } from './prices/catalogue.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00Z');
const CENT = 10_000_000;
const catalogue = createCatalogue({
  overrides: [{ provider: 'tool', model: 'priced', input: 0, output: 0, request: '$0.01' }],
});

let authority: LocalAuthority;
beforeEach(() => {
  const limits = [parseLimit('$0.06/day'), parseLimit('10 tool_calls/day')];
  const budget = budgetOf({ id: 'b', limits });
  authority = createAuthority({
    budgets: [{ ...budget, onShortage: [{ kind: 'deny' }] }],
    catalogue,
    store: openMemoryLedger<EntryMeta>(),
    clock: createFakeClock(NOW_MS),
  });
});
afterEach(() => authority.close());

let minted = 0;
function newId(): string {
  minted += 1;
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, minted);
  return mintId({ nowMs: NOW_MS, random });
}

interface Asking {
  readonly cost?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly id?: string;
}

function reserve({ cost, model = 'search', provider = 'tool', id = newId() }: Asking) {
  return authority.reserve({
    id,
    call: { labels: {}, provider, model, operation: 'execute_tool' },
    estimate: {
      inputBound: { tokens: 0, exact: true },
      maxOutputTokens: 0,
      choices: 1,
      clampable: false,
      amounts: { tool_calls: 1, ...(cost === undefined ? {} : { cost }) },
    },
  });
}

function idOf(decision: Decision): string {
  if (decision.kind !== 'granted') throw new Error(`expected a grant: ${decision.kind}`);
  return decision.id;
}

const commit = (id: string, amounts?: Readonly<Record<string, number>>) =>
  authority.commit({ id, usage: usageOf({}), usageSource: 'provider', amounts });

async function spent() {
  const balances = await authority.balances({});
  return balances.map(({ committed, reserved }) => [committed, reserved]);
}

test('is held, and charged as the commit says it', async () => {
  const decision = await reserve({ cost: 5 * CENT });
  expect(decision).toMatchObject({ held: { costNanoUsd: 5 * CENT, tokens: 0 } });
  expect(await spent()).toEqual([
    [0, 5 * CENT],
    [0, 1],
  ]);
  const committed = await commit(idOf(decision), { cost: 2 * CENT });
  expect(committed).toMatchObject({ costNanoUsd: 2 * CENT, overrunNanoUsd: 0 });
  expect(await spent()).toEqual([
    [2 * CENT, 0],
    [1, 0],
  ]);
});

test('stays what was reserved where the commit names none', async () => {
  const committed = await commit(idOf(await reserve({ cost: 3 * CENT })));
  expect(committed).toMatchObject({ costNanoUsd: 3 * CENT });
});

test('that is above what was held is charged all the same, and an overrun', async () => {
  const committed = await commit(idOf(await reserve({ cost: CENT })), { cost: 9 * CENT });
  expect(committed).toMatchObject({ costNanoUsd: 9 * CENT, overrunNanoUsd: 8 * CENT });
});

test('that does not fit is refused before anything is done', async () => {
  const decision = await reserve({ cost: 7 * CENT });
  expect(decision).toMatchObject({ kind: 'denied', reason: 'TOO_LARGE' });
  expect(await spent()).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('goes before a price, also where that is none', async () => {
  const priced = await reserve({ model: 'priced' });
  expect(priced).toMatchObject({ held: { costNanoUsd: CENT } });
  expect(await commit(idOf(priced))).toMatchObject({ costNanoUsd: CENT });
  const said = await reserve({ model: 'priced', cost: 2 * CENT });
  expect(await commit(idOf(said))).toMatchObject({ costNanoUsd: 2 * CENT });
  const unknown = { provider: 'elsewhere', model: 'no-such-model' };
  expect(await reserve(unknown)).toMatchObject({ kind: 'denied', reason: 'UNPRICED' });
  expect(await reserve({ ...unknown, cost: CENT })).toMatchObject({ kind: 'granted' });
});

test('is 0 of a tool of which nobody says anything', async () => {
  for (const provider of ['tool', 'mcp']) {
    const decision = await reserve({ provider });
    expect(decision).toMatchObject({ held: { costNanoUsd: 0 } });
    expect(await commit(idOf(decision))).toMatchObject({ costNanoUsd: 0 });
  }
});

test('of a record is charged as said', async () => {
  const call = { labels: {}, provider: 'tool', model: 'search', operation: 'execute_tool' };
  const committed = await authority.record({
    id: newId(),
    usage: usageOf({}),
    usageSource: 'provider',
    amounts: { tool_calls: 2, cost: CENT },
    call: { ...call, reservedAtMs: NOW_MS },
  });
  expect(committed).toMatchObject({ costNanoUsd: CENT });
  expect(await spent()).toEqual([
    [CENT, 0],
    [2, 0],
  ]);
});

test.each([-1, 0.5, Number.NaN, 2 ** 53])('of %d is refused by name', async (cost) => {
  await expect(reserve({ cost })).rejects.toMatchObject({ field: 'estimate.amounts.cost' });
});

test('of another amount is another request', async () => {
  const id = idOf(await reserve({ cost: CENT }));
  expect(await reserve({ id, cost: CENT })).toMatchObject({ kind: 'granted' });
  await expect(reserve({ id, cost: 2 * CENT })).rejects.toMatchObject({ code: 'ID_REUSED' });
});
