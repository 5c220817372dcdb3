// How long to wait before the next attempt: twice as long each time, never quite the same.

export interface BackOffInput {
  /** Attempts that have failed, from 1 up. */
  readonly failures: number;
  /** As the receiver asks. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 to 1. */
  readonly random: number;
}

const FIRST_MS = 1000;
const LAST_MS = 5 * 60_000;

/** From half of the step to all of it, and not before the receiver wants it (within an hour). */
export function backOffMs({ failures, retryAfterMs = 0, random }: BackOffInput): number {
  const stepMs = Math.min(LAST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.max(stepMs * (0.5 + random / 2), Math.min(retryAfterMs, 12 * LAST_MS));
}
