// Fetching a price data file from an address or a path, within bounds.
import { open } from 'node:fs/promises';
import { SpendfuseError } from '@spendfuse/core';

const MAX_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/**
 * The text at an `https:` address, at an `http:` one of this machine, or in a file.
 * @throws SpendfuseError `CONFIG` for what cannot be asked for, `UNAVAILABLE` for what did not come.
 */
export async function download(from: string): Promise<string> {
  const url = /^https?:\/\//iu.test(from) ? new URL(from) : undefined;
  if (!url) return readBounded(from);
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw wrong(`${from}: prices are taken by https only, or from this machine`);
  }
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return await textOf(from, response.body ?? []);
  } catch (error) {
    if (error instanceof SpendfuseError) throw error;
    throw unavailable(from, error);
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/u.test(hostname);
}

async function readBounded(path: string): Promise<string> {
  let file;
  try {
    file = await open(path);
    return await textOf(path, file.createReadStream({ autoClose: false }));
  } catch (error) {
    if (error instanceof SpendfuseError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw wrong(`${path}: ${reason}`, error);
  } finally {
    await file?.close();
  }
}

async function textOf(from: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw wrong(`${from}: is larger than 16 MiB, which no price data is`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function wrong(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}

/** What `fetch` says of itself is only that it failed; why is in the cause. */
function unavailable(from: string, error: unknown): SpendfuseError {
  const { message, cause, name } = error as Error;
  const told = cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : '';
  const why = name === 'TimeoutError' ? 'no answer within 30 s' : told || message;
  return new SpendfuseError({
    code: 'UNAVAILABLE',
    message: `${from}: ${why}; nothing was changed. A file can be given with --from`,
    cause: error,
  });
}
