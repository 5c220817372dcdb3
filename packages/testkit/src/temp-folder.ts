// Temporary folders that remove themselves, and free TCP ports.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from './listen.ts';

export interface TempFolder extends AsyncDisposable {
  /** Absolute; exists and is empty. */
  readonly path: string;
  /** Removes the folder with all it holds; also what `await using` does. */
  remove(): Promise<void>;
}

/**
 * Makes an empty folder below the system's temporary folder. The name starts with `prefix`
 * (default `spendfuse-`), which may hold spaces to see that paths are quoted.
 */
export async function tempFolder(options: { readonly prefix?: string } = {}): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), options.prefix ?? 'spendfuse-'));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}

/** A TCP port of 127.0.0.1 that was free a moment ago; nothing reserves it. */
export async function freePort(): Promise<number> {
  const { port, close } = await listen(createServer());
  await close();
  return port;
}
