// A closed loop: so many callers, each sending its next call when the last is answered.
import { COUNTING } from './children.ts';
import { type Cost, startMeter } from './meter.ts';

export interface LoadOptions {
  readonly concurrency: number;
  readonly durationMs: number;
  readonly call: () => Promise<void>;
}

/**
 * The part of a run that is not counted. A sidecar and its callers run for days, but what the compiler
 * has not got round to yet costs a multiple: the CPU time of a pair still falls in the third second.
 */
export const WARM_UP = 0.6;

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
  const { concurrency, durationMs, call } = options;
  const warmUpMs = (durationMs * WARM_UP) / (1 - WARM_UP);
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
