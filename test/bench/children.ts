// Bench parts run in processes of their own; they talk to the bench in one line of JSON each.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Cost } from './meter.ts';

export interface Part {
  /** A file of this folder. */
  readonly file: string;
  readonly args?: readonly (string | number)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** The part says by a line `{"counting":true}` that its warm-up is over. */
  readonly onCounting?: () => void;
}

export interface BenchServer {
  /** What it printed when it was ready. */
  readonly address: string;
  /** For servers with a meter. */
  count(): void;
  cost(): Promise<Cost>;
  stop(): Promise<void>;
}

/** Starts a part that prints `{"address": …}` when it is ready and runs until SIGTERM. */
export async function startServer(part: Part): Promise<BenchServer> {
  const child = launch(part, ['ignore', 'pipe', 'inherit', 'ipc']);
  const exited = once(child, 'exit');
  const ready = once(createInterface({ input: child.stdout ?? process.stdin }), 'line');
  const failed = exited.then(() => {
    throw new Error(`${part.file} ended before it was ready`);
  });
  const [line] = (await Promise.race([ready, failed])) as [string];
  const { address } = JSON.parse(line) as { address: string };
  failed.catch(() => undefined);
  return {
    address,
    count: () => void child.send('count'),
    async cost() {
      child.send('cost');
      const [cost] = (await once(child, 'message')) as [Cost];
      return cost;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs a part to its end and reads the JSON of its last line. */
export async function runPart<Result>(part: Part): Promise<Result> {
  const child = launch(part, ['ignore', 'pipe', 'inherit']);
  let last = '';
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
    if (line === COUNTING) part.onCounting?.();
    else last = line;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${part.file} ended with ${code}`);
  return JSON.parse(last) as Result;
}

/** What a part prints when its warm-up is over. */
export const COUNTING = '{"counting":true}';

type Stdio = readonly ('ignore' | 'pipe' | 'inherit' | 'ipc')[];

function launch({ file, args = [], env = {}, nodeArgs = [] }: Part, stdio: Stdio): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [...nodeArgs, path, ...args.map(String)], {
    stdio: [...stdio],
    env: { ...process.env, ...env },
  });
}
