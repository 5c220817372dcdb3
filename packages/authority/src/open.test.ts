// An authority on a data folder: what it keeps when it is opened again, with other budgets too (L9).
import { type CommitRequest, mintId, usageOf } from '@spendfuse/core';
import { tempFolder } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { parseConfig } from './config/load.ts';
import type { LocalAuthority } from './local.ts';
import { openAuthority } from './open.ts';
import { createCatalogue } from './prices/catalogue.ts';

const catalogue = createCatalogue();

function reserve(authority: LocalAuthority, tokens: number) {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const id = mintId({ nowMs: Date.now(), random });
  const call = { labels: { user: 'u1' }, provider: 'openai', model: 'gpt-4o', operation: 'chat' };
  const inputBound = { tokens, exact: true };
  const estimate = { inputBound, maxOutputTokens: 0, choices: 1, clampable: false };
  return authority.reserve({ id, call, estimate });
}

async function spend(authority: LocalAuthority, tokens: number): Promise<void> {
  const decision = await reserve(authority, tokens);
  if (decision.kind !== 'granted') throw new Error(`expected a grant: ${JSON.stringify(decision)}`);
  const usage = usageOf({ inputTokens: tokens });
  await authority.commit({ id: decision.id, usage, usageSource: 'provider' });
}

test.each([
  ['a larger amount', 'limits: [200 tokens]', 140],
  ['a smaller amount', 'limits: [50 tokens]', 0],
  ['another mode', 'limits: [100 tokens], mode: shadow', 40],
  ['another ladder', 'limits: [100 tokens], onShortage: [deny], onExpire: input', 40],
  ['another match', "limits: [100 tokens], match: { user: 'u*' }", 40],
  ['one more limit', 'limits: [100 tokens, $5/day]', 40],
])('an edit to %s keeps what was spent (L9)', async (_what, edit, remaining) => {
  await using folder = await tempFolder();
  const open = (text: string) => {
    const { budgets } = parseConfig(`budgets:\n  - { id: all, per: [user], ${text} }\n`);
    return openAuthority({ dataFolder: folder.path, budgets, catalogue });
  };
  const before = await open('limits: [100 tokens]');
  await spend(before, 60);
  await before.close();
  const after = await open(edit);
  try {
    const balances = await after.balances({ budget: 'all' });
    const tokens = balances.find(({ unit }) => unit === 'tokens');
    expect(tokens).toMatchObject({ committed: 60, reserved: 0, remaining, scope: { user: 'u1' } });
    const more = await reserve(after, 41);
    const fits = remaining >= 41 || edit.includes('shadow');
    expect(more.kind).toBe(fits ? 'granted' : 'denied');
  } finally {
    await after.close();
  }
});

test('a commit is answered the same again, in one life and in the next (L4)', async () => {
  await using folder = await tempFolder();
  const { budgets } = parseConfig('budgets:\n  - { id: all, limits: [$5/day] }\n');
  const open = () => openAuthority({ dataFolder: folder.path, budgets, catalogue });
  const before = await open();
  const decision = await reserve(before, 60);
  if (decision.kind !== 'granted') throw new Error('expected a grant');
  const usage = usageOf({ inputTokens: 90 });
  const request: CommitRequest = { id: decision.id, usage, usageSource: 'provider' };
  const told = await before.commit(request);
  expect(told.overrunNanoUsd).toBeGreaterThan(0);
  expect(await before.commit(request)).toEqual(told);
  await before.close();
  const after = await open();
  try {
    expect(await after.commit(request)).toEqual(told);
    const { entries } = await after.entries({});
    expect(entries.map(({ verb }) => verb)).toEqual(['commit', 'reserve']);
    expect(entries[0]).toMatchObject({ usage, costNanoUsd: String(told.costNanoUsd) });
  } finally {
    await after.close();
  }
});
