// What has to be done when the process ends: one listener for all, as Node warns of many.
const acts = new Set<() => void>();

/** Runs `act` when the process ends by itself or by `process.exit()`; returns what takes that back. */
export function atExit(act: () => void): () => void {
  if (acts.size === 0) process.on('exit', runAll);
  acts.add(act);
  return () => {
    if (acts.delete(act) && acts.size === 0) process.off('exit', runAll);
  };
}

function runAll(): void {
  for (const act of acts) act();
}
