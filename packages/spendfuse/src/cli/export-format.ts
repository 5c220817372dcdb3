// An export as text, piece by piece, with its progress.
import { entriesHead, entriesText, type EntryFormat, type ExportBatch } from '@spendfuse/authority';
import type { Progress } from './export-progress.ts';

export type ExportFormat = EntryFormat;

export interface ExportTextsOptions {
  readonly batches: AsyncIterable<ExportBatch>;
  readonly format: ExportFormat;
  readonly progress: Pick<Progress, 'show'>;
}

/** A piece for each batch, so that an export of any length takes the memory of one. */
export async function* exportTexts(options: ExportTextsOptions): AsyncIterable<string> {
  const { batches, format, progress } = options;
  let count = 0;
  // With the first batch: where there is no ledger, nothing is written.
  let head = entriesHead(format);
  for await (const { entries, share } of batches) {
    count += entries.length;
    const text = head + entriesText(entries, format);
    head = '';
    if (text !== '') yield text;
    progress.show({ share, count });
  }
  if (head !== '') yield head;
}
