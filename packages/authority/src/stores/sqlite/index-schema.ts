// The index's file: derived from the journal, so whatever is wrong with it, it is made anew.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode } from './failure.ts';

/** Raise it with every change of a table, or of what a record counts for. */
const VERSION = 1;

/** `PRAGMA application_id`: tells an index from any other SQLite file. */
const APPLICATION = 0x5350_4649;

/**
 * - position: the last row of the journal that is in here; no line before the first one.
 * - entries: where each record is, and what it is looked for by; several ids may share a key.
 * - usage: by the minute in which calls were reserved. It outlives the rows that it was made of.
 * - subjects, budget_sets: what both refer to, each distinct one once, as JSON.
 */
const TABLES = `
  CREATE TABLE position (
    journal TEXT NOT NULL, row INTEGER NOT NULL, crc INTEGER NOT NULL, kept_from INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE subjects (id INTEGER PRIMARY KEY, call TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE budget_sets (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE entries (
    row INTEGER NOT NULL, at INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    verb INTEGER NOT NULL, id_key INTEGER NOT NULL, subject INTEGER, budgets INTEGER,
    detail TEXT, charged INTEGER,
    PRIMARY KEY (row, at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entries_id ON entries (id_key);
  CREATE INDEX entries_subject ON entries (subject, row, at);
  CREATE INDEX entries_rare ON entries (verb, row, at) WHERE verb > 3;
  CREATE TABLE usage (
    minute INTEGER NOT NULL, subject INTEGER NOT NULL,
    requests INTEGER NOT NULL, blocked INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL, cost_nano_usd INTEGER NOT NULL,
    unpriced INTEGER NOT NULL, overrun_nano_usd INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (minute, subject)
  ) STRICT, WITHOUT ROWID;
`;

const TABLE_COUNT = 5;

export function indexFile(folder: string): string {
  return `${folder}/index.db`;
}

/**
 * A commit is with the operating system, so it survives the end of the process; a checkpoint waits for
 * the disk, so that a loss of power costs the latest steps and never the file: usage outlives the rows
 * that it was made of. `:memory:` is a file too.
 * @throws Foreign, and whatever SQLite throws; `isUnusable` tells what a new file mends.
 */
export function openIndex(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec(`
      PRAGMA busy_timeout = 5000;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA cache_size = -16000;
      PRAGMA temp_store = MEMORY;
      PRAGMA journal_size_limit = 67108864;
    `);
    const { application_id: application } = get(db, 'PRAGMA application_id');
    const { user_version: version } = get(db, 'PRAGMA user_version');
    const { count } = get(db, `SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table'`);
    if (count === 0 && application === 0) {
      db.exec(`BEGIN; ${TABLES}
        PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}; COMMIT`);
    } else if (application !== APPLICATION) {
      throw new Foreign('it is another file');
    } else if (version !== VERSION) {
      throw new Foreign(`it has version ${String(version)}, this one is ${VERSION}`);
    } else if (count !== TABLE_COUNT) {
      throw new Foreign('a table is missing');
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function get(db: DatabaseSync, sql: string): Record<string, unknown> {
  return db.prepare(sql).get() ?? {};
}

/** A file that may be somebody else's is not deleted: the first such stays beside the new one. */
export function putAside(file: string): void {
  const aside = `${file}.broken`;
  if (existsSync(file) && !existsSync(aside)) renameSync(file, aside);
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
}

/** Thrown by any statement: the file is corrupt or no database. */
export function isUnusable(error: unknown): boolean {
  return error instanceof Foreign || BROKEN_FILE.has(sqliteCode(error) ?? 0);
}

/** Why an index is not the one of this journal. */
export class Foreign extends Error {}

/** SQLite's primary result codes CORRUPT and NOTADB. */
const BROKEN_FILE = new Set([11, 26]);
