// Where the index reads records from: the journal on disk, or the latest records of a store in memory.
import { mintedAtMs } from '@spendfuse/core';
import type { EntryMeta, ReserveMeta } from '../../entry.ts';
import { Carry } from './carry.ts';
import { failureOf, StoreFailure } from './failure.ts';
import { Rows } from './rows.ts';
import type { TallyReservation } from './tally.ts';
import type { EntryRecord } from './usage-fold.ts';

export interface SourceRow {
  readonly row: number;
  /** Of its content: a row that was written anew has another one. */
  readonly crc: number;
  readonly records: readonly EntryRecord[];
}

/** Rows are numbered from 1 on without gaps; the oldest leave. */
export interface RowSource {
  readonly identity: string;
  /** The oldest that is there; one more than the last where none is. */
  firstRow(): number;
  /** 0: there was none yet. */
  lastRow(): number;
  /** Undefined: the row is not there. */
  crcOf(row: number): number | undefined;
  /** The latest time in a row; undefined: the row is not there. */
  atMsOf(row: number): number | undefined;
  /** Those after a row, the oldest first, read as they are taken. */
  after(row: number): Iterable<SourceRow>;
  /** Empty where the row is not there. */
  recordsIn(row: number): readonly EntryRecord[];
  /** What rows before one say became of an id, the oldest first. */
  recordsOf(id: string, beforeRow: number): readonly EntryRecord[];
  close(): void;
}

/** @throws StoreFailure, as every method does: whatever is wrong is not wrong with the index. */
export function openJournalSource(folder: string): RowSource {
  const rows = told(() => new Rows<EntryMeta>(folder));
  const carry = told(() => new Carry(rows.db));
  let latest: SourceRow | undefined;
  const read = (seq: number): SourceRow | undefined => {
    const stored = rows.row(seq);
    return stored && { row: seq, crc: stored.crc, records: rows.decode(stored).records };
  };
  return {
    identity: told(() => rows.journal()),
    firstRow: () => told(() => rows.purged() + 1),
    lastRow: () => told(() => rows.lastRow()),
    crcOf: (row) => told(() => rows.row(row)?.crc),
    atMsOf: (row) => told(() => rows.row(row)?.atMs),
    *after(row) {
      const first = told(() => rows.purged() + 1);
      for (let seq = Math.max(row + 1, first); ; seq++) {
        const next = told(() => read(seq));
        if (!next) return;
        yield next;
      }
    },
    recordsIn(row) {
      if (latest?.row !== row) latest = told(() => read(row));
      return latest?.records ?? [];
    },
    recordsOf: (id, beforeRow) =>
      told(() => {
        const records = rows.recordsOf(id, beforeRow);
        return records.length > 0 ? records : carriedRecords(carry.reservation(id));
      }),
    close: () => rows.close(),
  };
}

/** What a reservation whose reserve was purged has been through, as records. */
function carriedRecords(held: TallyReservation | undefined): readonly EntryRecord[] {
  if (!held) return [];
  const { id, fingerprint, expiresAtMs, state } = held;
  const atMs = mintedAtMs(id);
  const entries = held.entries.map(({ counter, bucket, amount, expireAmount }) => {
    const forgetAtMs = Number.POSITIVE_INFINITY;
    return { counter, bucket, oldestBucket: bucket, amount, expireAmount, forgetAtMs };
  });
  const meta = held.meta as ReserveMeta;
  const begun = { verb: 'reserve', id, atMs, fingerprint, expiresAtMs, entries, meta } as const;
  if (state !== 'expired') return [begun];
  const amounts = held.entries.map(({ committed }) => committed);
  const charge = { fingerprint, amounts, meta: undefined, late: false };
  return [begun, { verb: 'expire', id, atMs, ...charge }];
}

function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new StoreFailure(failureOf(error));
  }
}

/**
 * The first row with a time at or after `ms`; one more than the last where there is none. Times in a
 * journal do not go back, but for a verb that had to look up its id first: `SLACK_MS` covers that.
 */
export function firstRowSince(source: RowSource, ms: number): number {
  let low = source.firstRow();
  let high = source.lastRow() + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((source.atMsOf(middle) ?? 0) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const SLACK_MS = 60_000;

export interface MemorySourceOptions {
  readonly maxRecords: number;
  /** A row is about to leave. */
  readonly onLeave: (row: number) => void;
}

/** The latest records, in rows as they came. */
export class MemorySource implements RowSource {
  readonly identity = 'memory';
  readonly #maxRecords: number;
  readonly #onLeave: (row: number) => void;
  readonly #rows = new Map<number, readonly EntryRecord[]>();
  #first = 1;
  #last = 0;
  #records = 0;

  constructor({ maxRecords, onLeave }: MemorySourceOptions) {
    this.#maxRecords = maxRecords;
    this.#onLeave = onLeave;
  }

  add(records: readonly EntryRecord[]): void {
    this.#last += 1;
    this.#rows.set(this.#last, records);
    this.#records += records.length;
    for (;;) {
      const oldest = this.#rows.get(this.#first) ?? [];
      if (this.#records - oldest.length < this.#maxRecords) return;
      this.#onLeave(this.#first);
      this.#rows.delete(this.#first);
      this.#first += 1;
      this.#records -= oldest.length;
    }
  }

  firstRow(): number {
    return this.#first;
  }

  lastRow(): number {
    return this.#last;
  }

  crcOf(row: number): number | undefined {
    return this.#rows.has(row) ? 0 : undefined;
  }

  atMsOf(row: number): number | undefined {
    return this.#rows.get(row)?.at(-1)?.atMs;
  }

  *after(row: number): Iterable<SourceRow> {
    for (let next = Math.max(row + 1, this.#first); next <= this.#last; next++) {
      yield { row: next, crc: 0, records: this.recordsIn(next) };
    }
  }

  recordsIn(row: number): readonly EntryRecord[] {
    return this.#rows.get(row) ?? [];
  }

  recordsOf(id: string, beforeRow: number): readonly EntryRecord[] {
    const found: EntryRecord[] = [];
    for (const [row, records] of this.#rows) {
      if (row < beforeRow) found.push(...records.filter((record) => record.id === id));
    }
    return found;
  }

  close(): void {
    this.#rows.clear();
  }
}
