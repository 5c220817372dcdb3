// Verify: clean folders, and every kind of damage.
import { join } from 'node:path';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  tempFolder,
  type TempFolder,
  type TestMeta,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteLedger, type SqliteLedgerOptions } from './ledger.ts';
import { verify } from './verify.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => folder.remove());

async function open(options: Partial<SqliteLedgerOptions> = {}) {
  const base = { folder: folder.path, durability: 'process', nowMs: () => NOON_MS } as const;
  const ledger = await openSqliteLedger<TestMeta>({ ...base, ...options });
  onTestFinished(() => ledger.close());
  return ledger;
}

const findings = async () => (await verify({ folder: folder.path })).findings;

describe('a clean folder', () => {
  test('verifies, and says how much it has looked at', async () => {
    const ledger = await open();
    const plan = reservePlan({ entries: [entry('a'), entry('b')] });
    await ledger.reserve(plan);
    await ledger.record(recordPlan());
    const report = await verify({ folder: folder.path });
    expect(report).toMatchObject({ firstRow: 1, lastRow: 2, records: 2, findings: [] });
    expect(report).toMatchObject({ counters: 2, openReservations: 1, snapshots: 0 });
  });

  test('that is empty verifies as well; one that is none is an error', async () => {
    await (await open()).close();
    expect(await findings()).toEqual([]);
    const attempt = verify({ folder: join(folder.path, 'nowhere') });
    const message = expect.stringContaining('there is no journal in it');
    await expect(attempt).rejects.toEqual(expect.objectContaining({ code: 'CONFIG', message }));
  });
});
