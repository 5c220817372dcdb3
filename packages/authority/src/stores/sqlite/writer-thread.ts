// The thread that writes the journal: it holds the folder's lock and makes each group one durable row.
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { failureOf } from './failure.ts';
import { lockFolder } from './lock.ts';
import type { WriterData, WriterReply, WriterRequest } from './messages.ts';
import { journalFile, openJournal } from './schema.ts';

/** Nothing is written after a failure: what follows may depend on what is missing. */
function run({ folder, owner, ...rest }: WriterData): void {
  const unlock = lockFolder(folder, owner);
  const db = openJournal({ file: journalFile(folder), ...rest });
  // A statement on its own is a transaction: when `run` returns, it is committed.
  const insert = db.prepare('INSERT INTO journal (at_ms, body, crc) VALUES (?, ?, ?)');

  const handle = (request: WriterRequest): void => {
    if (request === 'close') {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
      unlock();
      reply('closed');
      parentPort?.close();
      return;
    }
    insert.run(request.atMs, request.body, crc32(request.body));
    reply('written');
  };
  parentPort?.on('message', (request: WriterRequest) => attempt(() => handle(request)));
  const last = db.prepare('SELECT coalesce(max(seq), 0) AS lastRow FROM journal').get();
  reply({ lastRow: last?.['lastRow'] as number });
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    reply({ failed: failureOf(error) });
    parentPort?.close();
  }
}

function reply(message: WriterReply): void {
  parentPort?.postMessage(message);
}

attempt(() => run(workerData as WriterData));
