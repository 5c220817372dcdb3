// The thread that writes the journal: it holds the folder's lock and makes each group one durable row.
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { failureOf } from './failure.ts';
import { lockFolder } from './lock.ts';
import type { WriterData, WriterReply, WriterRequest } from './messages.ts';
import { Purge } from './purge.ts';
import { type Group, readGroup } from './row.ts';
import { Rows } from './rows.ts';
import { journalFile, openJournal } from './schema.ts';

/** Nothing is written after a failure: what follows may depend on what is missing. */
let hasFailed = false;

function run({ folder, owner, ...rest }: WriterData): void {
  const unlock = lockFolder(folder, owner);
  const db = openJournal({ file: journalFile(folder), ...rest });
  const rows = new Rows<unknown>(db);
  const write = writing(db, rows.lastRow());
  const purge = new Purge(rows);

  const handle = (request: WriterRequest): void => {
    if (request === 'close') {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
      unlock();
      reply('closed');
      parentPort?.close();
    } else if ('purge' in request) {
      reply(purge.step(request.purge));
    } else {
      write('packed' in request ? request : { packed: request, ...NOTHING_ELSE });
      reply('written');
    }
  };
  parentPort?.on('message', (request: WriterRequest) => {
    if (!hasFailed) attempt(() => handle(request));
  });
  reply({ lastRow: rows.lastRow() });
}

/** Of a group that comes as its `packed` alone. */
const NOTHING_ELSE = { definitions: [], retired: [] };

/** A group with all that belongs to it is one transaction: when it returns, it is committed. */
function writing(db: DatabaseSync, lastRow: number): (group: Group) => void {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const insert = db.prepare('INSERT INTO journal (seq, at_ms, body, crc) VALUES (?, ?, ?, ?)');
  const define = db.prepare('INSERT INTO counters (number, ref, crc) VALUES (?, ?, ?)');
  const retire = db.prepare('UPDATE counters SET retired = ? WHERE number = ?');
  // Two ids of a group may share a key, and one may be in it twice.
  const index = db.prepare('INSERT OR IGNORE INTO ids VALUES (?, ?)');
  let seq = lastRow;
  return ({ packed, definitions, retired }) => {
    const { atMs, body, keys } = readGroup(packed);
    seq += 1;
    begin.run();
    insert.run(seq, atMs, body, crc32(body));
    for (const key of keys) index.run(key, seq);
    for (const { number, ref } of definitions) {
      const text = JSON.stringify(ref);
      define.run(number, text, crc32(`${number} ${text}`));
    }
    // A counter may be used in the group that retires it.
    for (const number of retired) retire.run(seq, number);
    commit.run();
  };
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    hasFailed = true;
    reply({ failed: failureOf(error) });
    parentPort?.close();
  }
}

function reply(message: WriterReply): void {
  parentPort?.postMessage(message);
}

attempt(() => run(workerData as WriterData));
