// A thread that does with node:sqlite no more than what a group needs: the same rows, bytes and pragmas.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the store's journal writes for a group. */
export interface BareGroup {
  readonly body: Uint8Array;
  readonly crc: number;
  readonly atMs: number;
  readonly keys: Float64Array;
}

const db = new DatabaseSync(workerData as string);
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 1000;
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER, body BLOB, crc INTEGER) STRICT;
  CREATE TABLE ids (id INTEGER, row INTEGER, PRIMARY KEY (id, row)) STRICT, WITHOUT ROWID;
`);
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');
const insert = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?)');
const index = db.prepare('INSERT OR IGNORE INTO ids VALUES (?, ?)');
let seq = 0;

parentPort?.on('message', ({ body, crc, atMs, keys }: BareGroup) => {
  const startMs = performance.now();
  seq += 1;
  begin.run();
  insert.run(seq, atMs, body, crc);
  for (const key of keys) index.run(key, seq);
  commit.run();
  parentPort?.postMessage(performance.now() - startMs);
});
