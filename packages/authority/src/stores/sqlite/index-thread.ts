// The thread of the index: follows the journal with a small share of one CPU, and answers questions.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { SpendfuseError } from '@spendfuse/core';
import type { ExportBatch } from '../store.ts';
import { exportEntries } from './entries-export.ts';
import { describe, StoreFailure } from './failure.ts';
import { Index } from './index-life.ts';
import type {
  IndexData,
  IndexFailure,
  IndexReply,
  IndexRequest,
  Question,
} from './index-messages.ts';
import { indexFile } from './index-schema.ts';
import { MemorySource, openJournalSource, type RowSource } from './index-source.ts';

/** Works so long at once, then pauses, so that it takes no more than its share of one CPU. */
const STEP_MS = 50;
const SHARE = 0.3;
/** While verbs come in: nobody reads the index but questions, and they make it catch up. */
const BUSY_SHARE = 0.03;
/** Beyond it a question would have to wait for long. */
const MAX_ROWS_BEHIND = 20_000;
/** At least, unless there is nothing to be done but to catch up: few large steps cost less than many. */
const PAUSE_MS = 1000;
/** Of this thread, where a system has one for each: verbs go before it. */
const PRIORITY = 5;

const data = workerData as IndexData;
const memory = data.kind === 'memory' ? memoryOf(data.maxRecords) : undefined;
let opened: RowSource | undefined = memory;
const source = (): RowSource => (opened ??= openJournalSource(folderOf(data)));
const exports = new Map<number, Iterator<ExportBatch>>();
let index: Index | undefined;
let timer: NodeJS.Timeout | undefined;
/** The last row of the source at the last step. */
let lastSeen = 0;

function theIndex(): Index {
  const { keepUsageMs } = data;
  index ??= new Index({
    file: data.kind === 'journal' ? indexFile(data.folder) : ':memory:',
    source: source(),
    log: (line) => post({ log: line }),
    nowMs: Date.now,
    keepUsageMs,
    maxUsageRows: data.kind === 'memory' ? data.maxUsageRows : undefined,
  });
  return index;
}

function memoryOf(maxRecords: number): MemorySource {
  return new MemorySource({ maxRecords, onLeave: (row) => theIndex().beforeLeaving(row) });
}

function follow(): void {
  const startMs = performance.now();
  let pauseMs = PAUSE_MS;
  try {
    if (theIndex().step(STEP_MS)) pauseMs = pauseAfter(performance.now() - startMs);
  } catch (error) {
    // A question will try again, and say what it meets.
    post({ log: `the index stands still: ${failureOf(error).message}` });
    return;
  }
  timer = setTimeout(follow, pauseMs);
}

function pauseAfter(tookMs: number): number {
  const lastRow = source().lastRow();
  const isQuiet = lastRow === lastSeen;
  lastSeen = lastRow;
  const isBehind = lastRow - theIndex().row() > MAX_ROWS_BEHIND;
  if (isQuiet || isBehind) return tookMs * (1 / SHARE - 1);
  return Math.max(PAUSE_MS, tookMs * (1 / BUSY_SHARE - 1));
}

function answer(question: Question): unknown {
  switch (question.kind) {
    case 'usage':
      return theIndex().usage(question.query);
    case 'entries':
      return theIndex().entries(question.query);
    case 'catchUp':
      return theIndex().catchUp();
    case 'export': {
      const { stream, filter } = question.query;
      const batches = exports.get(stream) ?? exportEntries(source(), filter)[Symbol.iterator]();
      const { done, value } = batches.next();
      if (done) exports.delete(stream);
      else exports.set(stream, batches);
      return done ? undefined : value;
    }
    case 'endExport':
      exports.delete(question.query);
      return undefined;
  }
}

function handle(request: IndexRequest): void {
  if (request.kind === 'add') {
    memory?.add(request.records);
  } else if (request.kind === 'close') {
    clearTimeout(timer);
    index?.close();
    opened?.close();
    parentPort?.close();
  } else {
    post(reply(request));
  }
}

function reply({ number, ...question }: Question & { readonly number: number }): IndexReply {
  try {
    return { number, answer: answer(question as Question) };
  } catch (error) {
    return { number, failed: failureOf(error) };
  }
}

function failureOf(thrown: unknown): IndexFailure {
  if (thrown instanceof StoreFailure) {
    const { failure } = thrown;
    const code = failure.kind === 'failed' ? 'UNAVAILABLE' : 'CONFIG';
    return { code, message: describe(failure, folderOf(data)), field: undefined };
  }
  const { code, message, field } = SpendfuseError.from(thrown);
  return { code, message, field };
}

function folderOf(from: IndexData): string {
  return from.kind === 'memory' ? 'memory' : from.folder;
}

function post(message: IndexReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', handle);
if (process.platform === 'linux') setPriority(PRIORITY);
if (data.kind !== 'read-only') follow();
