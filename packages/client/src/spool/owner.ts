// Who writes a spool file, in the name of the file: whether that process still lives can be told by it.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in clock ticks since the machine did; 0: the system does not say. */
  readonly start: number;
}

const NAME = /^(?<host>[A-Za-z0-9-]+)\.(?<pid>\d{1,10})\.(?<start>\d{1,15})\.[0-9a-f]{16}\.jsonl$/u;

export function ownName(): string {
  const { host, pid, start } = self();
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');
  return `${host}.${pid}.${start}.${random}.jsonl`;
}

/** Undefined for a file that is none of a spool. */
export function ownerOf(name: string): Owner | undefined {
  const { host, pid, start } = NAME.exec(name)?.groups ?? {};
  if (host === undefined) return undefined;
  return { host, pid: Number(pid), start: Number(start) };
}

/** Undefined: it runs on another machine, or in another container, and cannot be looked at from here. */
export function isAlive({ host, pid, start }: Owner): boolean | undefined {
  if (host !== self().host) return undefined;
  if (!hasProcess(pid)) return false;
  const now = startOf(pid);
  // A number that was given to another process since.
  return now === 0 || start === 0 || now === start;
}

function self(): Owner {
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/gu, '-') || 'localhost';
  return { host, pid: process.pid, start: startOf(process.pid) };
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Field 22 of the line, counted after the name in brackets, which may hold anything. */
function startOf(pid: number): number {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]) || 0;
  } catch {
    return 0;
  }
}
