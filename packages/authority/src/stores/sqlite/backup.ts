// Backup and restore of a data folder: one file, whole or not at all.
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';
import { describe, failureOf } from './failure.ts';
import { lockFolder } from './lock.ts';
import { journalFile, openForReading } from './schema.ts';
import { verify, type VerifyProgress, type VerifyReport } from './verify.ts';

export interface BackupOptions {
  readonly folder: string;
  readonly file: string;
  /** Replaces a file that is there. */
  readonly force?: boolean | undefined;
}

/**
 * Writes the journal of a folder to a file, as of one instant; a sidecar may go on with it meanwhile.
 * Snapshots and indexes are made anew from it. Does not return before all is done.
 * @throws SpendfuseError `CONFIG` where there is no journal, or the file is there already.
 */
export function backup({ folder, file, force = false }: BackupOptions): void {
  const target = resolve(file);
  if (!force && existsSync(target)) throw config(`${target} is there already; --force replaces it`);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    const db = openForReading(journalFile(folder));
    try {
      db.prepare('VACUUM INTO ?').run(temporary);
    } finally {
      db.close();
    }
    sync(temporary);
    renameSync(temporary, target);
    sync(dirname(target));
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw config(`no backup was written: ${describe(failureOf(cause), folder)}`, cause);
  }
}

export interface RestoreOptions {
  readonly file: string;
  readonly folder: string;
  /** Replaces what is in the folder; that is kept beside it. */
  readonly force?: boolean | undefined;
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
  readonly nowMs: number;
}

export interface Restored {
  readonly report: VerifyReport;
  /** Where the folder that was there is now; undefined: there was none. */
  readonly aside: string | undefined;
}

/**
 * Verifies the backup first, then puts it in the place of the folder.
 * @throws SpendfuseError `CONFIG` where the folder is in use, or not empty and `force` is not given, or
 * the backup does not verify; the folder is as it was then.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { file, force = false, onProgress } = options;
  const folder = resolve(options.folder);
  if (!existsSync(file)) throw config(`there is no file ${resolve(file)}`);
  const isThere = existsSync(folder) && readdirSync(folder).length > 0;
  if (isThere && !force) {
    throw config(`data folder ${folder} is not empty; --force replaces it and keeps the old one`);
  }
  const unlock = isThere ? lock(folder, options.nowMs) : undefined;
  const staging = `${folder}.restoring-${process.pid}`;
  try {
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    copyFileSync(file, journalFile(staging));
    sync(journalFile(staging));
    const report = await verify({ folder: staging, onProgress }).catch((cause: unknown) => {
      // What is wrong is wrong with the file, not with the folder it was copied to.
      throw config(
        `${resolve(file)} is corrupt, or no backup of a ledger; nothing was changed`,
        cause,
      );
    });
    const [first] = report.findings;
    if (first)
      throw config(`${resolve(file)} does not verify: ${first.message}; nothing was changed`);
    if (isThere) copyRest(folder, staging);
    const aside = isThere ? setAside(folder, options.nowMs) : undefined;
    if (!isThere) rmSync(folder, { recursive: true, force: true });
    renameSync(staging, folder);
    sync(dirname(folder));
    return { report: { ...report, folder }, aside };
  } finally {
    rmSync(staging, { recursive: true, force: true });
    unlock?.();
  }
}

/** What others keep in the folder, such as the admin token, stays; what is the ledger's does not. */
function copyRest(folder: string, staging: string): void {
  for (const name of readdirSync(folder)) {
    if (!LEDGER_FILE.test(name))
      cpSync(join(folder, name), join(staging, name), { recursive: true });
  }
}

const LEDGER_FILE = /^(?:journal|lock|index)\.db|^snapshot-/;

/** The old folder beside the new one, under a name that is free. */
function setAside(folder: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-');
  const name = `${folder}.before-${stamp}`;
  let aside = name;
  for (let n = 2; existsSync(aside); n++) aside = `${name}-${n}`;
  renameSync(folder, aside);
  return aside;
}

function lock(folder: string, nowMs: number): () => void {
  try {
    const since = new Date(nowMs).toISOString();
    return lockFolder(folder, { pid: process.pid, since, command: 'spendfuse restore' });
  } catch (cause) {
    throw config(describe(failureOf(cause), folder), cause);
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function config(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
