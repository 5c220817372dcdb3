// A real sidecar as a child process, started the way users start it, that tests may kill and restart.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type RunningNode, startNode, tempFolder, until } from '@spendfuse/testkit';
import { spendfuse } from './command-line.ts';

export const preload = fileURLToPath(
  new URL('../../packages/spendfuse/dist/register.cjs', import.meta.url),
);

export interface TestSidecar extends AsyncDisposable {
  /** For `SPENDFUSE_ENDPOINT`. */
  readonly endpoint: string;
  /** Of the admin API. */
  readonly origin: string;
  readonly folder: string;
  /** Starts it again on the same folder and addresses. */
  start(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  crash(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  getJson(path: string): Promise<unknown>;
  stderr(): string;
}

export interface TestSidecarOptions {
  /** The budgets file. */
  readonly config: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function startTestSidecar(options: TestSidecarOptions): Promise<TestSidecar> {
  const { config, args = [], env = {} } = options;
  const folder = await tempFolder();
  const configFile = join(folder.path, 'budgets.yaml');
  await writeFile(configFile, config);
  const endpoint = `127.0.0.1:${await freePort()}`;
  const http = `127.0.0.1:${await freePort()}`;
  const admin = `127.0.0.1:${await freePort()}`;
  const listen = ['--config', configFile, '--grpc', endpoint, '--http', http, '--admin', admin];
  const command = [spendfuse, 'up', ...listen, '--data', join(folder.path, 'data'), ...args];
  let child: RunningNode | undefined;
  let earlier = '';
  const start = async (): Promise<void> => {
    child = await startNode({ args: command, env });
    await child.waitForLine(/is up/, { timeoutMs: 20_000 });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const status = await child?.kill(signal);
    earlier += child?.stderr() ?? '';
    child = undefined;
    return status?.code ?? null;
  };
  await start();
  return {
    endpoint,
    origin: `http://${admin}`,
    folder: folder.path,
    start,
    crash: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    async getJson(path) {
      const response = await fetch(`http://${admin}${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    stderr: () => earlier + (child?.stderr() ?? ''),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await folder.remove();
    },
  };
}

/** The fields of an entry that tests read. */
export interface EntryJson {
  readonly id: string;
  readonly verb: string;
  readonly model: string | null;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
  readonly usageSource: string | null;
  readonly costNanoUsd: string | null;
  readonly heldNanoUsd: string | null;
  readonly decision: string | null;
  readonly reason: string | null;
  /** Of denials: that this entry stands for. */
  readonly count?: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface BalanceJson {
  readonly budget: string;
  readonly unit: string;
  readonly limit: string;
  readonly committed: string;
  readonly reserved: string;
}

/** Every entry of a verb with these labels, newest first, through all pages. */
export async function allEntries(
  sidecar: TestSidecar,
  verb: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<EntryJson[]> {
  const entries: EntryJson[] = [];
  const filter = Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [`label.${name}`, value]),
  );
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ ...filter, verb, limit: '1000' });
    if (cursor !== null) query.set('cursor', cursor);
    const page = (await sidecar.getJson(`/api/entries?${query.toString()}`)) as {
      entries: EntryJson[];
      next: string | null;
    };
    entries.push(...page.entries);
    cursor = page.next;
  } while (cursor !== null);
  return entries;
}

export async function balances(sidecar: TestSidecar): Promise<readonly BalanceJson[]> {
  const { balances } = (await sidecar.getJson('/api/balances')) as { balances: BalanceJson[] };
  return balances;
}

/** Waits until nothing is reserved any more. */
export async function settled(sidecar: TestSidecar): Promise<void> {
  const idle = async (): Promise<boolean> =>
    (await balances(sidecar)).every(({ reserved }) => Number(reserved) === 0);
  await until(idle, { what: 'every reservation to end', timeoutMs: 15_000 });
}
