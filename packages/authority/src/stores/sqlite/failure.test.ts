// No answer before its group is durable, and none but UNAVAILABLE when the journal fails.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { SpendfuseError } from '@spendfuse/core';
import {
  entry,
  NOON_MS,
  reservePlan,
  settleRequest,
  standing,
  tempFolder,
  type TempFolder,
  type TestMeta,
  until,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Store } from '../store.ts';
import { openSqliteLedger } from './ledger.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => folder.remove());

/** A ledger, its failures, and another connection to its file. */
async function open() {
  const failures: SpendfuseError[] = [];
  const workers: Worker[] = [];
  const onWorker = (worker: Worker) => workers.push(worker);
  process.on('worker', onWorker);
  const ledger: Store<TestMeta> = await openSqliteLedger<TestMeta>({
    folder: folder.path,
    durability: 'disk',
    nowMs: () => NOON_MS,
    onFailure: (error) => failures.push(error),
  });
  process.off('worker', onWorker);
  // The ledger may be writing when it is this one's turn.
  const other = new DatabaseSync(join(folder.path, 'journal.db'), { timeout: 5000 });
  onTestFinished(async () => {
    other.close();
    await ledger.close();
  });
  return { ledger, failures, workers, other };
}

const rowsIn = (db: DatabaseSync) =>
  (db.prepare('SELECT count(*) AS rows FROM journal').get() as { rows: number }).rows;

const unavailable = expect.objectContaining({ code: 'UNAVAILABLE' });

const isReady = (ledger: Store<TestMeta>) => until(() => ledger.ready(), { what: 'the ledger' });

describe('an answer', () => {
  test('leaves when what it depends on is committed, whatever it says', async () => {
    const { ledger, other } = await open();
    other.exec('BEGIN IMMEDIATE');
    const plan = reservePlan({ entries: [entry('a', { amount: 95 })] });
    const answered: string[] = [];
    const note = (name: string) => () => answered.push(`${name}, ${rowsIn(other)} rows`);
    const answers = [
      ledger.reserve(plan).then(note('granted')),
      ledger.reserve(plan).then(note('repeated')),
      ledger.reserve(reservePlan()).then(note('refused')),
      ledger.reserve({ ...plan, fingerprint: 9 }).catch(note('reused')),
      ledger.settle().then(note('settled')),
    ];
    for (let i = 0; i < 20; i++) await turn();
    expect(answered).toEqual([]);
    expect(rowsIn(other)).toBe(0);
    other.exec('COMMIT');
    await Promise.all(answers);
    expect(answered.toSorted()).toEqual(
      ['granted', 'refused', 'repeated', 'reused', 'settled'].map((it) => `${it}, 1 rows`),
    );
  });

  test('shares a group with all of its turn, and what comes meanwhile is the next', async () => {
    const { ledger, other } = await open();
    const first = Array.from({ length: 5 }, () => ledger.settle(denial()));
    await turn();
    const second = Array.from({ length: 5 }, () => ledger.settle(denial()));
    await Promise.all([...first, ...second]);
    expect(rowsIn(other)).toBe(2);
  });
});

const denial = () => ({ id: reservePlan().id, nowMs: NOON_MS, meta: { note: 'denied' } });

describe('a journal that fails', () => {
  test('lets no waiting answer go, forgets what is not on disk, and comes back', async () => {
    const { ledger, failures, other } = await open();
    const kept = reservePlan();
    await ledger.reserve(kept);
    other.exec('ALTER TABLE journal RENAME TO away');
    const lost = reservePlan();
    const waiting = [
      ledger.reserve(lost),
      ledger.reserve(lost),
      ledger.commit(settleRequest({ id: kept.id, amounts: [4] })),
      ledger.settle(),
    ];
    for (const answer of waiting) await expect(answer).rejects.toEqual(unavailable);
    expect(ledger.ready()).toBe(false);
    expect(failures).toEqual([unavailable]);
    await expect(ledger.reserve(reservePlan())).rejects.toEqual(unavailable);
    expect(() => ledger.queries).toThrow(unavailable);
    expect(() => standing(ledger)).toThrow(unavailable);

    other.exec('ALTER TABLE away RENAME TO journal');
    await isReady(ledger);
    expect(standing(ledger)).toBe('0+10');
    expect(await ledger.find(lost.id)).toBeUndefined();
    expect(await ledger.reserve(lost)).toMatchObject({ kind: 'granted', repeated: false });
    await ledger.commit(settleRequest({ id: kept.id, amounts: [4] }));
    expect(standing(ledger)).toBe('4+10');
  });

  test('writes nothing after a group that failed, though the next one waits and could be', async () => {
    const { ledger, other } = await open();
    other.exec(`BEGIN IMMEDIATE; CREATE TRIGGER first_fails BEFORE INSERT ON journal WHEN NEW.seq = 1
      BEGIN SELECT RAISE(ROLLBACK, 'so it is'); END`);
    const lost = ledger.reserve(reservePlan());
    for (let i = 0; i < 20; i++) await turn();
    const behind = ledger.reserve(reservePlan());
    for (let i = 0; i < 20; i++) await turn();
    other.exec('COMMIT');
    await expect(lost).rejects.toEqual(unavailable);
    await expect(behind).rejects.toEqual(unavailable);
    other.exec('DROP TRIGGER first_fails');
    await isReady(ledger);
    expect(rowsIn(other)).toBe(0);
    expect(standing(ledger)).toBe('0+0');
  });

  test('comes back when a thread of it has died', async () => {
    const { ledger, failures, workers } = await open();
    const plan = reservePlan();
    await ledger.reserve(plan);
    await workers[0]?.terminate();
    await until(() => failures.length === 1, { what: 'the failure' });
    await isReady(ledger);
    expect(await ledger.reserve(plan)).toMatchObject({ kind: 'granted', repeated: true });
    expect(standing(ledger)).toBe('0+10');
  });

  test('so does one that was given what cannot be written', async () => {
    const { ledger, failures } = await open();
    await ledger.reserve(reservePlan());
    const bad = reservePlan({ entries: [entry('a', { amount: 0.5 })] });
    await expect(ledger.reserve(bad)).rejects.toEqual(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
    expect(failures).toHaveLength(1);
    await isReady(ledger);
    expect(standing(ledger)).toBe('0+10');
    expect(await ledger.find(bad.id)).toBeUndefined();
  });

  test('can be closed meanwhile', async () => {
    const { ledger, other } = await open();
    other.exec('ALTER TABLE journal RENAME TO away');
    await expect(ledger.settle(denial())).rejects.toEqual(unavailable);
    await ledger.close();
    expect(ledger.ready()).toBe(false);
  });
});

describe('close', () => {
  test('answers what is waiting, makes it durable, and can be called again', async () => {
    const { ledger, other } = await open();
    const answer = ledger.reserve(reservePlan());
    await Promise.all([ledger.close(), ledger.close()]);
    await ledger.close();
    expect(await answer).toMatchObject({ kind: 'granted' });
    expect(rowsIn(other)).toBe(1);
    await expect(ledger.reserve(reservePlan())).rejects.toEqual(unavailable);
  });
});
