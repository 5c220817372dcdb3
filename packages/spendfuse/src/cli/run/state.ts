// Where `spendfuse run` keeps its ledger, and the sockets over which its processes meet.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';
import { type Environment, stateFolder } from '@spendfuse/sidecar/settings';

export interface RunFolder {
  /** Absolute. */
  readonly data: string;
  /** Where the sidecar takes calls. */
  readonly grpcSocket: string;
  /** Where runs meet the process that has the sidecar. */
  readonly hostSocket: string;
  readonly logFile: string;
}

/** What every system takes as the path of a unix socket (macOS: 104 bytes with the final 0). */
const MAX_SOCKET_PATH_BYTES = 103;

export interface ProjectInput {
  readonly cwd: string;
  readonly env: Environment;
}

/** One folder for each project, so that two projects do not spend each other's money. */
export function projectFolder({ cwd, env }: ProjectInput): string {
  const project = projectOf(cwd);
  const name = basename(project)
    .replace(/[^\w.-]+/gu, '-')
    .slice(0, 24);
  return join(stateFolder(env), 'run', `${name}-${hash(project)}`);
}

function projectOf(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (['package.json', '.git'].some((mark) => existsSync(join(folder, mark)))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

/** Makes the folder. @throws SpendfuseError `CONFIG` if that cannot be done. */
export async function openFolder(path: string): Promise<RunFolder> {
  const data = resolve(path);
  const inside = join(data, 'run');
  // A unix socket's path is short by nature, a data folder's need not be.
  const fits = Buffer.byteLength(join(inside, 'grpc.sock')) <= MAX_SOCKET_PATH_BYTES;
  const sockets = fits ? inside : join(tmpdir(), `spendfuse-${process.getuid?.()}-${hash(data)}`);
  try {
    for (const folder of [data, sockets]) await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const message = `data folder ${data} cannot be made (${code}); choose another with --data`;
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
  await checkPrivate(sockets);
  return {
    data,
    grpcSocket: join(sockets, 'grpc.sock'),
    hostSocket: join(sockets, 'host.sock'),
    logFile: join(data, 'sidecar.log'),
  };
}

/** Who can reach the sockets can spend, and who owns the folder can put others there. */
async function checkPrivate(folder: string): Promise<void> {
  const stats = await lstat(folder);
  const mine = process.getuid === undefined || stats.uid === process.getuid();
  if (stats.isDirectory() && mine && (stats.mode & 0o077) === 0) return;
  const message = `${folder} has to be a folder of yours that nobody else can read; remove it`;
  throw new SpendfuseError({ code: 'CONFIG', message });
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
