// How much memory is in use, for parts that run with --expose-gc.

/** After a full collection: the heap and what lies outside it, in bytes. */
export async function usedBytes(): Promise<number> {
  // What the turn at hand still refers to is let go of first; twice, as finalizers run in between.
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
