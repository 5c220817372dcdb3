// The entries of a data folder, whether or not a process has it open.
import { existsSync } from 'node:fs';
import { SpendfuseError } from '@spendfuse/core';
import { checkEntryFilter, type EntryFilter } from '../../entry-query.ts';
import type { ExportBatch } from '../store.ts';
import { IndexReader } from './index-reader.ts';
import { journalFile } from './schema.ts';

export interface ExportFolderOptions {
  readonly folder: string;
  readonly filter: EntryFilter;
}

/**
 * Nothing in the folder is changed. @throws SpendfuseError `INVALID_ARGUMENT` naming the field,
 * `CONFIG` where the folder has no ledger, or a corrupt one.
 */
export async function* exportFolder(options: ExportFolderOptions): AsyncIterable<ExportBatch> {
  const { folder } = options;
  const filter = checkEntryFilter(options.filter);
  if (!existsSync(journalFile(folder))) {
    const message = `data folder ${folder} has no ledger; name the one of the sidecar`;
    throw new SpendfuseError({ code: 'CONFIG', message });
  }
  const reader = new IndexReader({ data: { kind: 'read-only', folder } });
  try {
    yield* reader.exportEntries(filter);
  } finally {
    await reader.close();
  }
}
