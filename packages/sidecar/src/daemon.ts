// The life of a sidecar as a process: it ends well on the first signal, at once on the second.
import { constants } from 'node:os';
import type { Sidecar } from './main.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Resolves when a signal has come and the sidecar has drained. SIGHUP reads the budgets file again. */
export async function serveUntilSignal(sidecar: Pick<Sidecar, 'reload' | 'stop'>): Promise<void> {
  const { reload } = sidecar;
  if (reload) process.on('SIGHUP', () => void reload());
  await new Promise<void>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
  });
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  await sidecar.stop();
}
