// What a part of the bench costs: CPU time of its threads, and how late its event loop was.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Cost {
  /** Of all threads. */
  readonly cpuMs: number;
  readonly mainThreadMs: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

export interface Meter {
  /** Counts from now. */
  reset(): void;
  read(): Cost;
}

export function startMeter(): Meter {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let all = process.cpuUsage();
  let main = process.threadCpuUsage();
  return {
    reset: () => {
      all = process.cpuUsage();
      main = process.threadCpuUsage();
      delay.reset();
    },
    read: () => ({
      cpuMs: msOf(process.cpuUsage(all)),
      mainThreadMs: msOf(process.threadCpuUsage(main)),
      loopP99Ms: delay.percentile(99) / 1e6,
      loopMaxMs: delay.max / 1e6,
    }),
  };
}

/** Answers the bench, which says when to start counting and asks what it came to. */
export function serveMeter(): { close(): void } {
  const meter = startMeter();
  process.on('message', (question) => {
    if (question === 'count') meter.reset();
    else process.send?.(meter.read());
  });
  return { close: () => process.disconnect() };
}

function msOf({ user, system }: { readonly user: number; readonly system: number }): number {
  return (user + system) / 1000;
}
