// The journal seen from the main thread: records go in at once, groups become durable one by one.
import { type LedgerRecord, SpendfuseError } from '@spendfuse/core';
import type { Encoder } from './encoder.ts';
import { describe } from './failure.ts';
import type { Purged, PurgeRequest, WriterData, WriterReply, WriterRequest } from './messages.ts';
import { Thread } from './thread.ts';

export interface JournalOptions<Meta> {
  readonly data: WriterData;
  readonly encoder: Encoder<Meta>;
  /** Called once, after all that waited was rejected. */
  readonly onFail: (error: SpendfuseError) => void;
}

/** Groups that are with the thread at once, at most. */
const MAX_POSTED = 2;

/** Records that become durable together, as the one promise that all their answers wait for. */
type Group = PromiseWithResolvers<void>;

/**
 * Contract: groups are written in order; two may be with the thread, one that is being written and one
 * that waits for it, so that the disk never waits for this thread. While there are two the next fills,
 * so that a group is as large as the disk is slow. After a failure nothing is written any more.
 */
export class Journal<Meta> {
  readonly #encoder: Encoder<Meta>;
  readonly #thread: Thread<WriterRequest, WriterReply>;
  readonly #folder: string;
  readonly #onFail: (error: SpendfuseError) => void;
  readonly #opened = deferred<number>();
  /** Takes records. */
  #filling: Group | undefined;
  /** Are with the thread, in this order. */
  readonly #posted: Group[] = [];
  #purging: PromiseWithResolvers<Purged> | undefined;
  #durable: Promise<void> = Promise.resolve();
  #failure: SpendfuseError | undefined;
  #isOpen = false;
  #isClosing = false;

  constructor({ data, encoder, onFail }: JournalOptions<Meta>) {
    this.#encoder = encoder;
    this.#folder = data.folder;
    this.#onFail = onFail;
    this.#thread = new Thread({
      name: 'writer-thread',
      data,
      onReply: (reply) => this.#handle(reply),
      onEnd: (error) => {
        if (!this.#isClosing) this.#fail('UNAVAILABLE', error.message);
      },
    });
    this.#thread.hold();
  }

  /** Resolves when the folder is locked and the file can be written, with its last row; 0: none. */
  opened(): Promise<number> {
    return this.#opened.promise;
  }

  /** `begun`: as the engine hands it on with the record. */
  append(record: LedgerRecord<Meta>, begun?: Meta): void {
    if (this.#failure) throw this.#failure;
    try {
      this.#encoder.add(record, begun);
    } catch (error) {
      // The engine has applied it, so memory is ahead of the disk for good.
      this.#fail('UNAVAILABLE', SpendfuseError.from(error).message);
      throw error;
    }
    if (this.#filling) return;
    this.#filling = deferred<void>();
    this.#durable = this.#filling.promise;
    // All that this turn of the event loop brings goes into one group.
    if (this.#posted.length < MAX_POSTED) setImmediate(this.#post);
  }

  /** Resolves when all that was appended so far is durable; rejects if that fails. */
  durable(): Promise<void> {
    return this.#durable;
  }

  /** Purges a few rows, between two groups. One at a time. */
  purge(request: PurgeRequest): Promise<Purged> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#purging = deferred<Purged>();
    this.#thread.hold();
    this.#thread.post({ purge: request });
    return this.#purging.promise;
  }

  /** Writes what is left and gives the folder back. */
  async close(): Promise<void> {
    await this.#durable;
    this.#isClosing = true;
    this.#thread.hold();
    this.#thread.post('close');
    await this.#thread.ended();
  }

  /** Ends at once; what is not durable yet is rejected. */
  async drop(): Promise<void> {
    this.#fail('UNAVAILABLE', 'the ledger starts anew');
    await this.#thread.terminate();
  }

  readonly #post = (): void => {
    if (!this.#filling || this.#posted.length === MAX_POSTED || this.#failure) return;
    this.#posted.push(this.#filling);
    this.#filling = undefined;
    try {
      const group = this.#encoder.take();
      this.#thread.hold();
      const { packed, definitions, retired } = group;
      const isPlain = definitions.length === 0 && retired.length === 0;
      this.#thread.post(isPlain ? packed : group, [packed]);
    } catch (error) {
      this.#fail('UNAVAILABLE', SpendfuseError.from(error).message);
    }
  };

  #handle(reply: WriterReply): void {
    if (reply === 'written') {
      const written = this.#posted.shift();
      this.#post();
      this.#thread.letGo();
      written?.resolve();
    } else if (reply === 'closed') {
      // The end of the thread says it too.
    } else if ('purged' in reply) {
      this.#thread.letGo();
      this.#purging?.resolve(reply);
    } else if ('lastRow' in reply) {
      this.#isOpen = true;
      this.#thread.letGo();
      this.#opened.resolve(reply.lastRow);
    } else {
      const code = this.#isOpen ? 'UNAVAILABLE' : 'CONFIG';
      this.#fail(code, describe(reply.failed, this.#folder));
    }
  }

  #fail(code: 'UNAVAILABLE' | 'CONFIG', message: string): void {
    if (this.#failure) return;
    const error = new SpendfuseError({ code, message });
    this.#failure = error;
    const waiting = [this.#opened, ...this.#posted, this.#filling, this.#purging];
    for (const each of waiting) each?.reject(error);
    this.#onFail(error);
  }
}

function deferred<T>(): PromiseWithResolvers<T> {
  const all = Promise.withResolvers<T>();
  // A group that nobody waits for may fail too; whoever waits hears of it.
  all.promise.catch(() => {});
  return all;
}
