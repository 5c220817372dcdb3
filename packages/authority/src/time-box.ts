// A stretch of work that ends by time and not by count, so that calls never wait long for it.

export interface TimeBoxOptions {
  readonly forMs: number;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/** From now on: says whether the time is up. */
export function timeBox({ forMs, now = () => performance.now() }: TimeBoxOptions): () => boolean {
  const endMs = now() + forMs;
  return () => now() >= endMs;
}
