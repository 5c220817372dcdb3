// The index is what the journal says: followed or made anew, after a kill, a purge, a broken file.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { usageOf } from '@spendfuse/core';
import { entry, NOON_MS, startNode, tempFolder, type TempFolder, testId } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EntryMeta } from '../../entry.ts';
import { checkEntryQuery, type EntryQuery } from '../../entry-query.ts';
import { checkUsageQuery, type UsageQuery } from '../../usage-query.ts';
import type { Store } from '../store.ts';
import { Index } from './index-life.ts';
import { indexFile, openIndex } from './index-schema.ts';
import { openJournalSource } from './index-source.ts';
import { openSqliteLedger } from './ledger.ts';
import { Purge } from './purge.ts';
import { Rows } from './rows.ts';
import { journalFile } from './schema.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder({ prefix: 'spendfuse index-' });
});
afterEach(() => folder.remove());

async function openLedger(): Promise<Store<EntryMeta>> {
  const nowMs = () => NOON_MS;
  const ledger = await openSqliteLedger<EntryMeta>({
    folder: folder.path,
    durability: 'process',
    nowMs,
  });
  onTestFinished(() => ledger.close());
  return ledger;
}

function openIndexAt(file: string, log: string[] = []): Index {
  const source = openJournalSource(folder.path);
  const index = new Index({ file, source, nowMs: Date.now, log: (line) => log.push(line) });
  onTestFinished(() => {
    index.close();
    source.close();
  });
  return index;
}

/** Numbers that look random and are the same each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Calls of a few users over some hours, which end in every way there is, some of them twice. */
async function traffic(ledger: Store<EntryMeta>, { calls, seed }: { calls: number; seed: number }) {
  const roll = dice(seed);
  const startMs = NOON_MS + seed * 3_600_000;
  const atOnce: Promise<unknown>[] = [];
  for (let n = 0; n < calls; n++) {
    atOnce.push(oneCall(ledger, roll, startMs + n * 5000));
    if (roll(4) === 0) await Promise.all(atOnce.splice(0));
  }
  await Promise.all(atOnce);
}

async function oneCall(ledger: Store<EntryMeta>, roll: (sides: number) => number, nowMs: number) {
  const id = testId(nowMs);
  const model = `m${roll(3)}`;
  const labels = { user: `u${roll(5)}` };
  const call = { labels, provider: 'openai', model, operation: 'chat' };
  const held = { costNanoUsd: 500, tokens: 100 };
  const reserve = { kind: 'reserve', call, held, waitedMs: 0 } as const;
  const entries = [entry(`b${roll(2)}`, { amount: 500, ceiling: 2 ** 50 })];
  const plan = { id, fingerprint: 1, nowMs, expiresAtMs: nowMs + 60_000, entries, meta: reserve };
  const end = roll(6);
  const usage = usageOf({ inputTokens: roll(100), outputTokens: roll(100) });
  const costNanoUsd = roll(9) === 0 ? undefined : roll(600);
  const rest = { usageSource: 'provider', catalogue: 'c', overrunNanoUsd: roll(3) } as const;
  const commit = { kind: 'commit', call, usage, costNanoUsd, ...rest } as const;
  const settle = { id, fingerprint: 2, amounts: [costNanoUsd ?? 0] };
  if (end === 0) {
    const refusals = [] as const;
    const meta = {
      kind: 'denial',
      call,
      reason: 'EXHAUSTED',
      refusals,
      count: 1 + roll(3),
    } as const;
    await ledger.settle({ id, nowMs, meta });
    return;
  }
  await ledger.reserve(plan);
  if (end === 1) {
    const meta = { kind: 'release', call, sent: roll(2) === 0 } as const;
    await ledger.release({ ...settle, nowMs: nowMs + 10, amounts: [0], meta });
  } else if (end === 2) {
    await ledger.expire({ nowMs: nowMs + 61_000, max: 100 });
  }
  if (end !== 2 || roll(2) === 0) {
    await ledger.commit({ ...settle, nowMs: nowMs + 62_000, meta: commit });
  }
}

/** All that an index holds. */
function contentOf(file: string): unknown {
  const db = openIndex(file);
  const tables = ['position', 'subjects', 'budget_sets', 'entries', 'usage'];
  const content = tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all());
  db.close();
  return content;
}

/** What an index says that is made from nothing. */
function madeAnew(): unknown {
  const file = join(folder.path, `fresh-${testId()}.db`);
  const index = openIndexAt(file);
  index.catchUp();
  index.close();
  return contentOf(file);
}

const usageOfAll = (index: Index, query: UsageQuery = {}) =>
  index.usage(checkUsageQuery({ groupBy: ['user', 'model'], ...query })).rows;
const entriesOf = (index: Index, query: EntryQuery = {}) =>
  index.entries(checkEntryQuery({ limit: 1000, ...query })).entries;

describe('an index', () => {
  test('that followed step by step equals one that is made from nothing', async () => {
    const ledger = await openLedger();
    const file = join(folder.path, 'followed.db');
    for (let seed = 1; seed <= 6; seed++) {
      await traffic(ledger, { calls: 60, seed });
      // Another start each time: what is open then has to be looked up.
      const index = openIndexAt(file);
      while (index.step(1));
      index.close();
    }
    expect(contentOf(file)).toEqual(madeAnew());
  });

  test('adds up to what the records say', async () => {
    const ledger = await openLedger();
    await traffic(ledger, { calls: 200, seed: 3 });
    const index = openIndexAt(':memory:');
    const [total] = usageOfAll(index, { groupBy: [] });
    const cost = new Map<string, number>();
    const tokens = new Map<string, number>();
    const rows = new Rows<EntryMeta>(folder.path);
    const records = rows.after(0, 10_000).flatMap((row) => row.records);
    rows.close();
    for (const record of records) {
      const { id, verb } = record;
      if (verb === 'expire') cost.set(id, 500);
      if (verb === 'release') cost.set(id, 0);
      if (verb !== 'commit' || record.meta?.kind !== 'commit') continue;
      cost.set(id, record.meta.costNanoUsd ?? 0);
      tokens.set(id, record.meta.usage.inputTokens + record.meta.usage.outputTokens);
    }
    const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);
    expect(total?.costNanoUsd).toBe(String(sum(cost.values())));
    const counted = Number(total?.inputTokens) + Number(total?.outputTokens);
    expect(counted).toBe(sum(tokens.values()));
  });

  test('goes on after SIGKILL in the middle of its work', async () => {
    const ledger = await openLedger();
    for (let seed = 1; seed <= 4; seed++) await traffic(ledger, { calls: 100, seed });
    const file = indexFile(folder.path);
    for (let kill = 0; kill < 3; kill++) {
      await using child = await startNode({
        args: ['--conditions=@spendfuse/source', '--input-type=module', '-e', FOLLOW, folder.path],
        cwd: fileURLToPath(new URL('.', import.meta.url)),
      });
      await child.waitForLine(/^step$/);
      await child.kill('SIGKILL');
    }
    const log: string[] = [];
    const index = openIndexAt(file, log);
    index.catchUp();
    index.close();
    expect(contentOf(file)).toEqual(madeAnew());
    expect(log).toEqual([]);
  });

  test('keeps usage of records that were purged, and forgets their entries', async () => {
    const ledger = await openLedger();
    await traffic(ledger, { calls: 80, seed: 1 });
    await ledger.close();
    const file = indexFile(folder.path);
    const index = openIndexAt(file);
    const before = usageOfAll(index);
    const count = entriesOf(index).length;
    index.close();

    const db = new DatabaseSync(journalFile(folder.path));
    const request = { beforeMs: Number.MAX_SAFE_INTEGER, keepFrom: 20 };
    new Purge(new Rows(db)).step(request);
    db.close();
    const kept = openIndexAt(file);
    expect(usageOfAll(kept)).toEqual(before);
    const left = entriesOf(kept);
    expect(left.length).toBeLessThan(count);
    expect(entriesOf(openIndexAt(':memory:'))).toEqual(left);
    while (kept.step(10));
    kept.close();
    const rows = new DatabaseSync(file).prepare('SELECT min(row) AS first FROM entries').get();
    expect(rows).toEqual({ first: 20 });
  });
});

describe('an index that cannot be used is made anew, with a line in the log:', () => {
  async function filled(): Promise<string> {
    const ledger = await openLedger();
    await traffic(ledger, { calls: 40, seed: 1 });
    await ledger.close();
    const file = indexFile(folder.path);
    const index = openIndexAt(file);
    index.catchUp();
    index.close();
    return file;
  }

  function expectMadeAnew(file: string, why: RegExp): void {
    const log: string[] = [];
    const index = openIndexAt(file, log);
    index.catchUp();
    index.close();
    expect(log).toEqual([expect.stringMatching(why)]);
    expect(contentOf(file)).toEqual(madeAnew());
  }

  test('a file that is no database, which stays beside it', async () => {
    const file = await filled();
    await writeFile(file, 'not a database, but somebody else may need it'.repeat(100));
    expectMadeAnew(file, /not a database/u);
    expect(await readFile(`${file}.broken`, 'utf8')).toContain('somebody else');
  });

  test('a page of it is broken', async () => {
    const file = await filled();
    const bytes = await readFile(file);
    bytes.fill(0xa5, 4096, 8 * 4096);
    await writeFile(file, bytes);
    expectMadeAnew(file, /malformed/u);
  });

  test('another database, another version', async () => {
    const file = await filled();
    const change = (sql: string): void => {
      const db = new DatabaseSync(file);
      db.exec(sql);
      db.close();
    };
    change('PRAGMA user_version = 99');
    expectMadeAnew(file, /version 99/u);
    change('PRAGMA application_id = 7');
    expectMadeAnew(file, /another file/u);
    change('DROP TABLE usage');
    expectMadeAnew(file, /missing/u);
  });

  test('the journal was restored from a backup', async () => {
    const file = await filled();
    const backup = join(folder.path, 'backup.db');
    await copyFile(journalFile(folder.path), backup);
    const ledger = await openLedger();
    await traffic(ledger, { calls: 10, seed: 2 });
    await ledger.close();
    openIndexAt(file).catchUp();
    await copyFile(backup, journalFile(folder.path));
    expectMadeAnew(file, /backup/u);
  });

  test('the journal is another one', async () => {
    const file = await filled();
    const db = new DatabaseSync(file);
    db.exec(`UPDATE position SET journal = 'another'`);
    db.close();
    expectMadeAnew(file, /another one/u);
  });
});

test('questions are answered by another thread: this one reads no index', async () => {
  const ledger = await openLedger();
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  await traffic(ledger, { calls: 300, seed: 1 });
  const usage = await ledger.queries.usage(checkUsageQuery({ groupBy: ['user'] }));
  const page = await ledger.queries.entries(checkEntryQuery({ filter: { user: 'u1' } }));
  expect(usage.rows).toHaveLength(5);
  expect(page.entries.length).toBeGreaterThan(0);
  expect(prepare).not.toHaveBeenCalled();
});

/** Steps as small as they get, so that a kill meets one. */
const FOLLOW = `
  import { Index } from './index-life.ts';
  import { indexFile } from './index-schema.ts';
  import { openJournalSource } from './index-source.ts';
  const folder = process.argv[1];
  const source = openJournalSource(folder);
  const log = (line) => { throw new Error(line); };
  const index = new Index({ file: indexFile(folder), source, log, nowMs: Date.now });
  let steps = 0;
  while (index.step(0)) if (++steps === 20) console.log('step');
  setInterval(() => undefined, 1000);
`;
