// Bench parts run in processes of their own; they talk to the bench in one line of JSON each.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Part {
  /** A file of this folder. */
  readonly file: string;
  readonly args?: readonly (string | number)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

export interface BenchServer {
  /** What it printed when it was ready. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a part that prints `{"address": …}` when it is ready and runs until SIGTERM. */
export async function startServer(part: Part): Promise<BenchServer> {
  const child = launch(part);
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
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs a part to its end and reads the JSON of its last line. */
export async function runPart<Result>(part: Part): Promise<Result> {
  const child = launch(part);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${part.file} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Result;
}

function launch({ file, args = [], env = {}, nodeArgs = [] }: Part): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [...nodeArgs, path, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}
