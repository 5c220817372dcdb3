// Damage: bits that flip, files that end early, a disk that is full. Nothing wrong is ever served.
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  standing,
  startNode,
  tempFolder,
  type TempFolder,
  testId,
  type TestMeta,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';
import { salvage } from './salvage.ts';
import { verify } from './verify.ts';

const DAY_MS = 24 * 3_600_000;

let scratch: TempFolder;
let folder: string;
beforeEach(async () => {
  scratch = await tempFolder();
  folder = join(scratch.path, 'data');
});
afterEach(() => scratch.remove());

async function open(at = folder, nowMs = NOON_MS) {
  const warnings: string[] = [];
  const ledger = await openSqliteLedger<TestMeta>({
    folder: at,
    durability: 'disk',
    nowMs: () => nowMs,
    retentionMs: 2 * DAY_MS,
    log: (line) => warnings.push(line),
  });
  onTestFinished(() => ledger.close());
  return { ledger, warnings };
}

/** A folder with some of everything: purged rows, two snapshots, rows since; `a` stands at 60+10. */
async function filled(): Promise<void> {
  const first = await open();
  const spans = reservePlan({ expiresAtMs: NOON_MS + 9 * DAY_MS });
  await first.ledger.reserve(spans);
  for (let i = 0; i < 3; i++) await first.ledger.record(recordPlan());
  const put = { id: testId(), nowMs: NOON_MS, key: 'budget/a', value: { limits: [] } };
  await first.ledger.put({ ...put, meta: { note: 'put' } });
  await first.ledger.settle({
    id: testId(),
    nowMs: NOON_MS,
    meta: { note: 'the newest row stays' },
  });
  await first.ledger.close();
  const nowMs = NOON_MS + 3 * DAY_MS;
  const { ledger } = await open(folder, nowMs);
  await ledger.purge();
  for (let i = 0; i < 2; i++) {
    await ledger.record(recordPlan({ nowMs, entries: [entry('a'), entry(`other ${i}`)] }));
    await ledger.snapshot();
  }
  await ledger.record(recordPlan({ nowMs }));
  expect(standing(ledger)).toBe('60+10');
  await ledger.close();
}

function change(sql: string): void {
  const db = new DatabaseSync(join(folder, 'journal.db'));
  db.exec(sql);
  db.close();
}

const snapshots = () =>
  readdirSync(folder)
    .filter((name) => name.startsWith('snapshot-'))
    .sort()
    .map((name) => join(folder, name));

/** Turns over one bit in the middle of a file. */
function flipBit(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0x04;
  writeFileSync(file, bytes);
}

const findings = async () => (await verify({ folder })).findings.map(({ message }) => message);

const corrupt = expect.objectContaining({
  code: 'CONFIG',
  message: expect.stringMatching(/is corrupt.*spendfuse verify.*spendfuse restore/),
});

describe('damage to the journal', () => {
  beforeEach(filled);

  test('none: it verifies, and only what is old is gone', async () => {
    const report = await verify({ folder });
    expect(report).toMatchObject({ snapshots: 2, openReservations: 1, findings: [] });
    expect(report.firstRow).toBeGreaterThan(4);
  });

  test.each([
    {
      what: 'a row after the snapshots',
      sql: `UPDATE journal SET body = zeroblob(length(body)) WHERE seq = (SELECT max(seq) FROM journal)`,
      found: /^row \d+: its checksum is wrong/,
    },
    {
      what: 'a row that is gone',
      sql: 'DELETE FROM journal WHERE seq = (SELECT max(seq) - 1 FROM journal)',
      found: /^row \d+: it is missing/,
    },
    {
      what: 'the definition of a counter',
      sql: `UPDATE counters SET ref = replace(ref, '"a"', '"A"')`,
      found: /definition of counter 0 has a wrong checksum/,
    },
    {
      what: 'a counter without a definition',
      sql: 'DELETE FROM counters WHERE number = 0',
      found: /counter 0 has no definition/,
    },
  ])('$what: refused at the start, and found by verify', async ({ sql, found }) => {
    change(sql);
    await expect(open(folder, NOON_MS + 3 * DAY_MS)).rejects.toEqual(corrupt);
    expect(await findings()).toContainEqual(expect.stringMatching(found));
  });

  test.each([
    {
      what: 'a sum that was carried over',
      sql: `UPDATE carry SET body = replace(body, '30', '31') WHERE kind = 'counter'`,
      found: /carry of counter a has a wrong checksum/,
    },
    {
      what: 'a reservation that was',
      sql: `UPDATE carry SET body = replace(body, 'open', 'shut') WHERE kind = 'reservation'`,
      found: /carry of reservation .* has a wrong checksum/,
    },
    {
      what: 'a carried sum that is gone',
      sql: `DELETE FROM carry WHERE kind = 'counter'`,
      found: /^counter a, bucket 0: 60 committed, but its entries sum to 30/,
    },
    {
      what: 'a carried document that is gone',
      sql: `DELETE FROM carry WHERE kind = 'document'`,
      found: /document budget\/a is another/,
    },
    { what: 'an id that is not indexed', sql: 'DELETE FROM ids', found: /is not found by its id/ },
  ])('$what: found by verify, though snapshots hide it from a start', async ({ sql, found }) => {
    change(sql);
    expect(await findings()).toContainEqual(expect.stringMatching(found));
  });

  test('a verb that was written twice', async () => {
    change(`INSERT INTO journal SELECT seq + 1, at_ms, body, crc FROM journal
      WHERE seq = (SELECT max(seq) FROM journal)`);
    const again = await findings();
    expect(again).toContainEqual(expect.stringMatching(/has ended twice/));
  });

  test('bits of the file itself', async () => {
    const file = join(folder, 'journal.db');
    const bytes = readFileSync(file);
    const at = bytes.lastIndexOf('recorded');
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;
    writeFileSync(file, bytes);
    expect(await findings()).toContainEqual(expect.stringMatching(/its checksum is wrong/));
  });

  test('a file cut short is refused, not taken for a smaller one', async () => {
    truncateSync(join(folder, 'journal.db'), 3 * 4096);
    await expect(open()).rejects.toEqual(expect.objectContaining({ code: 'CONFIG' }));
    const { findings: found } = await verify({ folder }).catch(() => ({ findings: ['refused'] }));
    expect(found).not.toEqual([]);
  });
});

describe('damage to snapshots', () => {
  beforeEach(filled);
  const nowMs = NOON_MS + 3 * DAY_MS;

  test.each([
    { what: 'a bit', damage: flipBit },
    {
      what: 'the end',
      damage: (file: string) => truncateSync(file, readFileSync(file).length - 20),
    },
    { what: 'all of it', damage: (file: string) => writeFileSync(file, '') },
  ])('$what: an earlier state is taken, with a warning, and verify says so', async ({ damage }) => {
    for (const [i, file] of snapshots().toReversed().entries()) {
      const count = i + 1;
      damage(file);
      expect(await findings()).toHaveLength(count);
      const { ledger, warnings } = await open(folder, nowMs);
      expect(warnings.filter((line) => /snapshot .* is not used: /.test(line))).toHaveLength(count);
      expect(standing(ledger)).toBe('60+10');
      expect(ledger.documents('')).toHaveLength(1);
      await ledger.close();
    }
  });

  test('one of another journal, or of a row that is another now, is never used', async () => {
    const [, newest = ''] = snapshots();
    const text = readFileSync(newest, 'utf8');
    change(`UPDATE facts SET value = 'another' WHERE name = 'journal'`);
    const { ledger, warnings } = await open(folder, nowMs);
    expect(warnings.join()).toMatch(/it belongs to another journal/);
    expect(standing(ledger)).toBe('60+10');
    await ledger.close();
    expect(readFileSync(newest, 'utf8')).toBe(text);
  });
});

describe('salvage', () => {
  beforeEach(filled);
  const target = () => join(scratch.path, 'salvaged');

  test('takes all up to the first row that is not good, and that verifies', async () => {
    const { lastRow } = await verify({ folder });
    change(`UPDATE journal SET body = zeroblob(length(body)) WHERE seq = ${lastRow}`);
    const why = expect.stringMatching(/checksum is wrong/);
    expect(salvage({ folder, target: target() })).toEqual({
      lastRow: lastRow - 1,
      lastRowBefore: lastRow,
      why,
    });
    expect((await verify({ folder: target() })).findings).toEqual([]);
    const { ledger } = await open(target(), NOON_MS + 3 * DAY_MS);
    expect(standing(ledger)).toBe('50+10');
  });

  test('takes all of a good one, and nothing where sums cannot be told', async () => {
    expect(salvage({ folder, target: target() })).toMatchObject({ why: undefined });
    expect(() => salvage({ folder, target: target() })).toThrow(/not empty/);
    change(`UPDATE carry SET body = 'x' WHERE kind = 'counter'`);
    const elsewhere = join(scratch.path, 'elsewhere');
    expect(() => salvage({ folder, target: elsewhere })).toThrow(/nothing can be salvaged/);
    expect(readdirSync(scratch.path)).not.toContain('elsewhere');
  });
});

/** Records without end; says so for each answer, and the error with which it ends. */
const FILL = `
  import { mintId } from '@spendfuse/core';
  import { entry } from '@spendfuse/testkit';
  import { openSqliteLedger } from './src/stores/sqlite/ledger.ts';
  process.on('SIGXFSZ', () => {});
  const folder = process.argv.at(-1);
  const ledger = await openSqliteLedger({ folder, durability: 'disk', nowMs: Date.now });
  try {
    for (;;) {
      const nowMs = Date.now();
      const id = mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) });
      const meta = { note: 'x'.repeat(2000) };
      await ledger.record({ id, fingerprint: 1, nowMs, entries: [entry('a')], meta });
      console.log('recorded ' + id);
    }
  } catch (error) {
    console.log(error.code + ': ' + error.message);
    process.exit(0);
  }
`;

describe('a disk that is full', () => {
  test('is a clear error; what was acknowledged is there when there is room again', async () => {
    mkdirSync(folder);
    const child = ['--conditions=@spendfuse/source', '--input-type=module', '-e', FILL, folder];
    const script = `
      const { spawnSync } = require('node:child_process');
      const args = ['-c', 'ulimit -f 2000; exec "$0" "$@"', process.execPath, ...process.argv.slice(1)];
      spawnSync('sh', args, { stdio: 'inherit' });`;
    await using full = await startNode({
      args: ['-e', script, '--', ...child],
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    });
    await full.waitForLine(/^UNAVAILABLE: the journal in .* cannot be written: .*disk has room$/);
    const acknowledged = full.stdout().match(/^recorded/gm)?.length ?? 0;
    expect(acknowledged).toBeGreaterThan(50);
    const { ledger } = await open();
    const [committed = 0] = standing(ledger).split('+').map(Number);
    expect(committed / 10).toBeGreaterThanOrEqual(acknowledged);
    expect(await findings()).toEqual([]);
    await ledger.record(recordPlan());
  });
});
