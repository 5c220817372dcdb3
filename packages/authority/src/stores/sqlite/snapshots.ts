// When snapshots are made: a thread makes each, so that no verb waits for it.
import { describe } from './failure.ts';
import type { SnapshotReply } from './messages.ts';
import { snapshotsIn } from './snapshot-file.ts';
import { Thread } from './thread.ts';

export interface SnapshotsOptions {
  readonly folder: string;
  /** Records after which the next one is made. */
  readonly everyRecords: number;
  readonly log: (line: string) => void;
}

/** A close makes one only for so large a part of what would start one anyway. */
const LONG_TAIL = 0.2;

export class Snapshots {
  readonly #options: SnapshotsOptions;
  /** Records since the newest. */
  #tail = 0;
  #making: Promise<void> | undefined;
  #thread: Thread<never, SnapshotReply> | undefined;
  #isEnded = false;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** So many records have become part of the journal. */
  add(records: number): void {
    this.#tail += records;
    if (this.#tail >= this.#options.everyRecords && !this.#making) void this.make();
  }

  /** The first row that the snapshots need; Infinity: there are none. */
  needsFrom(): number {
    return snapshotsIn(this.#options.folder).at(-1)?.row ?? Number.POSITIVE_INFINITY;
  }

  /** Resolves when one was made, or could not be: the next one is tried after as many records. */
  make(): Promise<void> {
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** Call it when the journal is closed. */
  async close(): Promise<void> {
    await this.#making;
    if (this.#isEnded || this.#tail < this.#options.everyRecords * LONG_TAIL) return;
    await this.make();
  }

  /** Ends at once. */
  async drop(): Promise<void> {
    this.#isEnded = true;
    await this.#thread?.terminate();
  }

  async #make(): Promise<void> {
    const { folder, log } = this.#options;
    const tail = this.#tail;
    const reply = await this.#ask();
    this.#thread = undefined;
    if (this.#isEnded) return;
    this.#tail -= tail;
    if ('failed' in reply) log(`no snapshot was made: ${describe(reply.failed, folder)}`);
    else for (const line of reply.warnings) log(line);
  }

  #ask(): Promise<SnapshotReply> {
    return new Promise((resolve) => {
      const { folder } = this.#options;
      this.#thread = new Thread({
        name: 'snapshot-thread',
        data: { folder },
        onReply: resolve,
        onEnd: ({ message }) => resolve({ failed: { kind: 'failed', message } }),
      });
      this.#thread.hold();
    });
  }
}
