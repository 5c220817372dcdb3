// The thread that looks ids up in the journal, so that no such question ever holds up a verb.
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './failure.ts';
import type { ReaderData, ReaderReply, ReaderRequest } from './messages.ts';
import { Rows } from './rows.ts';

const { folder } = workerData as ReaderData;
const rows = new Rows<unknown>(folder);

function answer({ number, id }: ReaderRequest): ReaderReply {
  try {
    return { number, records: rows.withCalls(rows.recordsOf(id)) };
  } catch (error) {
    return { number, failed: failureOf(error) };
  }
}

parentPort?.on('message', (request: ReaderRequest | 'close') => {
  if (request !== 'close') return parentPort?.postMessage(answer(request));
  rows.close();
  parentPort?.close();
});
