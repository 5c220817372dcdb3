// The thread that reads the journal, so that no query ever holds up a verb.
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './failure.ts';
import type { JournalRow, ReaderData, ReaderReply, ReaderRequest, RowQuery } from './messages.ts';
import { Rows, type StoredRow } from './rows.ts';

/** Where an answer ends, however many rows are left. */
const MAX_ANSWER_CHARS = 128 * 1024;

const { folder } = workerData as ReaderData;
const rows = new Rows<unknown>(folder);
const downFrom = rows.db.prepare(
  'SELECT seq, at_ms AS atMs, body, crc FROM journal WHERE seq <= ? ORDER BY seq DESC',
);

function read(query: RowQuery): readonly JournalRow[] {
  if (query.kind === 'about')
    return [{ seq: 0, records: rows.withCalls(rows.recordsOf(query.id)) }];
  const found: JournalRow[] = [];
  let chars = 0;
  for (const each of downFrom.iterate(query.row)) {
    const row = rows.decode(each as unknown as StoredRow);
    found.push({ seq: row.seq, records: rows.withCalls(row.records) });
    chars += row.body.length;
    if (chars > MAX_ANSWER_CHARS) break;
  }
  return found;
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
  rows.close();
  parentPort?.close();
});
