// The journal's file: its tables, its version, and how durable a commit to it is.
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from './failure.ts';
import type { Durability } from './messages.ts';

/** Raise it with every change of the tables or of what a row holds. */
const VERSION = 3;

/** `PRAGMA application_id`: tells a journal from any other SQLite file. */
const APPLICATION = 0x5350_4655;

/**
 * - journal: one row for each group of records, without gaps.
 * - counters: what the numbers in rows stand for, a `CounterRef` as JSON. `retired`: the last row that
 *   may use the number.
 * - ids: which rows say what became of an id (`idKey`); several ids may share a key.
 * - carry: what the rows that were purged left behind (see `carry.ts`).
 * - facts: `journal` (identity), `purged` (the last row that was purged).
 */
const TABLES = `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE counters (
    number INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    crc INTEGER NOT NULL,
    retired INTEGER
  ) STRICT;
  CREATE INDEX counters_retired ON counters (retired) WHERE retired IS NOT NULL;
  CREATE TABLE ids (id INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (id, row))
    STRICT, WITHOUT ROWID;
  CREATE TABLE carry (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    crc INTEGER NOT NULL,
    budget TEXT,
    forget_at_ms INTEGER,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX carry_budget ON carry (budget) WHERE budget IS NOT NULL;
  CREATE INDEX carry_forget_at_ms ON carry (forget_at_ms) WHERE forget_at_ms IS NOT NULL;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * `disk`: a commit is on the disk (fsync of the log). `process`: it is with the operating system, so
 * it survives the end of this process, however sudden, but not a loss of power.
 */
const SYNCHRONOUS: Readonly<Record<Durability, string>> = { disk: 'FULL', process: 'NORMAL' };

/** So many pages are in the log before they are copied to the file, and the log begins anew. */
const LOG_PAGES = 1000;
const LOG_BYTES = LOG_PAGES * 4120;
const PIECE_BYTES = 4096;

export function journalFile(folder: string): string {
  return `${folder}/journal.db`;
}

export interface OpenJournalOptions {
  readonly file: string;
  readonly durability: Durability;
  readonly isNewAllowed: boolean;
}

/** @throws StoreFailure `foreign`, and whatever SQLite throws where the file cannot be written. */
export function openJournal(options: OpenJournalOptions): DatabaseSync {
  const { file, durability, isNewAllowed } = options;
  const db = new DatabaseSync(file);
  try {
    // A backup tool may lock the file for a moment.
    db.exec('PRAGMA busy_timeout = 5000');
    const isNew = checkVersion(db);
    if (isNew && !isNewAllowed) {
      throw new StoreFailure({ kind: 'corrupt', row: undefined, message: 'its file is gone' });
    }
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${SYNCHRONOUS[durability]};
      PRAGMA wal_autocheckpoint = ${LOG_PAGES};
      PRAGMA journal_size_limit = 67108864;
    `);
    if (pragma(db, 'journal_mode') !== 'wal') {
      const message = 'its file system has no shared memory, which the journal needs';
      throw new StoreFailure({ kind: 'foreign', message });
    }
    // The version is written at every start: what cannot be written fails now, not at a verb.
    db.exec(`BEGIN IMMEDIATE; ${isNew ? TABLES : ''}
      PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}`);
    const fact = db.prepare('INSERT OR IGNORE INTO facts VALUES (?, ?)');
    if (isNew) fact.run('journal', randomUUID());
    if (isNew) fact.run('purged', '0');
    db.exec('COMMIT');
    if (durability === 'disk') fillLog(`${file}-wal`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Makes the log as long as it gets: to write over what is there takes half as long as to make a file
 * longer and wait for the disk. SQLite ignores what follows the last commit in it. In small pieces, for
 * Linux keeps what was written at once as one large block of its cache, and looks through all of that
 * whenever a part of it has to go to the disk (measured on ext4: a sixth of the time of a commit).
 */
function fillLog(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let { size } = fstatSync(file); size < LOG_BYTES; ) {
      size += writeSync(file, piece, 0, Math.min(PIECE_BYTES, LOG_BYTES - size), size);
    }
    fsyncSync(file);
  } catch {
    // Where there is no room for all of it, commits make it longer, and tell when they cannot.
  } finally {
    closeSync(file);
  }
}

/**
 * For reading only, beside a writer or without one.
 * @throws StoreFailure `foreign` where there is no journal, `corrupt` for an empty one.
 */
export function openForReading(file: string): DatabaseSync {
  if (!existsSync(file)) {
    const message = 'there is no journal in it; name another one with --data';
    throw new StoreFailure({ kind: 'foreign', message });
  }
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    db.exec('PRAGMA busy_timeout = 5000');
    if (checkVersion(db)) {
      throw new StoreFailure({ kind: 'corrupt', row: undefined, message: 'its file is empty' });
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** @throws StoreFailure `corrupt` */
export function factOf(db: DatabaseSync, name: 'journal' | 'purged'): string {
  const fact = db.prepare('SELECT value FROM facts WHERE name = ?').get(name);
  if (fact) return fact['value'] as string;
  const message = `it does not say its \`${name}\``;
  throw new StoreFailure({ kind: 'corrupt', row: undefined, message });
}

/** Whether the file is empty. */
function checkVersion(db: DatabaseSync): boolean {
  const version = pragma(db, 'user_version') as number;
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  const isOurs = pragma(db, 'application_id') === APPLICATION;
  if (!isOurs && version === 0 && tables.length === 0) return true;
  if (!isOurs) {
    const message = 'journal.db in it is no Spendfuse journal; choose another folder';
    throw new StoreFailure({ kind: 'foreign', message });
  }
  if (version !== VERSION) {
    const what = `its journal has version ${version}, this Spendfuse knows version ${VERSION}`;
    const advice = version > VERSION ? 'upgrade' : 'choose an empty folder';
    throw new StoreFailure({ kind: 'foreign', message: `${what}; ${advice}` });
  }
  if (!tables.some((table) => table['name'] === 'journal')) {
    throw new StoreFailure({ kind: 'corrupt', row: undefined, message: 'the table is missing' });
  }
  return false;
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
