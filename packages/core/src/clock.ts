// PORT: the time, as an argument.

export interface Clock {
  /** Milliseconds since the epoch. May jump either way: see `monotonic`. */
  now(): number;
}

/** A clock that never goes back: the larger of the wall clock and the latest time it has shown (L10). */
export interface MonotonicClock extends Clock {
  /** Raises the low bound, to what a store last wrote down. */
  atLeast(ms: number): void;
}

export function monotonic(wall: Clock): MonotonicClock {
  let highWaterMs = 0;
  return {
    now() {
      const ms = wall.now();
      if (ms > highWaterMs) highWaterMs = ms;
      return highWaterMs;
    },
    atLeast(ms) {
      if (ms > highWaterMs) highWaterMs = ms;
    },
  };
}
