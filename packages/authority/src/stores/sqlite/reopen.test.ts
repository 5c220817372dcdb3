// What is acknowledged is there again: after close, after SIGKILL, with a torn log, beyond memory.
import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { mintedAtMs } from '@spendfuse/core';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  startNode,
  tempFolder,
  type TempFolder,
  type TestMeta,
  wholeHistory,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Store } from '../store.ts';
import { openSqliteLedger, type SqliteLedgerOptions } from './ledger.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder({ prefix: 'spendfuse ledger-' });
});
afterEach(() => folder.remove());

async function open(options: Partial<SqliteLedgerOptions> = {}): Promise<Store<TestMeta>> {
  const nowMs = () => NOON_MS;
  const base = { folder: folder.path, durability: 'disk', nowMs } as const;
  const ledger = await openSqliteLedger<TestMeta>({ ...base, ...options });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Changes the journal from outside and returns all its rows. */
function change(sql: string): unknown {
  const db = new DatabaseSync(join(folder.path, 'journal.db'));
  db.exec(sql);
  const rows = db.prepare('SELECT * FROM journal').all();
  db.close();
  return rows;
}

/** One of each kind of change. */
async function everyVerb(ledger: Store<TestMeta>) {
  const plans = Array.from({ length: 5 }, () =>
    reservePlan({ entries: [entry('a'), entry('b', { expireAmount: 3 })] }),
  );
  const [open = '', committed = '', released = '', expired = '', late = ''] = plans.map(
    ({ id }) => id,
  );
  for (const plan of plans) await ledger.reserve(plan);
  await ledger.commit(settleRequest({ id: committed, amounts: [4, 5] }));
  await ledger.release(settleRequest({ id: released, amounts: [0, 1] }));
  await ledger.extend({ id: open, nowMs: NOON_MS, expiresAtMs: NOON_MS + 3_600_000 });
  await ledger.expire({ nowMs: NOON_MS + 180_000, max: 10 });
  await ledger.commit(settleRequest({ id: late, amounts: [2, 2] }));
  await ledger.record(recordPlan({ entries: [entry('c', { amount: 1000 })] }));
  await ledger.settle({ id: open, nowMs: NOON_MS, meta: { note: 'denied' } });
  return { plans, ids: [open, committed, released, expired, late] };
}

describe('a journal that is opened again', () => {
  test('gives the same ledger: counters, ids, history', async () => {
    const before = await open();
    const { plans, ids } = await everyVerb(before);
    const found = await Promise.all(ids.map((id) => before.find(id)));
    const history = await wholeHistory(before);
    await before.close();

    const after = await open();
    expect(['a', 'b', 'c'].map((key) => standing(after, key))).toEqual([
      '16+10',
      '11+10',
      '1000+0',
    ]);
    expect(found).toMatchObject(await Promise.all(ids.map((id) => after.find(id))));
    expect(await wholeHistory(after)).toEqual(history);
    expect(after.openReservations()).toBe(1);
    for (const plan of plans) {
      expect(await after.reserve(plan)).toMatchObject({ kind: 'granted', repeated: true });
    }
    expect(after.highWaterMs).toBe(NOON_MS + 180_000);
  });

  test('gives metas as they were, and the call of a release is that of its reserve', async () => {
    interface Meta {
      readonly call: { readonly model: string };
      readonly note: string;
    }
    const options = { folder: folder.path, durability: 'disk', nowMs: () => NOON_MS } as const;
    const before = await openSqliteLedger<Meta>(options);
    const call = { model: 'm' };
    const plans = ['open', 'released', 'late', 'committed'].map((note) => {
      return { ...reservePlan(), meta: { call, note } };
    });
    for (const plan of plans) await before.reserve(plan);
    const [, released, late, committed] = plans.map(({ id }) => ({
      ...settleRequest({ id }),
      meta: { call, note: 'settled' },
    }));
    if (!released || !late || !committed) throw new Error('no requests');
    for (const request of [released, late]) await before.release(request);
    for (const request of [late, committed]) await before.commit(request);
    const find = (ledger: Store<Meta>) => Promise.all(plans.map(({ id }) => ledger.find(id)));
    const found = await find(before);
    await before.close();

    const after = await openSqliteLedger<Meta>(options);
    onTestFinished(() => after.close());
    const told = (all: Awaited<ReturnType<typeof find>>) =>
      all.map((held) => ({ ...held, entries: held?.entries.map(({ amount }) => amount) }));
    expect(told(await find(after))).toEqual(told(found));
    expect(found[1]).toMatchObject({ meta: plans[1]?.meta, settlement: { meta: released.meta } });
    expect(await after.commit(committed)).toEqual(found[3]);
  });

  test('gives open reservations at least 30 s more', async () => {
    const before = await open();
    const plan = reservePlan();
    const long = reservePlan({ expiresAtMs: NOON_MS + 3_600_000 });
    await before.reserve(plan);
    await before.reserve(long);
    await before.close();

    const startMs = NOON_MS + 1_000_000;
    const after = await open({ nowMs: () => startMs });
    expect(await after.expire({ nowMs: startMs + 29_999, max: 10 })).toEqual([]);
    expect(await after.expire({ nowMs: startMs + 30_000, max: 10 })).toHaveLength(1);
    expect(await after.find(long.id)).toMatchObject({ expiresAtMs: long.expiresAtMs });
  });

  test('counts that grace from its own latest time where the clock has jumped back', async () => {
    const before = await open();
    const plan = reservePlan();
    await before.reserve(plan);
    await before.close();
    const after = await open({ nowMs: () => NOON_MS - 3_600_000 });
    expect(after.highWaterMs).toBe(NOON_MS);
    expect(await after.expire({ nowMs: NOON_MS + 119_999, max: 10 })).toEqual([]);
  });

  test('has all that was acknowledged before SIGKILL, and nothing twice', async () => {
    await using child = await startNode({
      args: ['--conditions=@spendfuse/source', '--input-type=module', '-e', LOAD, folder.path],
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    });
    await child.waitForLine(/^enough$/);
    await child.kill('SIGKILL');
    const acknowledged = child.stdout().split('\n').slice(0, -1);

    const ledger = await open({ nowMs: Date.now });
    const records = await wholeHistory(ledger);
    const written = records
      .map(({ verb, id }) => `${verb} ${id}`)
      .filter((line) => !line.startsWith('extend'));
    expect(new Set(written).size).toBe(written.length);
    const present = new Set([...written, 'enough']);
    expect(acknowledged.filter((line) => !present.has(line))).toEqual([]);
    const commits = written.filter((line) => line.startsWith('commit')).length;
    const inFlight = written.length - 2 * commits;
    expect(standing(ledger)).toBe(`${4 * commits}+${10 * inFlight}`);
    expect(child.stderr()).toBe('');
  });

  test('drops what a torn log has lost, and no more', async () => {
    const ledger = await open();
    const plans = [reservePlan(), reservePlan(), reservePlan()];
    for (const plan of plans) await ledger.reserve(plan);
    await using copy = await tempFolder();
    for (const name of ['journal.db', 'journal.db-wal']) {
      await copyFile(join(folder.path, name), join(copy.path, name));
    }
    const log = join(copy.path, 'journal.db-wal');
    // The log is longer than what was written to it.
    const written = (await readFile(log)).findLastIndex((byte) => byte !== 0);
    await truncate(log, written - 100);
    const torn = await open({ folder: copy.path });
    const found = await Promise.all(plans.map(({ id }) => torn.find(id)));
    expect(found.map((each) => each?.state)).toEqual(['open', 'open', undefined]);
    expect(standing(torn)).toBe('0+20');
    await torn.close();
  });

  test.each([
    {
      what: 'a changed row',
      sql: `UPDATE journal SET body = zeroblob(length(body)) WHERE seq = 2`,
    },
    { what: 'a missing row', sql: 'DELETE FROM journal WHERE seq = 2' },
  ])('$what is an error that names it and changes nothing', async ({ sql }) => {
    const ledger = await open();
    for (let i = 0; i < 3; i++) await ledger.reserve(reservePlan());
    await ledger.close();
    const before = change(sql);
    const message = expect.stringMatching(/corrupt at row 2 .*spendfuse restore/);
    await expect(open()).rejects.toEqual(expect.objectContaining({ code: 'CONFIG', message }));
    expect(change('')).toEqual(before);
  });

  test('so is a file that is no database', async () => {
    await writeFile(join(folder.path, 'journal.db'), 'not a database, '.repeat(1000));
    const message = expect.stringContaining('spendfuse restore');
    await expect(open()).rejects.toEqual(expect.objectContaining({ code: 'CONFIG', message }));
  });
});

/** Reserves and commits without end, and says so for each answer. */
const LOAD = `
  import { mintId } from '@spendfuse/core';
  import { entry } from '@spendfuse/testkit';
  import { openSqliteLedger } from './src/stores/sqlite/ledger.ts';
  const folder = process.argv.at(-1);
  const ledger = await openSqliteLedger({ folder, durability: 'disk', nowMs: Date.now });
  const say = (line) => process.stdout.write(line + '\\n');
  let commits = 0;
  const one = async () => {
    const nowMs = Date.now();
    const id = mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) });
    const entries = [entry('a', { ceiling: 1e9 })];
    const plan = { id, fingerprint: 1, nowMs, expiresAtMs: nowMs + 1e6, entries };
    await ledger.reserve({ ...plan, meta: { note: 'r' } });
    say('reserve ' + id);
    await ledger.commit({ id, nowMs, fingerprint: 2, amounts: [4], meta: { note: 'c' } });
    say('commit ' + id);
    if (++commits === 200) say('enough');
  };
  const client = async () => { for (;;) await one(); };
  for (let i = 0; i < 8; i++) client();
`;

describe('ids beyond memory', () => {
  const settledPlans = (count: number) =>
    Array.from({ length: count }, (_, i) => reservePlan({ nowMs: NOON_MS + i }));

  async function settled(ledger: Store<TestMeta>) {
    const [first, second, ...rest] = settledPlans(8);
    if (!first || !second) throw new Error('no plans');
    for (const plan of [first, second, ...rest]) {
      await ledger.reserve(plan);
      if (plan === second) await ledger.release(settleRequest({ id: plan.id }));
      else await ledger.commit(settleRequest({ id: plan.id, amounts: [4] }));
    }
    return { committed: first, released: second };
  }

  test('are looked up on disk, so a repeat has the same answer and counts once', async () => {
    const ledger = await open({ maxSettled: 3 });
    const { committed } = await settled(ledger);
    const { id } = committed;
    const request = settleRequest({ id, amounts: [4] });
    const answers = await Promise.all([
      ledger.commit(request),
      ledger.reserve(committed),
      ledger.find(id),
    ]);
    expect(answers).toMatchObject([
      { state: 'committed', settlement: { meta: { note: 'settled' } } },
      { kind: 'granted', repeated: true, reservation: { state: 'committed' } },
      { id, fingerprint: 1, state: 'committed', meta: { note: 'reserved' } },
    ]);
    const other = ledger.commit({ ...request, fingerprint: 9 });
    await expect(other).rejects.toEqual(expect.objectContaining({ code: 'ID_REUSED' }));
    expect(standing(ledger)).toBe('28+0');
  });

  test('may be committed late, and that is replayed', async () => {
    const ledger = await open({ maxSettled: 3 });
    const { released } = await settled(ledger);
    const late = await ledger.commit(settleRequest({ id: released.id, amounts: [5] }));
    expect(late).toMatchObject({ settlement: { late: true } });
    expect(standing(ledger)).toBe('33+0');
    await ledger.close();
    const again = await open({ maxSettled: 3 });
    expect(standing(again)).toBe('33+0');
    expect(await again.find(released.id)).toMatchObject({ state: 'committed' });
  });

  test('are new if the disk does not know them either', async () => {
    const ledger = await open({ maxSettled: 3 });
    await settled(ledger);
    const plan = reservePlan();
    expect(mintedAtMs(plan.id)).toBe(NOON_MS);
    const outcomes = await Promise.all([ledger.reserve(plan), ledger.reserve(plan)]);
    const repeated = outcomes.map((each) => each.kind === 'granted' && each.repeated);
    expect(repeated).toEqual([false, true]);
    expect(standing(ledger)).toBe('28+10');
  });
});
