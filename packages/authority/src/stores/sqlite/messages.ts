// What the main thread and the store's threads say to each other.
import type { LedgerRecord } from '@spendfuse/core';
import type { Group } from './row.ts';

export type Durability = 'disk' | 'process';

/** Who has a data folder. */
export interface Owner {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  readonly command: string;
}

/** A failure as it can be posted; `kind` says who has to do something about it. */
export type Failure =
  | { readonly kind: 'owned'; readonly owner: Owner | undefined }
  /** The journal cannot be trusted; `row` is undefined where the file itself is broken. */
  | { readonly kind: 'corrupt'; readonly row: number | undefined; readonly message: string }
  /** The folder holds what is no journal of ours, or one of a later version. */
  | { readonly kind: 'foreign'; readonly message: string }
  /** SQLite or the system could not do it. */
  | { readonly kind: 'failed'; readonly message: string };

export interface WriterData {
  readonly folder: string;
  readonly durability: Durability;
  /** Whether a journal that is not there is made; not after a failure, when it must be there. */
  readonly isNewAllowed: boolean;
  readonly owner: Owner;
}

/** A group to write, or its `packed` where that is all of it; a piece of the past to purge; the end. */
export type WriterRequest = ArrayBuffer | Group | { readonly purge: PurgeRequest } | 'close';

export interface PurgeRequest {
  /** Rows older than this go. */
  readonly beforeMs: number;
  /** Rows from this one on stay: a snapshot needs them. */
  readonly keepFrom: number;
}

export interface Purged {
  /** The last row that is gone. */
  readonly purged: number;
  /** More rows may be due. */
  readonly more: boolean;
  /** More rows are due, but a snapshot needs them. */
  readonly blocked: boolean;
}

/** `lastRow` (0: none) once it is open, then `written` once a group; nothing after `failed`. */
export type WriterReply =
  | { readonly lastRow: number }
  | 'written'
  | 'closed'
  | Purged
  | { readonly failed: Failure };

export interface SnapshotData {
  readonly folder: string;
}

export type SnapshotReply =
  /** The last row that is in the newest snapshot; 0: there is none. */
  { readonly row: number; readonly warnings: readonly string[] } | { readonly failed: Failure };

export interface ReaderData {
  readonly folder: string;
}

/** All records that say what became of an id, the oldest first. */
export interface ReaderRequest {
  readonly number: number;
  readonly id: string;
}

export type ReaderReply = { readonly number: number } & (
  | { readonly records: readonly LedgerRecord<unknown>[] }
  | { readonly failed: Failure }
);
