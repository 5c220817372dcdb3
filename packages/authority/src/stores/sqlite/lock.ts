// One process per data folder: a lock that the operating system takes back, however its holder ends.
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode, StoreFailure } from './failure.ts';
import type { Owner } from './messages.ts';

const SQLITE_BUSY = 5;

/**
 * Holds a write transaction on a small database of its own for as long as the folder is in use: a
 * second writer is refused at once, while anybody can read the row that says who has it.
 * Returns how to let go. @throws StoreFailure `owned`.
 */
export function lockFolder(folder: string, owner: Owner): () => void {
  const db = new DatabaseSync(`${folder}/lock.db`);
  try {
    db.exec('PRAGMA busy_timeout = 200; PRAGMA synchronous = OFF');
    db.exec('BEGIN IMMEDIATE');
    db.exec('CREATE TABLE IF NOT EXISTS owner (pid INTEGER, since TEXT, command TEXT) STRICT');
    db.exec('DELETE FROM owner');
    const { pid, since, command } = owner;
    db.prepare('INSERT INTO owner VALUES (?, ?, ?)').run(pid, since, command);
    db.exec('COMMIT; BEGIN IMMEDIATE');
    return () => db.close();
  } catch (error) {
    const isOwned = sqliteCode(error) === SQLITE_BUSY;
    const holder = isOwned ? readOwner(db) : undefined;
    db.close();
    throw isOwned ? new StoreFailure({ kind: 'owned', owner: holder }) : error;
  }
}

function readOwner(db: DatabaseSync): Owner | undefined {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
    return db.prepare('SELECT pid, since, command FROM owner').get() as Owner | undefined;
  } catch {
    // The holder is just writing it.
    return undefined;
  }
}
