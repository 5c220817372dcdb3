// What was purged before any snapshot was made: it stays in force, in snapshots too (L12).
import {
  entry,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  tempFolder,
  testId,
  type TestMeta,
} from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';
import { verify } from './verify.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1, 12);

function opener(folder: string) {
  const clock = { nowMs: START_MS };
  const retentionMs = 2 * DAY_MS;
  const rest = { retentionMs, maxSettled: 1, nowMs: () => clock.nowMs };
  const open = () => openSqliteLedger<TestMeta>({ folder, durability: 'process', ...rest });
  return { clock, open };
}

function spend(nowMs: number, counter: string, amount: number) {
  return recordPlan({ nowMs, entries: [entry(counter, { amount, ceiling: 1000 })] });
}

test('a counter that no row names any more is in the first snapshot, and in the next', async () => {
  await using scratch = await tempFolder();
  const { clock, open } = opener(scratch.path);
  let ledger = await open();
  await ledger.record(spend(clock.nowMs, 'quiet', 7));
  await ledger.record(spend(clock.nowMs, 'busy', 1));
  clock.nowMs += 3 * DAY_MS;
  await ledger.record(spend(clock.nowMs, 'busy', 1));
  await ledger.record(spend(clock.nowMs, 'busy', 1));
  await ledger.purge();
  for (const total of [3, 4]) {
    await ledger.snapshot();
    expect((await verify({ folder: scratch.path })).findings).toEqual([]);
    await ledger.close();
    ledger = await open();
    expect([standing(ledger, 'quiet'), standing(ledger, 'busy')]).toEqual(['7+0', `${total}+0`]);
    await ledger.record(spend(clock.nowMs, 'busy', 1));
  }
  await ledger.close();
});

test('a record that was planned earlier than the row before is in order', async () => {
  await using scratch = await tempFolder();
  const { clock, open } = opener(scratch.path);
  const ledger = await open();
  const planned = spend(clock.nowMs, 'a', 2);
  clock.nowMs += 40;
  await ledger.record(spend(clock.nowMs, 'a', 1));
  await ledger.record(planned);
  await ledger.settle({ id: testId(START_MS), nowMs: START_MS, meta: { note: 'denied' } });
  await ledger.record(spend(clock.nowMs, 'a', 1));
  await ledger.close();
  expect((await verify({ folder: scratch.path })).findings).toEqual([]);
});

test('a late commit is replayed though its reserve was purged, and the snapshot has forgotten it', async () => {
  await using scratch = await tempFolder();
  const { clock, open } = opener(scratch.path);
  let ledger = await open();
  const plan = reservePlan({
    id: testId(START_MS),
    nowMs: START_MS,
    expiresAtMs: START_MS + 1000,
    entries: [entry('late', { amount: 5, ceiling: 1000 })],
  });
  await ledger.reserve(plan);
  clock.nowMs += DAY_MS / 2;
  await ledger.expire({ nowMs: clock.nowMs, max: 10 });
  for (let i = 0; i < 40; i++) await ledger.record(spend(clock.nowMs, 'busy', 1));
  await ledger.snapshot();
  await ledger.commit(settleRequest({ id: plan.id, nowMs: clock.nowMs, amounts: [9] }));
  expect(standing(ledger, 'late')).toBe('9+0');
  clock.nowMs += 1.75 * DAY_MS;
  await ledger.record(spend(clock.nowMs, 'busy', 1));
  await ledger.purge();
  await ledger.close();
  expect((await verify({ folder: scratch.path })).findings).toEqual([]);
  ledger = await open();
  expect(standing(ledger, 'late')).toBe('9+0');
  await ledger.close();
});
