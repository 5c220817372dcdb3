// The process that has the sidecar of `spendfuse run`: it lives as long as a run is connected to it.
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { LocalAuthority } from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import type { Sidecar } from '@spendfuse/sidecar';
import { readSettings } from '@spendfuse/sidecar/settings';
import type { Command } from 'commander';
import type { HostFlags } from './join.ts';
import { type Totals, type Welcome, WIRE_VERSION } from './wire.ts';

/** Hidden: `spendfuse run` starts it, with its own flags as JSON. */
export function addHost(program: Command): void {
  program.command('host', { hidden: true }).argument('<flags>').action(host);
}

/** Whoever started it may be gone already. */
const FIRST_RUN_MS = 10_000;

async function host(json: string): Promise<void> {
  const flags = JSON.parse(json) as HostFlags;
  try {
    const sidecar = await open(flags);
    const runs = new Runs(sidecar, flags);
    await runs.listen();
    process.send?.({});
    await runs.ended;
  } catch (thrown) {
    const { message } = SpendfuseError.from(thrown);
    process.send?.({ failure: message });
    throw thrown;
  } finally {
    if (process.connected) process.disconnect();
  }
}

async function open({ folder, limit, config }: HostFlags): Promise<Sidecar> {
  const { data, grpcSocket } = folder;
  const settings = readSettings({
    env: process.env,
    flags: {
      configFile: config,
      dataFolder: data,
      socketPath: grpcSocket,
      grpcListen: 'none',
      httpListen: 'none',
      adminListen: 'none',
      logLevel: process.env['SPENDFUSE_LOG'] ? undefined : 'warn',
    },
  });
  const { limitBudget } = await import('@spendfuse/authority');
  const { startSidecar } = await import('@spendfuse/sidecar');
  return startSidecar({ ...settings, budgets: limit.length > 0 ? [limitBudget(limit)] : [] });
}

/** Counts of everything since the start. */
type Counts = Omit<Totals, 'balances'>;

const NOTHING: Counts = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  refused: 0,
  unpriced: 0,
};

class Runs {
  readonly #sidecar: Sidecar;
  readonly #flags: HostFlags;
  readonly #server: Server;
  readonly #connected = new Set<Socket>();
  readonly #end = Promise.withResolvers<void>();
  #counts = NOTHING;

  constructor(sidecar: Sidecar, flags: HostFlags) {
    this.#sidecar = sidecar;
    this.#flags = flags;
    // Half-open: a run closes its side first, and still waits for its totals.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#welcome(socket));
    sidecar.authority.onEvent((event) => this.#count(event));
    // The command may still have calls to settle: only its end ends the sidecar.
    for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
    process.once('SIGTERM', () => void this.#stop());
  }

  /** Resolves when the last run is over and everything is down. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  async listen(): Promise<void> {
    const { hostSocket } = this.#flags.folder;
    // Left by a host that was killed: the lock on the data folder says that there is no other now.
    await rm(hostSocket, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(hostSocket, resolve);
    });
    setTimeout(() => void this.#stopIfIdle(), FIRST_RUN_MS).unref();
  }

  #welcome(socket: Socket): void {
    const { digest, folder } = this.#flags;
    const before = this.#counts;
    this.#connected.add(socket);
    const endpoint = `unix:${folder.grpcSocket}`;
    const welcome: Welcome = { version: WIRE_VERSION, endpoint, digest };
    socket.on('error', () => undefined);
    socket.write(`${JSON.stringify(welcome)}\n`);
    socket.resume();
    // A run that was killed ends its side as well: its kernel does it.
    socket.once('end', () => void this.#farewell(socket, before));
    socket.once('close', () => void this.#farewell(socket, before));
  }

  async #farewell(socket: Socket, before: Counts): Promise<void> {
    if (!this.#connected.delete(socket)) return;
    const balances = await this.#sidecar.authority.balances({}).catch(() => []);
    const totals: Totals = { ...difference(this.#counts, before), balances };
    socket.write(`${JSON.stringify(totals)}\n`);
    await this.#stopIfIdle();
    socket.end();
  }

  async #stopIfIdle(): Promise<void> {
    if (this.#connected.size === 0) await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#server.close();
    await this.#sidecar.stop();
    this.#end.resolve();
  }

  #count(event: Parameters<Parameters<LocalAuthority['onEvent']>[0]>[0]): void {
    const counts = this.#counts;
    if (event.kind === 'commit') {
      const { usage, committed } = event;
      this.#counts = {
        ...counts,
        calls: counts.calls + 1,
        inputTokens: counts.inputTokens + usage.inputTokens,
        outputTokens: counts.outputTokens + usage.outputTokens,
        costNanoUsd: counts.costNanoUsd + (committed.costNanoUsd ?? 0),
        unpriced: counts.unpriced + (committed.costNanoUsd === undefined ? 1 : 0),
      };
    } else if (event.kind === 'decision' && event.decision.kind === 'denied') {
      this.#counts = { ...counts, refused: counts.refused + 1 };
    }
  }
}

function difference(now: Counts, before: Counts): Counts {
  return {
    calls: now.calls - before.calls,
    inputTokens: now.inputTokens - before.inputTokens,
    outputTokens: now.outputTokens - before.outputTokens,
    costNanoUsd: now.costNanoUsd - before.costNanoUsd,
    refused: now.refused - before.refused,
    unpriced: now.unpriced - before.unpriced,
  };
}
