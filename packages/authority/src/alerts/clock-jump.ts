// Clock jumps: the wall clock measured against one that only counts seconds (L10).

export interface ClockReading {
  readonly wallMs: number;
  /** Of a clock that nobody sets, from any start. */
  readonly steadyMs: number;
}

const JUMP_MS = 5 * 60_000;

/** By how much the wall clock was set between two readings, if by more than 5 minutes. */
export function clockJumpMs(before: ClockReading, now: ClockReading): number | undefined {
  const jumpMs = now.wallMs - before.wallMs - (now.steadyMs - before.steadyMs);
  return Math.abs(jumpMs) > JUMP_MS ? Math.round(jumpMs) : undefined;
}
