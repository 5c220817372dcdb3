// `spendfuse prices update`: newer public prices into the user's state folder, or back to the built-in.
import type { DataSet, DownloadedData, ModelChange } from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import { print } from '../output.ts';
import { changesJson, changesTable, summaryOf } from './changes.ts';
import { download } from './download.ts';
import { pricesFile } from './sources.ts';

interface UpdateFlags {
  readonly from?: string;
  readonly check?: boolean;
  readonly builtin?: boolean;
  readonly json?: boolean;
}

export async function update(flags: UpdateFlags): Promise<void> {
  const path = pricesFile();
  if (path === undefined) {
    const message = 'SPENDFUSE_PRICES is builtin, so there is no file to update; unset it';
    throw new SpendfuseError({ code: 'CONFIG', message });
  }
  if (flags.builtin) return goBack(path, flags);
  const { downloadedData, PRICE_DATA_URL, saveDownload } = await import('@spendfuse/authority');
  const from = flags.from ?? PRICE_DATA_URL;
  const before = await current(path);
  const after = downloadedData({ json: await download(from), from, nowMs: Date.now() });
  const isNew = digestOf(before) !== digestOf(after);
  const changes = isNew ? await changesBetween(before, after) : [];
  if (isNew && !flags.check) await saveDownload(path, after);
  report({ flags, before, after, isNew, changes });
}

interface Outcome {
  readonly flags: UpdateFlags;
  readonly before: DataSet;
  readonly after: DownloadedData;
  readonly isNew: boolean;
  readonly changes: readonly ModelChange[];
}

function report({ flags, before, after, isNew, changes }: Outcome): void {
  const saved = isNew && !flags.check;
  if (flags.json) {
    const { from, version } = after;
    const versions = { before: before.version, after: isNew ? version : before.version };
    print(JSON.stringify({ from, ...versions, saved, changes: changesJson(changes) }, null, 2));
    return;
  }
  if (!isNew) {
    print(`${before.version} is up to date.`);
    return;
  }
  const verb = flags.check ? 'would replace' : 'replaces';
  print(`${after.version} ${verb} ${before.version}: ${summaryOf(changes)}`);
  if (changes.length > 0) print(`\n${changesTable(changes)}`);
  if (saved) print('\nSidecars take it when they start.');
}

async function goBack(path: string, flags: UpdateFlags): Promise<void> {
  const { BUILT_IN_PRICES, removeDownload } = await import('@spendfuse/authority');
  const { version } = BUILT_IN_PRICES;
  const removed = flags.check ? false : await removeDownload(path);
  if (flags.json) print(JSON.stringify({ after: version, saved: removed }, null, 2));
  else print(removed ? `Back to the built-in ${version}.` : `${version} is built in already.`);
}

/** A damaged file is about to be replaced: what it replaces is what is in use instead. */
async function current(path: string): Promise<DataSet> {
  const { loadPriceData } = await import('@spendfuse/authority');
  return loadPriceData({ path, warn: () => undefined });
}

/** Of downloaded data the version ends with a digest of the content. */
function digestOf({ version }: DataSet): string {
  return version.slice(version.lastIndexOf('.') + 1);
}

async function changesBetween(before: DataSet, after: DataSet): Promise<readonly ModelChange[]> {
  const { compareCatalogues, createCatalogue, modelNames } = await import('@spendfuse/authority');
  return compareCatalogues({
    before: createCatalogue({ data: before }),
    after: createCatalogue({ data: after }),
    names: modelNames(before, after),
    nowMs: Date.now(),
  });
}
