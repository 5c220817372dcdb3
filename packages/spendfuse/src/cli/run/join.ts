// Joins the process that has the sidecar of a folder, or starts it; the connection is its lifeline.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { SpendfuseError } from '@spendfuse/core';
import type { RunFolder } from './state.ts';
import { type Totals, type Welcome, WIRE_VERSION } from './wire.ts';

export interface HostFlags {
  readonly folder: RunFolder;
  /** Of the budgets this run asks for. */
  readonly digest: string;
  readonly limit: readonly string[];
  readonly config: string | undefined;
}

export interface Line {
  readonly endpoint: string;
  /** Ends the run; resolves when the host has counted it and, for its last run, has stopped. */
  finish(): Promise<Totals | undefined>;
}

/** The other's start or end that a run may have to sit out. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 200;
/** Of a data folder, as the authority says it. */
const IN_USE = / is in use by /u;

/** @throws SpendfuseError `CONFIG` if the folder cannot be used, or is used with other budgets. */
export async function joinHost(flags: HostFlags): Promise<Line> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const line = await openLine(flags);
    if (line) return line;
    const failure = await startHost(flags);
    if (failure === undefined) continue;
    // Two runs that start at once, or one that starts while another ends: soon one of them can be
    // joined, or the folder is free.
    if (!IN_USE.test(failure) || performance.now() > deadlineMs) {
      throw new SpendfuseError({ code: 'CONFIG', message: failure });
    }
    await delay(PAUSE_MS);
  }
}

/** Undefined: nobody is there. */
async function openLine({ folder, digest }: HostFlags): Promise<Line | undefined> {
  const socket = connect(folder.hostSocket);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  socket.on('error', () => undefined);
  const first = await nextLine(lines);
  if (first === undefined) return undefined;
  const welcome = JSON.parse(first) as Welcome;
  if (welcome.version !== WIRE_VERSION || welcome.digest !== digest) {
    socket.destroy();
    throw new SpendfuseError({ code: 'CONFIG', message: inUse(folder, welcome) });
  }
  return { endpoint: welcome.endpoint, finish: () => closeLine(socket, lines) };
}

async function closeLine(
  socket: Socket,
  lines: AsyncIterator<string>,
): Promise<Totals | undefined> {
  const closed = socket.closed ? undefined : once(socket, 'close');
  socket.end();
  const last = await nextLine(lines);
  await closed;
  return last === undefined ? undefined : (JSON.parse(last) as Totals);
}

/** Undefined at the end, however the connection ended. */
async function nextLine(lines: AsyncIterator<string>): Promise<string | undefined> {
  const next = await lines.next().catch(() => undefined);
  return next === undefined || next.done ? undefined : next.value;
}

function inUse({ data }: RunFolder, { version }: Welcome): string {
  const what = version === WIRE_VERSION ? 'other budgets' : 'another version of Spendfuse';
  return `a run with ${what} is using ${data}; wait for its end, or choose another with --data`;
}

/** Undefined: it is there. Otherwise why not, in one line. */
async function startHost({
  folder,
  digest,
  limit,
  config,
}: HostFlags): Promise<string | undefined> {
  const log = openSync(folder.logFile, 'a', 0o600);
  const args = [
    ...process.execArgv,
    process.argv[1] ?? '',
    'host',
    JSON.stringify({ folder, digest, limit, config }),
  ];
  // In a group of its own: an interrupt from the terminal is for the command, which still has to
  // settle its calls.
  const host = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  closeSync(log);
  const failure = await new Promise<string | undefined>((resolve) => {
    host.once('message', (message: { readonly failure?: string }) => resolve(message.failure));
    host.once('error', (error) => resolve(error.message));
    host.once('exit', (code) => resolve(`the sidecar ended with ${code}; see ${folder.logFile}`));
  });
  if (host.connected) host.disconnect();
  host.unref();
  return failure;
}
