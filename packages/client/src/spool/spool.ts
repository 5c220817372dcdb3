// What could not be delivered yet, in a file as well: for the next process, should this one end first.
import type { OpenCall } from '../call.ts';
import type { Log } from '../log.ts';
import { SpoolFile } from './file.ts';
import { lineOf } from './line.ts';

export interface SpoolOptions {
  readonly folder: string;
  /** All calls that settle and have no answer. */
  readonly open: () => readonly OpenCall[];
  readonly log: Log | undefined;
}

/** More than 10,000 calls with a dozen labels each. */
const MAX_BYTES = 32 * 1024 * 1024;
/** After trouble with the file. */
const RETRY_MS = 1000;

/**
 * The file is there as long as any call in it has no answer. What it cannot take is in memory still:
 * trouble with it is told once, and never disturbs a call.
 */
export class Spool {
  readonly #options: SpoolOptions;
  #file: SpoolFile | undefined;
  /** In the file, without an answer. */
  #kept = 0;
  #isLeft = false;
  #retryAtMs = 0;
  #hasWarned = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Whether all of them are in a file now. */
  keep(calls: readonly OpenCall[]): boolean {
    const unkept = calls.filter(({ kept }) => kept === 'no');
    if (this.#isLeft || performance.now() < this.#retryAtMs) return unkept.length === 0;
    try {
      if (this.#file?.isGone) this.#startAnew();
      const isKept = unkept.length === 0 || this.#write(unkept);
      if (!isKept) this.#warn(`it would be larger than ${MAX_BYTES / 1024 ** 2} MiB`);
      return isKept;
    } catch (error) {
      // Every call that is made meanwhile would try in vain, with all that wait.
      this.#retryAtMs = performance.now() + RETRY_MS;
      this.#warn((error as Error).message);
      return false;
    }
  }

  /** The call is over. */
  forget(call: OpenCall): void {
    if (call.kept !== 'own' || this.#isLeft) return;
    this.#kept -= 1;
    if (this.#kept > 0) return;
    const file = this.#file;
    this.#file = undefined;
    this.#try(() => file?.remove());
  }

  /** As `keep`; then nothing more is written or removed: what is in the file is for another process. */
  leave(calls: readonly OpenCall[]): boolean {
    this.#retryAtMs = 0;
    const areKept = this.keep(calls);
    if (!this.#isLeft) this.#try(() => this.#file?.close());
    this.#isLeft = true;
    return areKept;
  }

  #write(calls: readonly OpenCall[]): boolean {
    const lines = calls.map(lineOf).join('');
    const size = Buffer.byteLength(lines);
    // Most of what is in a large file may have its answer.
    if (this.#file && this.#file.bytes + size > MAX_BYTES) this.#startAnew();
    if ((this.#file?.bytes ?? 0) + size > MAX_BYTES) return false;
    this.#file ??= new SpoolFile(this.#options.folder);
    this.#file.append(lines);
    for (const call of calls) call.kept = 'own';
    this.#kept += calls.length;
    return true;
  }

  /** With those that have no answer, and without all others. */
  #startAnew(): void {
    const former = this.#file;
    const open = this.#options.open().filter(({ kept }) => kept === 'own');
    for (const call of open) call.kept = 'no';
    this.#file = undefined;
    this.#kept = 0;
    try {
      if (open.length > 0) this.#write(open);
    } finally {
      this.#try(() => former?.remove());
    }
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#warn((error as Error).message);
    }
  }

  #warn(reason: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const { folder, log } = this.#options;
    log?.warn('the spool folder cannot be used; calls are kept in memory only', { folder, reason });
  }
}
