// Times of ends and of resets, which tell in what order they came, also within one millisecond.

/**
 * A late commit replaces what a release or an expiry has left in a counter, but for what a reset has
 * taken from it since. Only times are kept of both, so an end after a reset gets a later one, and a
 * reset after an end none that is earlier.
 */
export class EndTimes {
  #latestEndMs = Number.NEGATIVE_INFINITY;
  #latestResetMs = Number.NEGATIVE_INFINITY;

  forEnd(nowMs: number): number {
    return Math.max(nowMs, this.#latestResetMs + 1);
  }

  forReset(nowMs: number): number {
    return Math.max(nowMs, this.#latestEndMs);
  }

  /** Undefined: it has not ended, or can never change again. */
  ended(atMs: number | undefined): void {
    if (atMs !== undefined && atMs > this.#latestEndMs) this.#latestEndMs = atMs;
  }

  /** Undefined: it was never reset. */
  reset(atMs: number | undefined): void {
    if (atMs !== undefined && atMs > this.#latestResetMs) this.#latestResetMs = atMs;
  }
}
