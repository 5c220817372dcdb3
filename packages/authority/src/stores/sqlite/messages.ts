// What the main thread and the store's two threads say to each other.

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

/** A group to write, or the end. */
export type WriterRequest = { readonly atMs: number; readonly body: string } | 'close';

/** `lastRow` (0: none) once it is open, then `written` once a group; nothing after `failed`. */
export type WriterReply =
  | { readonly lastRow: number }
  | 'written'
  | 'closed'
  | { readonly failed: Failure };

export interface ReaderData {
  readonly folder: string;
}

export type RowQuery =
  /** The oldest first, those after a row. */
  | { readonly kind: 'after'; readonly row: number }
  /** The newest first, up to and with a row. */
  | { readonly kind: 'down-from'; readonly row: number }
  /** All before a row that name an id and have times from `sinceMs` on, the oldest first. */
  | {
      readonly kind: 'naming';
      readonly id: string;
      readonly sinceMs: number;
      readonly beforeRow: number;
    };

export interface ReaderRequest {
  readonly number: number;
  readonly query: RowQuery;
}

export interface JournalRow {
  readonly seq: number;
  readonly body: string;
}

export type ReaderReply = { readonly number: number } & (
  | { readonly rows: readonly JournalRow[] }
  | { readonly failed: Failure }
);
