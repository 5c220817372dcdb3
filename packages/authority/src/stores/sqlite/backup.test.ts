// Backup while the ledger works, and restore: what was in the backup is served, and nothing is lost.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  NOON_MS,
  recordPlan,
  reservePlan,
  standing,
  tempFolder,
  type TempFolder,
  type TestMeta,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { backup, restore } from './backup.ts';
import { openSqliteLedger } from './ledger.ts';
import { verify } from './verify.ts';

let scratch: TempFolder;
beforeEach(async () => {
  scratch = await tempFolder();
});
afterEach(() => scratch.remove());

const at = (name: string) => join(scratch.path, name);

async function open(folder = at('data')) {
  const nowMs = () => NOON_MS;
  const ledger = await openSqliteLedger<TestMeta>({ folder, durability: 'disk', nowMs });
  onTestFinished(() => ledger.close());
  return ledger;
}

const config = (message: RegExp) =>
  expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) });

const restoreTo = (folder: string, force = false) =>
  restore({ file: at('backup.db'), folder, force, nowMs: NOON_MS });

describe('a backup', () => {
  test('is taken beside the running ledger, has all that was acknowledged, and is restored', async () => {
    const ledger = await open();
    const plan = reservePlan();
    await ledger.reserve(plan);
    await ledger.record(recordPlan());
    const going = Promise.all(Array.from({ length: 50 }, () => ledger.record(recordPlan())));
    backup({ folder: at('data'), file: at('backup.db') });
    await going;
    expect(standing(ledger)).toBe('510+10');

    const { report, aside } = await restoreTo(at('new/data'));
    expect(report).toMatchObject({ folder: at('new/data'), findings: [] });
    expect(aside).toBeUndefined();
    const restored = await open(at('new/data'));
    const [committed = 0] = standing(restored).split('+').map(Number);
    expect(committed).toBeGreaterThanOrEqual(10);
    expect(await restored.reserve(plan)).toMatchObject({ kind: 'granted', repeated: true });
    await restored.record(recordPlan());
    await restored.close();
    expect((await verify({ folder: at('new/data') })).findings).toEqual([]);
    expect(statSync(at('new/data')).mode & 0o777).toBe(0o700);
  });

  test('does not replace a file, unless told to', async () => {
    await (await open()).close();
    writeFileSync(at('backup.db'), 'mine');
    const options = { folder: at('data'), file: at('backup.db') };
    expect(() => backup(options)).toThrow(
      config(/backup\.db is there already; --force replaces it/),
    );
    backup({ ...options, force: true });
    await restoreTo(at('restored'));
  });

  test('of a folder without a journal is an error, and leaves nothing behind', () => {
    const attempt = () => backup({ folder: at('nowhere'), file: at('backup.db') });
    expect(attempt).toThrow(config(/no backup was written/));
    expect(readdirSync(scratch.path)).toEqual([]);
  });
});

describe('a restore', () => {
  beforeEach(async () => {
    const ledger = await open();
    await ledger.record(recordPlan());
    backup({ folder: at('data'), file: at('backup.db') });
    await ledger.record(recordPlan());
    await ledger.close();
  });

  test('replaces a folder only when told to, and keeps the old one beside it', async () => {
    await expect(restoreTo(at('data'))).rejects.toEqual(config(/data is not empty; --force/));
    writeFileSync(at('data/admin.token'), 'secret', { mode: 0o600 });
    const { aside } = await restoreTo(at('data'), true);
    expect(statSync(at('data/admin.token')).mode & 0o777).toBe(0o600);
    expect(aside).toBe(at('data.before-2026-01-01T12-00-00'));
    expect(standing(await open())).toBe('10+0');
    expect(standing(await open(aside))).toBe('20+0');
    expect(existsSync(at(`data.restoring-${process.pid}`))).toBe(false);
  });

  test('never touches a folder in use', async () => {
    const ledger = await open();
    const inUse = config(new RegExp(`in use by process ${process.pid} .*stop it`));
    await expect(restoreTo(at('data'), true)).rejects.toEqual(inUse);
    await ledger.record(recordPlan());
    expect(standing(ledger)).toBe('30+0');
  });

  test('of a file that does not verify, or is none, changes nothing', async () => {
    writeFileSync(at('backup.db'), 'no backup at all '.repeat(1000));
    await expect(restoreTo(at('data'), true)).rejects.toEqual(config(/corrupt/));
    expect(standing(await open())).toBe('20+0');
    await expect(
      restore({ file: at('missing.db'), folder: at('data'), nowMs: NOON_MS }),
    ).rejects.toEqual(config(/there is no file/));
  });
});
