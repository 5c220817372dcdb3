// Long work in short slices: gives the event loop back before it has been held for 5 ms.
import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MS = 4;

export class Slices {
  #startedMs = performance.now();

  /** Call it often: mostly returns undefined at once, else what to wait for. */
  breathe(): Promise<void> | undefined {
    return performance.now() - this.#startedMs < SLICE_MS ? undefined : this.#rest();
  }

  async #rest(): Promise<void> {
    await nextTurn();
    this.#startedMs = performance.now();
  }
}
