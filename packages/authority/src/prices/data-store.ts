// The downloaded price data of a user: one file, replaced as a whole, checked whenever it is read.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';
import { z } from 'zod';
import { digestOf, readDataFile } from './data-file.ts';
import { BUILT_IN, type DataProvider, type DataSet } from './data-set.ts';

export { REMOTE_DATA_JSON_URL as PRICE_DATA_URL } from '@pydantic/genai-prices';

/** A data set with where it comes from. */
export interface DownloadedData extends DataSet {
  /** Address or path it was read from. */
  readonly from: string;
  /** ISO 8601. */
  readonly downloadedAt: string;
}

const envelope = z.object({
  from: z.string(),
  downloadedAt: z.iso.datetime(),
  sha256: z.string(),
  providers: z.unknown(),
});

export interface DownloadInput {
  readonly json: string;
  readonly from: string;
  readonly nowMs: number;
}

/** @throws SpendfuseError `CONFIG` where the text is no price data. */
export function downloadedData({ json, from, nowMs }: DownloadInput): DownloadedData {
  const providers = readDataFile(json);
  const downloadedAt = new Date(nowMs).toISOString();
  return { version: versionOf(providers, downloadedAt), providers, from, downloadedAt };
}

/** Undefined where nothing was downloaded. @throws SpendfuseError `CONFIG` where the file is damaged. */
export async function readDownload(path: string): Promise<DownloadedData | undefined> {
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw damaged(path, `it cannot be read (${code})`, error);
  }
  try {
    const { from, downloadedAt, sha256, providers: plain } = envelope.parse(JSON.parse(json));
    const providers = readDataFile(JSON.stringify(plain));
    if (digestOf(providers) !== sha256) throw new Error('its content is not what was downloaded');
    return { version: versionOf(providers, downloadedAt), providers, from, downloadedAt };
  } catch (error) {
    const why = error instanceof SpendfuseError ? error.message : shortReason(error);
    throw damaged(path, why, error);
  }
}

/** Readers see the old file or the new one, never half of one. */
export async function saveDownload(path: string, data: DownloadedData): Promise<void> {
  const { providers, from, downloadedAt } = data;
  const text = JSON.stringify({ from, downloadedAt, sha256: digestOf(providers), providers });
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(beside, text, { mode: 0o600, flush: true });
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const message = `the price data cannot be written to ${path} (${code})`;
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
}

/** Whether there was something to remove. */
export async function removeDownload(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

export interface LoadPriceDataOptions {
  /** Of the downloaded data; undefined: the built-in data. */
  readonly path?: string | undefined;
  /** Told why the downloaded data is not used. */
  readonly warn: (message: string) => void;
}

/** What a catalogue is made of: the downloaded data, else (or where that is damaged) the built-in. */
export async function loadPriceData({ path, warn }: LoadPriceDataOptions): Promise<DataSet> {
  if (path === undefined) return BUILT_IN;
  try {
    return (await readDownload(path)) ?? BUILT_IN;
  } catch (error) {
    const { message } = SpendfuseError.from(error);
    warn(`${message}; the built-in prices (${BUILT_IN.version}) are used`);
    return BUILT_IN;
  }
}

function versionOf(providers: readonly DataProvider[], downloadedAt: string): string {
  return `genai-prices@${downloadedAt.slice(0, 10)}.${digestOf(providers).slice(0, 8)}`;
}

function shortReason(error: unknown): string {
  return error instanceof z.ZodError || error instanceof SyntaxError
    ? 'it is not as it was written'
    : (error as Error).message;
}

function damaged(path: string, why: string, cause: unknown): SpendfuseError {
  const message = `${path} is damaged: ${why}; run \`spendfuse prices update\` again`;
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
