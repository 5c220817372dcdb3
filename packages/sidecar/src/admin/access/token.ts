// The admin token: made at the first start, kept where only its owner can read it, compared in constant time.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';

export interface AdminToken {
  /** Where it can be read; undefined: it was given by a setting. */
  readonly file: string | undefined;
  matches(given: string): boolean;
  /** Removes the file of a sidecar that keeps nothing. */
  discard(): Promise<void>;
}

export interface AdminTokenOptions {
  /** As set by the user, checked. */
  readonly token: string | undefined;
  /** Undefined: nothing is kept, so the token lies in a temporary folder as long as the sidecar runs. */
  readonly dataFolder: string | undefined;
}

const FILE = 'admin.token';
const TOKEN_BYTES = 32;

/** Shorter ones could be guessed. */
export const MIN_TOKEN_LENGTH = 32;

/** @throws SpendfuseError `CONFIG` for a token file that others can read, or that holds none. */
export async function openAdminToken(options: AdminTokenOptions): Promise<AdminToken> {
  const { token, dataFolder } = options;
  if (token !== undefined) return adminToken({ token, file: undefined });
  if (dataFolder !== undefined) {
    const file = join(dataFolder, FILE);
    return adminToken({ token: (await readToken(file)) ?? (await writeToken(file)), file });
  }
  // `mkdtemp` makes a folder that only its owner can enter.
  const folder = await mkdtemp(join(tmpdir(), 'spendfuse-admin-'));
  const file = join(folder, FILE);
  return adminToken({ token: await writeToken(file), file, temporary: folder });
}

interface Known {
  readonly token: string;
  readonly file: string | undefined;
  readonly temporary?: string;
}

function adminToken({ token, file, temporary }: Known): AdminToken {
  const hash = hashOf(token);
  return {
    file,
    matches: (given) => timingSafeEqual(hashOf(given), hash),
    discard: async () => {
      if (temporary) await rm(temporary, { recursive: true, force: true });
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Undefined: there is no file yet. */
async function readToken(file: string): Promise<string | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) return undefined;
  if (!stats.isFile()) throw config(`${file} is no file; remove it, and a new token is made`);
  if ((stats.mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw config(`${file} can be read by others; remove it, and a new token is made`);
  }
  const token = (await readFile(file, 'utf8').catch(unreadable(file))).trim();
  if (token.length >= MIN_TOKEN_LENGTH) return token;
  throw config(`${file} holds no token; remove it, and a new one is made`);
}

async function writeToken(file: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' }).catch(unreadable(file));
  // Whatever the umask has made of it.
  await chmod(file, 0o600);
  return token;
}

function unreadable(file: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const message = `${file} cannot be used (${cause.code ?? 'unknown error'}); look at its permissions`;
    throw config(message, cause);
  };
}

function config(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
