// Child processes for tests: a clean environment, collected output, nothing left running.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface NodeOptions {
  /** The executable; default: the Node that runs the test. */
  readonly node?: string;
  /** Everything after the executable: flags, script, arguments of the script. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /**
   * Added to PATH, HOME and TMPDIR of the parent, the only variables that are inherited: no
   * NODE_OPTIONS, OTEL_*, SPENDFUSE_* or OPENAI_* leaks into a test. `undefined` removes one.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface RunOptions extends NodeOptions {
  /** Written to stdin, which is then closed; default: stdin is empty. */
  readonly input?: string;
  /** Default 30 000. */
  readonly timeoutMs?: number;
}

export interface ExitStatus {
  /** `null` if a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunResult extends ExitStatus {
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface RunningNode extends AsyncDisposable {
  readonly pid: number;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /**
   * The first line of stdout or stderr, past or future, that matches.
   * @throws Error with all output if the process ends or `timeoutMs` (default 10 000) passes.
   */
  waitForLine(pattern: RegExp, options?: { readonly timeoutMs?: number }): Promise<RegExpExecArray>;
  /** Writes to stdin, which stays open. */
  write(text: string): void;
  /** Sends a signal (default SIGTERM) to the process alone and waits for its end. */
  kill(signal?: NodeJS.Signals): Promise<ExitStatus>;
  /** Settles when the process has ended and no child of it holds its output open. */
  readonly exit: Promise<ExitStatus>;
}

const DEFAULT_RUN_TIMEOUT_MS = 30_000;
const DEFAULT_LINE_TIMEOUT_MS = 10_000;
const INHERITED = ['PATH', 'HOME', 'TMPDIR'];
/** Process groups to take down if the test process ends first. */
const alive = new Set<number>();

/**
 * Runs Node to its end. Any exit code is a result.
 * @throws Error with the output if it does not end within `timeoutMs`; it and its children are
 * killed then. Error if it cannot be started.
 */
export async function runNode(options: RunOptions): Promise<RunResult> {
  const { timeoutMs = DEFAULT_RUN_TIMEOUT_MS, input = '' } = options;
  const startedMs = performance.now();
  const running = await launch(options);
  running.child.stdin?.end(input);
  const timer = timeout(timeoutMs);
  try {
    const status = await Promise.race([running.exit, timer.expired]);
    if (status === undefined) {
      killGroup(running.pid);
      await running.dead;
      const what = `node ${options.args.join(' ')}`;
      throw new Error(`${what}: killed after ${timeoutMs} ms\n${running.transcript()}`);
    }
    return {
      ...status,
      stdout: running.stdout(),
      stderr: running.stderr(),
      durationMs: performance.now() - startedMs,
    };
  } finally {
    timer.cancel();
    killGroup(running.pid);
  }
}

/**
 * Starts Node and returns at once. Leaving an `await using` scope kills it and its children.
 * @throws Error if it cannot be started.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const running = await launch(options);
  const { child, exit } = running;
  const kill = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return exit;
  };
  return {
    pid: running.pid,
    stdout: () => running.stdout(),
    stderr: () => running.stderr(),
    exit,
    kill,
    write: (text) => {
      child.stdin?.write(text);
    },
    waitForLine: (pattern, { timeoutMs = DEFAULT_LINE_TIMEOUT_MS } = {}) =>
      waitForLine(running, { pattern, timeoutMs }),
    [Symbol.asyncDispose]: async () => {
      killGroup(running.pid);
      await running.dead;
    },
  };
}

interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exit: Promise<ExitStatus>;
  /** Settles when the process is gone, even if a child of it holds the output open. */
  readonly dead: Promise<void>;
  stdout(): string;
  stderr(): string;
  /** Settles when something more is written. */
  moreOutput(): Promise<undefined>;
  /** Both outputs, for error messages. */
  transcript(): string;
}

/** The process leads a group of its own, so that its children can be killed with it. */
async function launch(options: NodeOptions): Promise<Launched> {
  const child = spawn(options.node ?? process.execPath, options.args, {
    cwd: options.cwd,
    env: cleanEnv(options.env),
    stdio: 'pipe',
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  let waiting: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      const told = waiting;
      waiting = [];
      for (const tell of told) {
        tell();
      }
    });
  }
  // A process that ends without reading its stdin is no error of the test.
  child.stdin.on('error', () => {});
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      resolve(child.pid ?? 0);
    });
  });
  alive.add(pid);
  const exit = new Promise<ExitStatus>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const dead = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  return {
    child,
    pid,
    exit,
    dead,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    moreOutput: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve(undefined));
      }),
    transcript: () => `--- stdout\n${output.stdout}\n--- stderr\n${output.stderr}`,
  };
}

async function waitForLine(
  running: Launched,
  wanted: { readonly pattern: RegExp; readonly timeoutMs: number },
): Promise<RegExpExecArray> {
  const { pattern, timeoutMs } = wanted;
  const timer = timeout(timeoutMs);
  const ended = running.exit.then(({ code, signal }) => `ended with ${code ?? signal}`);
  const late = timer.expired.then(() => `said nothing like it for ${timeoutMs} ms`);
  try {
    let failure: string | undefined;
    while (failure === undefined) {
      const more = running.moreOutput();
      const match = findLine(pattern, [running.stdout(), running.stderr()].map(completeLines));
      if (match !== undefined) {
        return match;
      }
      failure = await Promise.race([more, ended, late]);
    }
    const match = findLine(pattern, [running.stdout(), running.stderr()]);
    if (match === undefined) {
      throw new Error(`no line matches ${pattern}: it ${failure}\n${running.transcript()}`);
    }
    return match;
  } finally {
    timer.cancel();
  }
}

function completeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function findLine(pattern: RegExp, texts: readonly string[]): RegExpExecArray | undefined {
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  for (const line of texts.join('\n').split('\n')) {
    const match = stateless.exec(line);
    if (match !== null) {
      return match;
    }
  }
  return undefined;
}

function cleanEnv(given: NodeOptions['env'] = {}): Record<string, string> {
  const inherited = INHERITED.map((name) => [name, process.env[name]] as const);
  const all = Object.entries({ ...Object.fromEntries(inherited), ...given });
  return Object.fromEntries(
    all.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function timeout(ms: number): { readonly expired: Promise<undefined>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return { expired, cancel: () => clearTimeout(timer) };
}

function killGroup(pid: number): void {
  alive.delete(pid);
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

process.once('exit', () => {
  for (const pid of alive) {
    killGroup(pid);
  }
});
