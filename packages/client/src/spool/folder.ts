// The folder of a spool: made for its user alone, and used only where nobody else can write to it.
import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { SpendfuseError } from '@spendfuse/core';

/**
 * Makes it where it is not there.
 * @throws SpendfuseError `CONFIG` where others could change what is in it; the system's own errors.
 */
export function useFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory()) throw unsafe(path, 'is no folder');
  if (!isOwn(found)) throw unsafe(path, 'belongs to another user');
  if ((found.mode & 0o022) !== 0) throw unsafe(path, 'can be written by other users: chmod 700 it');
}

/** Systems that do not know users have none to tell apart. */
export function isOwn({ uid }: Stats): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}

function unsafe(path: string, what: string): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message: `"${path}" ${what}`, field: 'spoolDir' });
}
