// SIGKILL while snapshots are made and old rows purged: nothing acknowledged is lost, and all adds up.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { standing, startNode, tempFolder, type TestMeta } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';
import { snapshotsIn } from './snapshot-file.ts';
import { verify } from './verify.ts';

const KILLS = process.env['SPENDFUSE_TEST_LONG'] ? 100 : 6;
const DAY_MS = 24 * 3_600_000;

/**
 * Writes rows, moves three days on, then snapshots, purges and records at once while hours pass, and
 * says so for each record that is acknowledged.
 */
const LOAD = `
  import { openSync, writeSync } from 'node:fs';
  import { mintId } from '@spendfuse/core';
  import { entry } from '@spendfuse/testkit';
  import { openSqliteLedger } from './src/stores/sqlite/ledger.ts';
  const [folder, acknowledged, startMs] = process.argv.slice(-3);
  let nowMs = Number(startMs);
  const base = { folder, durability: 'process', nowMs: () => nowMs };
  const ledger = await openSqliteLedger({ ...base, retentionMs: 2 * ${DAY_MS} });
  // Written at once, where a pipe would keep it in memory for a while.
  const log = openSync(acknowledged, 'a');
  const say = (line) => writeSync(log, line + '\\n');
  const record = async () => {
    const random = crypto.getRandomValues(new Uint8Array(10));
    const id = mintId({ nowMs, random });
    const entries = [entry('a', { ceiling: 1e9 })];
    const common = { id, nowMs, meta: { note: 'x' } };
    await ledger.reserve({ ...common, fingerprint: 1, expiresAtMs: nowMs + 9e8, entries });
    await ledger.commit({ ...common, fingerprint: 2, amounts: [1] });
    say('spent');
  };
  for (let i = 0; i < 150; i++) await record();
  nowMs += 3 * ${DAY_MS};
  const forever = async (act) => { for (;;) await act(); };
  for (let i = 0; i < 4; i++) forever(record);
  forever(() => ledger.snapshot());
  await ledger.purge();
  console.log('working');
  forever(async () => {
    nowMs += 3_600_000;
    await ledger.purge();
    await new Promise(setImmediate);
  });
`;

test(
  `${KILLS} kills`,
  async () => {
    await using scratch = await tempFolder();
    const folder = join(scratch.path, 'data');
    const acknowledged = join(scratch.path, 'acknowledged');
    let nowMs = Date.UTC(2026, 0, 1);
    let purged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const flags = ['--conditions=@spendfuse/source', '--input-type=module', '-e', LOAD];
      await using child = await startNode({
        args: [...flags, folder, acknowledged, String(nowMs)],
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      });
      await child.waitForLine(/^working$/, { timeoutMs: 20_000 });
      await sleep(Math.random() * 400);
      await child.kill('SIGKILL');
      expect(child.stderr()).toBe('');
      const { findings, firstRow } = await verify({ folder });
      expect(findings).toEqual([]);
      purged = firstRow - 1;
      nowMs += 400 * DAY_MS;
    }
    const ledger = await openSqliteLedger<TestMeta>({
      folder,
      durability: 'process',
      nowMs: () => nowMs,
      log: (line) => expect.unreachable(line),
    });
    const [committed = 0, reserved = 0] = standing(ledger).split('+').map(Number);
    await ledger.close();
    const spent = readFileSync(acknowledged, 'utf8').split('\n').length - 1;
    // What was under way at a kill may have been written without having been acknowledged.
    expect(committed).toBeGreaterThanOrEqual(spent);
    expect(committed).toBeLessThanOrEqual(spent + 4 * KILLS);
    expect(reserved).toBeLessThanOrEqual(4 * KILLS * 10);
    expect(purged, 'rows were purged').toBeGreaterThan(100);
    expect(snapshotsIn(folder).length, 'snapshots were made').toBeGreaterThan(0);
  },
  KILLS * 10_000 + 30_000,
);
