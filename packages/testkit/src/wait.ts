// Waiting for a condition in tests, with an error that says what did not happen.

import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** What is waited for, as the end of "timed out after 5000 ms waiting for …". */
  readonly what: string;
  /** Default 5000. */
  readonly timeoutMs?: number;
  /** Pause between two looks; default 5. */
  readonly intervalMs?: number;
}

/** What `until` resolves with: the value that ended the wait. */
export type Found<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * Calls the predicate until it returns something truthy, and returns that. A predicate that throws
 * (an `expect`, say) counts as "not yet".
 * @throws Error naming `what` after `timeoutMs`; its `cause` is the last thing thrown, if any.
 */
export async function until<T>(
  predicate: () => T | Promise<T>,
  options: UntilOptions,
): Promise<Found<T>> {
  const { what, timeoutMs = 5000, intervalMs = 5 } = options;
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    let thrown: unknown;
    try {
      const value = await predicate();
      if (value) {
        return value as Found<T>;
      }
    } catch (error) {
      thrown = error;
    }
    if (performance.now() >= deadlineMs) {
      const message = `timed out after ${timeoutMs} ms waiting for ${what}`;
      throw thrown === undefined
        ? new Error(message)
        : new Error(`${message}: ${describe(thrown)}`, { cause: thrown });
    }
    await delay(intervalMs);
  }
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
