// Delivers what processes that are dead have left in a spool folder, and removes it.
import { lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { isOwn, useFolder } from './folder.ts';
import { readLine, type SpooledCall } from './line.ts';
import { isAlive, ownerOf, ownName } from './owner.ts';

export interface TakeOverOptions {
  readonly folder: string;
  /** Resolves when there is an answer, of whatever kind; rejects when there will be none. */
  readonly deliver: (call: SpooledCall) => Promise<void>;
  readonly log: Log | undefined;
}

/** A process that cannot be looked at is taken for dead when its file has not changed for so long. */
export const STALE_MS = 600_000;
/** Twice what a process writes: more is none of ours. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Delivered at once: what this process has to say itself must get through too. */
const AT_ONCE = 200;

/**
 * Never rejects. Where two processes start at once, renaming a file is what only one of them can do;
 * its new name is one of this process, so that it is taken over in turn should this one die as well. A
 * process wrongly taken for dead loses nothing: it notices, and writes all it has to a new file. What
 * is then delivered twice has the same id.
 */
export async function takeOver(options: TakeOverOptions): Promise<void> {
  const { folder, log } = options;
  try {
    useFolder(folder);
    for (const name of await readdir(folder)) {
      const path = await takenFile(options, name);
      if (path !== undefined) await deliverFile(options, path);
    }
  } catch (error) {
    const reason = (error as Error).message;
    log?.warn('what other processes left in the spool cannot be delivered', { folder, reason });
  }
}

/** Its new path, where it was one of a dead process and nobody was quicker. */
async function takenFile(
  { folder, log }: TakeOverOptions,
  name: string,
): Promise<string | undefined> {
  const owner = ownerOf(name);
  const isOwnerAlive = owner && isAlive(owner);
  if (!owner || isOwnerAlive) return undefined;
  const path = join(folder, name);
  try {
    const found = await lstat(path);
    if (!found.isFile() || !isOwn(found) || found.size > MAX_BYTES) {
      const reason = 'it is no file of this user, or too large';
      log?.warn('a file in the spool folder is left alone', { file: name, reason });
      return undefined;
    }
    if (isOwnerAlive === undefined && Date.now() - found.mtimeMs < STALE_MS) return undefined;
    const taken = join(folder, ownName());
    await rename(path, taken);
    return taken;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removed when every call in it has had its answer. */
async function deliverFile({ deliver, log }: TakeOverOptions, path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const bytes = await file.readFile();
    const text = bytes.toString();
    const lines = text.split('\n').filter((line) => line !== '');
    const calls = lines.map(readLine).filter((call) => call !== undefined);
    const unread = lines.length - calls.length - (text.endsWith('\n') ? 0 : 1);
    if (unread > 0) log?.warn('lines of a spool file cannot be read', { unread });
    for (let i = 0; i < calls.length; i += AT_ONCE) {
      const answers = await Promise.allSettled(calls.slice(i, i + AT_ONCE).map(deliver));
      if (answers.some(({ status }) => status === 'rejected')) return;
    }
    // Of a process that lives after all, more may have come meanwhile.
    if ((await file.stat()).size === bytes.length) await unlink(path);
  } finally {
    await file.close();
  }
}
