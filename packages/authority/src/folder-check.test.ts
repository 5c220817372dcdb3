// A budgets file against the folder of a sidecar that is stopped: what would go on, begin anew, refuse.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Budget, budgetOf, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { tempFolder, type TempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFolder } from './folder-check.ts';
import type { LocalAuthority } from './local.ts';
import { openAuthority } from './open.ts';
import { createCatalogue } from './prices/catalogue.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00Z');
const clock = { now: () => NOW_MS };
const catalogue = createCatalogue({ overrides: [{ model: 'm', input: '$1000', output: '$1000' }] });
const budget = (id: string, limits: readonly string[], part: Partial<Budget> = {}) =>
  budgetOf({ id, limits: limits.map((limit) => parseLimit(limit)), ...part });

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => folder.remove());

const BUDGETS = [
  budget('same', ['$5/day'], { per: ['user'] }),
  budget('edited', ['$5/day']),
  budget('scoped', ['$50/day'], { per: ['user'] }),
  budget('dropped', ['$50/day']),
];

/** u1 has spent $4, u2 $2, each call $0.001 a token. */
async function spend(act?: (authority: LocalAuthority) => Promise<unknown>): Promise<void> {
  const budgets = BUDGETS;
  const authority = await openAuthority({ dataFolder: folder.path, budgets, catalogue, clock });
  await spendAs(authority, 'u1', 4000);
  await spendAs(authority, 'u2', 2000);
  await act?.(authority);
  await authority.close();
}

async function spendAs(authority: LocalAuthority, user: string, tokens: number): Promise<void> {
  await authority.record({
    id: mintId({ nowMs: NOW_MS, random: crypto.getRandomValues(new Uint8Array(10)) }),
    usage: usageOf({ inputTokens: tokens }),
    usageSource: 'provider',
    call: {
      labels: { user },
      provider: 'openai',
      model: 'm',
      operation: 'chat',
      reservedAtMs: NOW_MS,
    },
  });
}

const check = (budgets: readonly Budget[]) =>
  checkFolder({ folder: folder.path, budgets, nowMs: NOW_MS });

test('says which budgets go on, begin anew, are new and are gone, and which are used up', async () => {
  await spend();
  const found = await check([
    budget('same', ['$3/day'], { per: ['user'] }),
    budget('edited', ['$5/day', '$9/week', '100 requests/day']),
    budget('scoped', ['$50/day'], { per: ['team'] }),
    budget('fresh', ['$1/day']),
  ]);
  expect(found).toMatchObject([
    { id: 'same', state: 'known', fresh: [], usedUp: [{ scope: { user: 'u1' }, limit: 3e9 }] },
    { id: 'edited', state: 'changed', fresh: ['$9.00/week', '100 requests/day'] },
    { id: 'scoped', state: 'changed', fresh: ['$50.00/day'], usedUp: [] },
    { id: 'fresh', state: 'new', fresh: [], usedUp: [] },
    { id: 'dropped', state: 'gone' },
  ]);
  expect(found[1]?.usedUp).toMatchObject([{ committed: 6e9, limit: 5e9, remaining: 0 }]);
});

test('knows what is kept in the store, and what tops up', async () => {
  await spend(async ({ admin }) => {
    await admin.setBudget({ by: 'test', budget: budget('edited', ['$6.5/day']) });
    const unit = 'cost';
    await admin.allow({ by: 'test', budget: 'same', scope: { user: 'u1' }, unit, amount: 2e9 });
  });
  const file = [budget('same', ['$3/day'], { per: ['user'] }), budget('edited', ['$5/day'])];
  expect(await check(file)).toMatchObject([
    { id: 'same', state: 'known', usedUp: [] },
    { id: 'edited', state: 'stored', usedUp: [] },
    { id: 'dropped', state: 'gone' },
    { id: 'scoped', state: 'gone' },
  ]);
});

test('changes nothing in the folder', async () => {
  await spend();
  const read = async () => {
    const names = (await readdir(folder.path)).filter((name) => /^journal\.db$|^snap/.test(name));
    return Promise.all(names.map((name) => readFile(join(folder.path, name), 'base64')));
  };
  const before = await read();
  await check(BUDGETS);
  expect(await read()).toEqual(before);
  await spend();
});

test('a folder in use, or without a ledger, is a clear error', async () => {
  await expect(check(BUDGETS)).rejects.toThrow(/has no ledger; name the one of the sidecar/);
  await spend(async (authority) => {
    await expect(check(BUDGETS)).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/in use by process .*; stop it, or compare .* --admin http/),
    });
    await spendAs(authority, 'u1', 1);
  });
});
