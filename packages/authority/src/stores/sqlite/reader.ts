// What the journal knows of an id, looked up by a thread of its own.
import { type LedgerRecord, SpendfuseError } from '@spendfuse/core';
import { describe } from './failure.ts';
import type { ReaderReply, ReaderRequest } from './messages.ts';
import { Thread } from './thread.ts';

export interface ReaderOptions {
  readonly folder: string;
  /** The thread ended by itself; called after all that waited was rejected. */
  readonly onFail: (error: SpendfuseError) => void;
}

interface Waiting {
  readonly resolve: (records: readonly LedgerRecord<unknown>[]) => void;
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
   * All durable records that say what became of an id, the oldest first.
   * @throws SpendfuseError `CONFIG` for a corrupt row, `UNAVAILABLE` where the thread has ended.
   */
  recordsOf(id: string): Promise<readonly LedgerRecord<unknown>[]> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const number = this.#count++;
      this.#waiting.set(number, { resolve, reject });
      this.#thread ??= this.#start();
      this.#thread.hold();
      this.#thread.post({ number, id });
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
    if ('records' in reply) return waiting.resolve(reply.records);
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
