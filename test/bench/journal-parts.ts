// The store's journal is no part of a package's API: the bench alone takes it from its files.
import type { EntryMeta } from '@spendfuse/authority';
import type { LedgerRecord } from '@spendfuse/core';

interface EncoderPart {
  add(record: LedgerRecord<EntryMeta>, begun: EntryMeta | undefined): void;
  take(): { readonly packed: ArrayBuffer };
}

interface JournalPart {
  opened(): Promise<number>;
  append(record: LedgerRecord<EntryMeta>, begun: EntryMeta | undefined): void;
  /** Resolves when all that was appended is on disk. */
  durable(): Promise<void>;
  close(): Promise<void>;
}

interface JournalOptions {
  readonly data: object;
  readonly encoder: EncoderPart;
  readonly onFail: (error: Error) => void;
}

/** What a group is on disk. */
export interface GroupPart {
  readonly atMs: number;
  readonly body: Uint8Array;
  readonly keys: Float64Array;
}

export interface JournalParts {
  readonly readGroup: (packed: ArrayBuffer) => GroupPart;
  readonly Encoder: new () => EncoderPart;
  readonly Journal: new (options: JournalOptions) => JournalPart;
}

export async function loadJournal(): Promise<JournalParts> {
  const folder = new URL('../../packages/authority/dist/stores/sqlite/', import.meta.url);
  const names = ['encoder', 'journal', 'row'];
  const parts = await Promise.all(names.map((name) => import(new URL(`${name}.js`, folder).href)));
  return Object.assign({}, ...parts) as JournalParts;
}
