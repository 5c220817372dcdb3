// Queries on the journal, answered by a thread of their own.
import { SpendfuseError } from '@spendfuse/core';
import { describe } from './failure.ts';
import type { JournalRow, ReaderReply, ReaderRequest, RowQuery } from './messages.ts';
import { Thread } from './thread.ts';

export interface ReaderOptions {
  readonly folder: string;
  /** The thread ended by itself; called after all that waited was rejected. */
  readonly onFail: (error: SpendfuseError) => void;
}

interface Waiting {
  readonly resolve: (rows: readonly JournalRow[]) => void;
  readonly reject: (error: SpendfuseError) => void;
}

export class Reader {
  readonly #options: ReaderOptions;
  /** Started by the first query. */
  #thread: Thread<ReaderRequest | 'close', ReaderReply> | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #end: SpendfuseError | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /**
   * Some of the rows, at least one if there are any left; all of them for `naming`.
   * @throws SpendfuseError `CONFIG` for a corrupt row, `UNAVAILABLE` where the thread has ended.
   */
  rows(query: RowQuery): Promise<readonly JournalRow[]> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const number = this.#count++;
      this.#waiting.set(number, { resolve, reject });
      this.#thread ??= this.#start();
      this.#thread.hold();
      this.#thread.post({ number, query });
    });
  }

  async close(): Promise<void> {
    this.#stop('the ledger is closed');
    this.#thread?.hold();
    this.#thread?.post('close');
    await this.#thread?.ended();
  }

  async drop(): Promise<void> {
    this.#stop('the ledger starts anew');
    await this.#thread?.terminate();
  }

  #start(): Thread<ReaderRequest | 'close', ReaderReply> {
    const { folder, onFail } = this.#options;
    return new Thread({
      name: 'reader-thread',
      data: { folder },
      onReply: (reply) => this.#handle(reply),
      onEnd: ({ message }) => {
        if (this.#end) return;
        this.#stop(message);
        onFail(new SpendfuseError({ code: 'UNAVAILABLE', message }));
      },
    });
  }

  #handle(reply: ReaderReply): void {
    const waiting = this.#waiting.get(reply.number);
    if (!waiting) return;
    this.#waiting.delete(reply.number);
    this.#thread?.letGo();
    if ('rows' in reply) return waiting.resolve(reply.rows);
    const code = reply.failed.kind === 'corrupt' ? 'CONFIG' : 'UNAVAILABLE';
    const message = describe(reply.failed, this.#options.folder);
    waiting.reject(new SpendfuseError({ code, message }));
  }

  #stop(message: string): void {
    this.#end ??= new SpendfuseError({ code: 'UNAVAILABLE', message });
    for (const { reject } of this.#waiting.values()) {
      this.#thread?.letGo();
      reject(this.#end);
    }
    this.#waiting.clear();
  }
}
