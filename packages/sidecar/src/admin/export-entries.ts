// The history as a file, the oldest first: the one operation whose answer is a stream of text.
import { entriesHead, entriesText, type EntryFormat } from '@spendfuse/authority';
import { z } from 'zod';
import { readInput, withFieldNames } from './input.ts';
import type { AdminContext } from './operation.ts';
import { ENTRY_FIELD_NAMES, entryFilter } from './operations/list-entries.ts';

const input = z.strictObject({
  format: z.enum(['jsonl', 'csv']).optional().meta({ description: 'Default: jsonl' }),
  ...entryFilter,
});

export interface ExportAnswer {
  readonly format: EntryFormat;
  /** Taken as fast as they can be sent; each has whole lines. */
  readonly texts: AsyncIterable<string>;
}

export const exportEntries = {
  name: 'exportEntries',
  summary: 'The history as a file, the oldest first',
  access: 'read',
  http: { method: 'get', path: '/api/export' },
  input,
  /** The first part is there when it resolves. @throws SpendfuseError as other operations do. */
  async answer({ authority }: AdminContext, sent: unknown): Promise<ExportAnswer> {
    const read = readInput(input, sent);
    const { format = 'jsonl', from: fromMs, to: toMs, verb, label: filter } = read;
    const batches = authority.exportEntries({ fromMs, toMs, verb, filter })[Symbol.asyncIterator]();
    const first = await withFieldNames(ENTRY_FIELD_NAMES, () => batches.next());
    return { format, texts: textsOf({ first, batches, format }) };
  },
} as const;

type Batches = AsyncIterator<Parameters<typeof entriesText>[0]>;

interface TextsOptions {
  readonly first: Awaited<ReturnType<Batches['next']>>;
  readonly batches: Batches;
  readonly format: EntryFormat;
}

async function* textsOf({ first, batches, format }: TextsOptions): AsyncIterable<string> {
  try {
    const head = entriesHead(format);
    if (head !== '') yield head;
    for (let next = first; !next.done; next = await batches.next()) {
      yield entriesText(next.value, format);
    }
  } finally {
    await batches.return?.();
  }
}
