// What the main thread and the thread of the index say to each other.
import type { ErrorCode } from '@spendfuse/core';
import type { CheckedEntryFilter, CheckedEntryQuery, EntryPage } from '../../entry-query.ts';
import type { CheckedUsageQuery, UsagePage } from '../../usage-query.ts';
import type { ExportBatch } from '../store.ts';
import type { EntryRecord } from './usage-fold.ts';

export type IndexData = {
  /** How long usage is kept; undefined: for good. */
  readonly keepUsageMs?: number | undefined;
} & (
  | { readonly kind: 'journal'; readonly folder: string }
  /** Exports only: nothing is written. */
  | { readonly kind: 'read-only'; readonly folder: string }
  | { readonly kind: 'memory'; readonly maxRecords: number; readonly maxUsageRows: number }
);

/** A question, and how it is answered. */
export interface Answers {
  readonly usage: { readonly query: CheckedUsageQuery; readonly answer: UsagePage };
  readonly entries: { readonly query: CheckedEntryQuery; readonly answer: EntryPage };
  /** The next batch of an export, which begins with the first question; undefined: there is none. */
  readonly export: {
    readonly query: { readonly stream: number; readonly filter: CheckedEntryFilter };
    readonly answer: ExportBatch | undefined;
  };
  /** Nobody will ask for the rest of an export. */
  readonly endExport: { readonly query: number; readonly answer: undefined };
  /** The last row that is in the index, after all that is in the journal was taken up. */
  readonly catchUp: { readonly query: undefined; readonly answer: number };
}

export type Question = {
  [Kind in keyof Answers]: { readonly kind: Kind; readonly query: Answers[Kind]['query'] };
}[keyof Answers];

export type IndexRequest =
  | (Question & { readonly number: number })
  /** To a store in memory: what happened since the last time. */
  | { readonly kind: 'add'; readonly records: readonly EntryRecord[] }
  | { readonly kind: 'close' };

export interface IndexFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: string | undefined;
}

export type IndexReply =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly failed: IndexFailure }
  | { readonly log: string };
