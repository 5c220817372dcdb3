// A clock that only moves when a test moves it, with timers that follow it.

export interface FakeClock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Lets time pass: timers that fall due run in order of their time, each seeing `now()` at that
   * time; timers they set run too if they are due within the same advance.
   * @throws RangeError for a negative step.
   */
  advance(ms: number): void;
  /**
   * Steps the wall clock to this time, forwards or back, as NTP or an administrator does. No time
   * passes: timers keep what is left of their delay and none runs.
   */
  set(ms: number): void;
  /** Calls `fn` once after `delayMs` of advances; the returned function cancels it. */
  setTimer(fn: () => void, delayMs: number): () => void;
  /** Timers that have not run and were not cancelled. */
  pendingTimers(): number;
}

interface Timer {
  readonly fn: () => void;
  readonly dueMs: number;
}

/** 2026-01-01T00:00:00Z. */
const DEFAULT_START_MS = Date.UTC(2026, 0, 1);
/** A timer that sets itself again with no delay would keep one advance busy for ever. */
const MOST_TIMERS_PER_ADVANCE = 1_000_000;

/** A clock that stands at `startMs` (default 2026-01-01 UTC). */
export function createFakeClock(startMs: number = DEFAULT_START_MS): FakeClock {
  /** Time that has passed since the clock was made; timers live on this scale. */
  let elapsedMs = 0;
  /** What to add to the elapsed time to get the wall clock. */
  let offsetMs = startMs;
  const timers = new Set<Timer>();

  const runUntil = (endMs: number) => {
    for (let count = 0; ; count += 1) {
      const next = earliest(timers);
      if (next === undefined || next.dueMs > endMs) {
        return;
      }
      if (count === MOST_TIMERS_PER_ADVANCE) {
        throw new Error(`more than ${MOST_TIMERS_PER_ADVANCE} timers ran in one advance`);
      }
      timers.delete(next);
      elapsedMs = Math.max(elapsedMs, next.dueMs);
      next.fn();
    }
  };

  return {
    now: () => offsetMs + elapsedMs,
    advance: (ms) => {
      if (!(ms >= 0)) {
        throw new RangeError(`time cannot advance by ${ms} ms`);
      }
      const endMs = elapsedMs + ms;
      runUntil(endMs);
      elapsedMs = Math.max(elapsedMs, endMs);
    },
    set: (ms) => {
      offsetMs = ms - elapsedMs;
    },
    setTimer: (fn, delayMs) => {
      const timer = { fn, dueMs: elapsedMs + Math.max(0, delayMs) };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    pendingTimers: () => timers.size,
  };
}

/** The timer due first; among equals the one set first. */
function earliest(timers: ReadonlySet<Timer>): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) {
    if (first === undefined || timer.dueMs < first.dueMs) {
      first = timer;
    }
  }
  return first;
}
