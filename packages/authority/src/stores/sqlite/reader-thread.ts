// The thread that reads the journal, so that no query ever holds up a verb.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { failureOf, StoreFailure } from './failure.ts';
import type { JournalRow, ReaderData, ReaderReply, ReaderRequest, RowQuery } from './messages.ts';
import { journalFile } from './schema.ts';

/** Where an answer ends, however many rows are left. */
const MAX_ANSWER_CHARS = 256 * 1024;

const { folder } = workerData as ReaderData;
const db = new DatabaseSync(journalFile(folder), { readOnly: true });
db.exec('PRAGMA busy_timeout = 5000');
const after = db.prepare('SELECT seq, body, crc FROM journal WHERE seq > ? ORDER BY seq');
const downFrom = db.prepare('SELECT seq, body, crc FROM journal WHERE seq <= ? ORDER BY seq DESC');
const naming = db.prepare(
  `SELECT seq, body, crc FROM journal
   WHERE at_ms >= ? AND seq < ? AND instr(body, ?) > 0 ORDER BY seq`,
);

function iterate(query: RowQuery): Iterator<unknown> {
  switch (query.kind) {
    case 'after':
      return after.iterate(query.row);
    case 'down-from':
      return downFrom.iterate(query.row);
    case 'naming':
      return naming.iterate(query.sinceMs, query.beforeRow, query.id);
  }
}

function read(query: RowQuery): readonly JournalRow[] {
  const rows: JournalRow[] = [];
  let chars = 0;
  for (const row of { [Symbol.iterator]: () => iterate(query) }) {
    const { seq, body, crc } = row as JournalRow & { crc: number };
    if (crc32(body) !== crc) {
      throw new StoreFailure({ kind: 'corrupt', row: seq, message: 'its checksum is wrong' });
    }
    rows.push({ seq, body });
    chars += body.length;
    if (chars > MAX_ANSWER_CHARS && query.kind !== 'naming') break;
  }
  return rows;
}

function answer({ number, query }: ReaderRequest): ReaderReply {
  try {
    return { number, rows: read(query) };
  } catch (error) {
    return { number, failed: failureOf(error) };
  }
}

parentPort?.on('message', (request: ReaderRequest | 'close') => {
  if (request !== 'close') return parentPort?.postMessage(answer(request));
  db.close();
  parentPort?.close();
});
