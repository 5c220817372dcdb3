// Retention: what is older than it goes, a few rows at a time, while verbs go on.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Purged, PurgeRequest } from './messages.ts';
import type { Snapshots } from './snapshots.ts';

export interface RetentionOptions {
  /** Undefined: nothing ever goes. */
  readonly retentionMs: number | undefined;
  readonly nowMs: () => number;
  readonly journal: {
    durable(): Promise<void>;
    purge(request: PurgeRequest): Promise<Purged>;
  };
  readonly snapshots: Snapshots;
  /** What rows add to usage outlives them, so they wait for it. */
  readonly index: { catchUp(): Promise<number> };
  readonly log: (line: string) => void;
}

const EVERY_MS = 60_000;
const PAUSE_MS = 5;

/** Ids are refused this much before their rows may go, so that no late verb meets a purge. */
const MARGIN_MS = 20 * 60_000;

export class Retention {
  readonly #options: RetentionOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
    if (options.retentionMs === undefined) return;
    this.#timer = setInterval(() => void this.run(), EVERY_MS);
    this.#timer.unref();
  }

  /** Ids that ended and were minted before are not to be touched again; undefined: none. */
  closedBeforeMs(): number | undefined {
    const { retentionMs, nowMs } = this.#options;
    return retentionMs === undefined ? undefined : nowMs() - retentionMs + MARGIN_MS;
  }

  /** Resolves when all that is due is gone, or the journal has failed. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { retentionMs, nowMs, journal, snapshots, index, log } = this.#options;
    if (retentionMs === undefined) return;
    try {
      await journal.durable();
      const indexed = await index.catchUp();
      for (;;) {
        const keepFrom = Math.min(snapshots.needsFrom(), indexed + 1);
        const { more, blocked } = await journal.purge({
          beforeMs: nowMs() - retentionMs,
          keepFrom,
        });
        // An old snapshot holds on to old rows: with two new ones it goes.
        if (blocked) await snapshots.make();
        if (!more || this.#stop.signal.aborted) return;
        await sleep(PAUSE_MS);
      }
    } catch (error) {
      // The journal tells of its own failure.
      log(`old rows were not purged: ${(error as Error).message}`);
    }
  }
}
