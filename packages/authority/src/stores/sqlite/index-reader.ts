// Questions to the index, answered by a thread of their own: neither a verb nor a lookup waits for one.
import { SpendfuseError } from '@spendfuse/core';
import type { CheckedEntryFilter, CheckedEntryQuery, EntryPage } from '../../entry-query.ts';
import type { CheckedUsageQuery, UsagePage } from '../../usage-query.ts';
import type { ExportBatch, Queries } from '../store.ts';
import type { Answers, IndexData, IndexReply, IndexRequest, Question } from './index-messages.ts';
import { Thread } from './thread.ts';
import type { EntryRecord } from './usage-fold.ts';

export interface IndexReaderOptions {
  readonly data: IndexData;
  readonly log?: ((line: string) => void) | undefined;
}

const START_AFTER_MS = 2000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: SpendfuseError) => void;
}

/** The thread starts with the first question, or by `start`, and again after an end of its own. */
export class IndexReader implements Queries {
  readonly #options: IndexReaderOptions;
  #thread: Thread<IndexRequest, IndexReply> | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: IndexReaderOptions) {
    this.#options = options;
  }

  /** Follows the journal from now on. */
  start(): void {
    if (!this.#isClosed) this.#thread ??= this.#begin();
  }

  /** When what a start brings is over; a process that is short needs no index. */
  startLater(): void {
    this.#timer = setTimeout(() => this.start(), START_AFTER_MS);
    this.#timer.unref();
  }

  /** To an index in memory: what happened since the last time. */
  add(records: readonly EntryRecord[]): void {
    this.start();
    this.#thread?.post({ kind: 'add', records });
  }

  usage(query: CheckedUsageQuery): Promise<UsagePage> {
    return this.#ask({ kind: 'usage', query });
  }

  entries(query: CheckedEntryQuery): Promise<EntryPage> {
    return this.#ask({ kind: 'entries', query });
  }

  async *exportEntries(filter: CheckedEntryFilter): AsyncIterable<ExportBatch> {
    const stream = this.#count++;
    let isOver = false;
    try {
      for (;;) {
        const batch = await this.#ask<'export'>({ kind: 'export', query: { stream, filter } });
        isOver = batch === undefined;
        if (!batch) return;
        yield batch;
      }
    } finally {
      if (!isOver && !this.#isClosed) await this.#ask({ kind: 'endExport', query: stream });
    }
  }

  /** Rows up to this one may leave the journal: what they add to usage is in the index. */
  catchUp(): Promise<number> {
    return this.#ask({ kind: 'catchUp', query: undefined });
  }

  async close(): Promise<void> {
    this.#end('the ledger is closed');
    this.#thread?.hold();
    this.#thread?.post({ kind: 'close' });
    await this.#thread?.ended();
  }

  async drop(): Promise<void> {
    this.#end('the ledger starts anew');
    await this.#thread?.terminate();
  }

  #ask<Kind extends keyof Answers>(
    question: Extract<Question, { readonly kind: Kind }>,
  ): Promise<Answers[Kind]['answer']> {
    if (this.#isClosed) return Promise.reject(unavailable('the ledger is closed'));
    return new Promise((resolve, reject) => {
      const number = this.#count++;
      this.#waiting.set(number, { resolve: resolve as Waiting['resolve'], reject });
      this.start();
      this.#thread?.hold();
      this.#thread?.post({ ...question, number });
    });
  }

  #begin(): Thread<IndexRequest, IndexReply> {
    return new Thread({
      name: 'index-thread',
      data: this.#options.data,
      onReply: (reply) => this.#handle(reply),
      onEnd: ({ message }) => {
        this.#thread = undefined;
        if (this.#isClosed) return;
        this.#options.log?.(message);
        this.#reject(message);
      },
    });
  }

  #handle(reply: IndexReply): void {
    if ('log' in reply) {
      this.#options.log?.(reply.log);
      return;
    }
    const waiting = this.#waiting.get(reply.number);
    if (!waiting) return;
    this.#waiting.delete(reply.number);
    this.#thread?.letGo();
    if ('answer' in reply) waiting.resolve(reply.answer);
    else waiting.reject(new SpendfuseError(reply.failed));
  }

  #end(message: string): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#reject(message);
  }

  #reject(message: string): void {
    for (const { reject } of this.#waiting.values()) {
      this.#thread?.letGo();
      reject(unavailable(message));
    }
    this.#waiting.clear();
  }
}

function unavailable(message: string): SpendfuseError {
  return new SpendfuseError({ code: 'UNAVAILABLE', message });
}
