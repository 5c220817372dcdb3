// Prints what the bench measured: ratios first, then absolutes.
import type { LoadResult } from './load.ts';

export interface PairsRow extends LoadResult {
  readonly concurrency: number;
  readonly clients: number;
}

export interface SdkRow {
  readonly bareP50Ms: number;
  readonly guardedP50Ms: number;
}

export interface Report {
  /** One unary echo a call. */
  readonly yardstick: readonly PairsRow[];
  /** One reserve and one commit a call. */
  readonly disk: readonly PairsRow[];
  readonly memory: readonly PairsRow[];
  readonly engine: LoadResult;
  readonly unary: SdkRow;
  readonly stream: SdkRow;
  readonly bareStartMs: number;
  readonly preloadStartMs: number;
}

export function printReport(report: Report): void {
  const { yardstick, disk, memory, engine, unary, stream } = report;
  const at = (rows: readonly PairsRow[], concurrency: number): LoadResult =>
    rows.find((row) => row.concurrency === concurrency && row.clients === 1) ?? engine;
  console.log('\nRatios (reserve+commit pairs against grpc-js unary no-op echoes, same run)\n');
  for (const concurrency of [1, 16, 64, 256]) {
    const echo = at(yardstick, concurrency);
    const durable = at(disk, concurrency).perSecond / echo.perSecond;
    const volatile = at(memory, concurrency).perSecond / echo.perSecond;
    console.log(
      `  ${pad(concurrency)} at a time   durable ${times(durable)}   without a journal ${times(volatile)}`,
    );
  }
  const p50 = at(disk, 1).p50Ms / at(yardstick, 1).p50Ms;
  console.log(`  p50 of a durable pair at 1 against an echo: ${times(p50)}`);
  console.log(`\n  preload, added to a unary SDK call:    ${added(unary)}`);
  console.log(`  preload, added to a streamed SDK call: ${added(stream)}`);
  const startMs = report.preloadStartMs - report.bareStartMs;
  console.log(`  preload, added to the start of a process: ${startMs.toFixed(1)} ms`);
  console.log('\nAbsolutes\n');
  table('grpc-js unary no-op echo, calls', yardstick);
  table('sidecar, SQLite store, durability disk, pairs', disk);
  table('sidecar without a journal, pairs', memory);
  console.log(`  engine alone, in one thread: ${Math.round(engine.perSecond)} pairs/s`);
  console.log(`  node start, bare: ${report.bareStartMs.toFixed(1)} ms`);
  console.log(`\n  Node ${process.version}, ${process.platform} ${process.arch}`);
}

function table(title: string, rows: readonly PairsRow[]): void {
  console.log(`  ${title}`);
  for (const { concurrency, clients, perSecond, p50Ms, p99Ms } of rows) {
    const shape = clients > 1 ? `${clients} × ${concurrency / clients}` : String(concurrency);
    const times = `p50 ${p50Ms.toFixed(3).padStart(8)} ms   p99 ${p99Ms.toFixed(3).padStart(8)} ms`;
    console.log(`    ${shape.padStart(6)}   ${pad(Math.round(perSecond), 7)}/s   ${times}`);
  }
  console.log('');
}

function added({ bareP50Ms, guardedP50Ms }: SdkRow): string {
  const addedMs = guardedP50Ms - bareP50Ms;
  return `${addedMs.toFixed(2)} ms (p50 ${bareP50Ms.toFixed(2)} → ${guardedP50Ms.toFixed(2)} ms)`;
}

function pad(value: number, width = 3): string {
  return String(value).padStart(width);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
