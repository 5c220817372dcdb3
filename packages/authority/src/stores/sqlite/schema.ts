// The journal's file: its table, its version, and how durable a commit to it is.
import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from './failure.ts';
import type { Durability } from './messages.ts';

/** Raise it with every change of the table or of what a row holds. */
const VERSION = 1;

/** `PRAGMA application_id`: tells a journal from any other SQLite file. */
const APPLICATION = 0x5350_4655;

const TABLE = `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX journal_at_ms ON journal (at_ms);
`;

/**
 * `disk`: a commit is on the disk (fsync of the log). `process`: it is with the operating system, so
 * it survives the end of this process, however sudden, but not a loss of power.
 */
const SYNCHRONOUS: Readonly<Record<Durability, string>> = { disk: 'FULL', process: 'NORMAL' };

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
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA journal_size_limit = 67108864;
    `);
    if (pragma(db, 'journal_mode') !== 'wal') {
      const message = 'its file system has no shared memory, which the journal needs';
      throw new StoreFailure({ kind: 'foreign', message });
    }
    // The version is written at every start: what cannot be written fails now, not at a verb.
    db.exec(`BEGIN IMMEDIATE; ${isNew ? TABLE : ''}
      PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}; COMMIT`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
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
  if (version > VERSION) {
    const message = `its journal has version ${version}, this Spendfuse knows up to ${VERSION}; upgrade`;
    throw new StoreFailure({ kind: 'foreign', message });
  }
  if (!tables.some((table) => table['name'] === 'journal')) {
    throw new StoreFailure({ kind: 'corrupt', row: undefined, message: 'the table is missing' });
  }
  return false;
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
