// A closed loop: so many callers, each sending its next call when the last is answered.
import { COUNTING } from './children.ts';
import { type Cost, startMeter } from './meter.ts';

export interface LoadOptions {
  readonly concurrency: number;
  readonly durationMs: number;
  /** Not counted. */
  readonly warmUpMs: number;
  readonly call: () => Promise<void>;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What the callers' process has spent meanwhile, for each call. */
export interface DrivenResult extends LoadResult {
  readonly cost: Cost;
}

export async function load(options: LoadOptions): Promise<DrivenResult> {
  const { concurrency, durationMs, warmUpMs, call } = options;
  const latenciesMs: number[] = [];
  const meter = startMeter();
  setTimeout(() => {
    meter.reset();
    console.log(COUNTING);
  }, warmUpMs);
  const startMs = performance.now() + warmUpMs;
  const endMs = startMs + durationMs;
  const caller = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now();
      if (sentMs >= endMs) return;
      await call();
      if (sentMs >= startMs) latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const perSecond = (latenciesMs.length / (performance.now() - startMs)) * 1000;
  return { perSecond, ...percentiles(latenciesMs), cost: meter.read() };
}

export function percentiles(values: readonly number[]): Omit<LoadResult, 'perSecond'> {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

export function median(values: readonly number[]): number {
  return percentiles(values).p50Ms;
}
