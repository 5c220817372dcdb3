// Prints what the bench measured: ratios first, then absolutes.
import type { LabelMix } from './budgets.ts';
import type { LoadResult } from './load.ts';

export interface Shape {
  readonly concurrency: number;
  readonly clients: number;
  readonly mix: LabelMix;
}

/** CPU time is for each call or pair. */
export interface Measured extends LoadResult {
  /** Of the reserve alone; of the echo where there is none. */
  readonly reserveP50Ms: number;
  readonly clientUs: number;
  readonly serverMainUs: number;
  /** The journal's thread, garbage collection, … */
  readonly serverRestUs: number;
  /** How late the server's event loop was. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

export type PairsRow = Shape & Measured;

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
  console.log('\nRatios (reserve+commit pairs against grpc-js unary no-op echoes, same run)\n');
  for (const row of disk) {
    const echo = find(yardstick, { ...row, clients: 1, mix: 'recurring' });
    const durable = row.perSecond / echo.perSecond;
    const volatile = find(memory, row).perSecond / echo.perSecond;
    const name = `${nameOf(row)} at a time`.padEnd(24);
    console.log(`  ${name} durable ${times(durable)}   without a journal ${times(volatile)}`);
  }
  const one: Shape = { concurrency: 1, clients: 1, mix: 'recurring' };
  const echoP50Ms = find(yardstick, one).p50Ms;
  const p50 = (ms: number): string => times(ms / echoP50Ms);
  console.log(
    `  p50 of a durable reserve at 1 against an echo: ${p50(find(disk, one).reserveP50Ms)}`,
  );
  console.log(`  p50 of a durable pair at 1 against an echo: ${p50(find(disk, one).p50Ms)}`);
  const loopMaxMs = Math.max(...disk.map((row) => row.loopMaxMs));
  console.log(`  event loop of the sidecar, longest delay of all rows: ${loopMaxMs.toFixed(1)} ms`);
  console.log(`\n  preload, added to a unary SDK call:    ${added(unary)}`);
  console.log(`  preload, added to a streamed SDK call: ${added(stream)}`);
  const startMs = report.preloadStartMs - report.bareStartMs;
  console.log(`  preload, added to the start of a process: ${startMs.toFixed(1)} ms`);
  console.log('\nAbsolutes (CPU: client process + server main thread + its other threads)\n');
  table('grpc-js unary no-op echo, calls', yardstick);
  table('sidecar, SQLite store, durability disk, pairs', disk);
  table('sidecar without a journal, pairs', memory);
  console.log(`  engine alone, in one thread: ${Math.round(engine.perSecond)} pairs/s`);
  console.log(`  node start, bare: ${report.bareStartMs.toFixed(1)} ms`);
  console.log(`\n  Node ${process.version}, ${process.platform} ${process.arch}`);
}

function find(rows: readonly PairsRow[], { concurrency, clients, mix }: Shape): PairsRow {
  const found = rows.find(
    (row) => row.concurrency === concurrency && row.clients === clients && row.mix === mix,
  );
  if (!found) throw new Error(`no row for ${nameOf({ concurrency, clients, mix })}`);
  return found;
}

/** `64`, `16 × 4`, `64, fresh labels`. */
export function nameOf({ concurrency, clients, mix }: Shape): string {
  const callers = clients > 1 ? `${clients} × ${concurrency / clients}` : String(concurrency);
  return mix === 'fresh' ? `${callers}, fresh labels` : callers;
}

function table(title: string, rows: readonly PairsRow[]): void {
  console.log(`  ${title}`);
  for (const row of rows) {
    const { perSecond, p50Ms, p99Ms, clientUs, serverMainUs, serverRestUs } = row;
    const name = nameOf(row).padStart(16);
    const latency = `p50 ${p50Ms.toFixed(3)} p99 ${p99Ms.toFixed(3)} ms`;
    const cpu = [clientUs, serverMainUs, serverRestUs].map((us) => us.toFixed(0)).join(' + ');
    const loop = `loop p99 ${row.loopP99Ms.toFixed(1)} max ${row.loopMaxMs.toFixed(1)} ms`;
    console.log(`  ${name} ${pad(Math.round(perSecond), 7)}/s   ${latency}   ${cpu} µs   ${loop}`);
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
