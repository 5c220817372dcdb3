// The index follows the journal: step by step, each step a transaction of its own.
import type { DatabaseSync } from 'node:sqlite';
import { Foreign } from './index-schema.ts';
import type { RowSource } from './index-source.ts';
import { IndexWriter } from './index-writer.ts';

export interface FollowerOptions {
  readonly db: DatabaseSync;
  readonly source: RowSource;
  /** How long usage is kept, by the time of the calls; undefined: for good. */
  readonly keepUsageMs?: number | undefined;
  /** Minutes of usage of one subject that are kept at most, the latest; undefined: all. */
  readonly maxUsageRows?: number | undefined;
  readonly nowMs: () => number;
}

interface Position {
  /** The last row that is in the index; 0: none. */
  readonly row: number;
  readonly crc: number;
  /** The first row whose entries are in the index. */
  readonly keptFrom: number;
}

/** How much goes away in one step: entries of so many rows. */
const ROWS_PURGED_AT_ONCE = 500;
const PRUNE_EVERY_MS = 60_000;

/** Contract: after a throw the follower is of no use; another one goes on from the same file. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #writer: IndexWriter;
  #position: Position;
  #pruneAfterMs = 0;

  /** @throws Foreign where the index is one of another journal. */
  constructor(options: FollowerOptions) {
    const { db, source } = options;
    this.#options = options;
    this.#writer = new IndexWriter({ db, lookUp: (id, row) => source.recordsOf(id, row) });
    this.#position = readPosition(db, source);
    this.#checkOrigin();
  }

  /** The last row that is in the index; 0: none. */
  row(): number {
    return this.#position.row;
  }

  /** Works for about `forMs`. False: there was nothing to do. */
  step(forMs: number): boolean {
    const { db, source } = this.#options;
    db.exec('BEGIN IMMEDIATE');
    try {
      const hasRead = source.lastRow() > this.#position.row && this.#read(forMs);
      const hasPurged = this.#purge() || this.#prune();
      if (hasRead || hasPurged) writePosition(db, this.#position);
      db.exec('COMMIT');
      return hasRead || hasPurged;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  /** All that is in the journal now is in the index afterwards. */
  catchUp(): void {
    const lastRow = this.#options.source.lastRow();
    while (this.#position.row < lastRow && this.step(CATCH_UP_STEP_MS));
  }

  #read(forMs: number): boolean {
    const endMs = performance.now() + forMs;
    let { row, crc } = this.#position;
    for (const next of this.#options.source.after(row)) {
      this.#writer.add(next.row, next.records);
      row = next.row;
      crc = next.crc;
      if (performance.now() >= endMs) break;
    }
    this.#writer.flush();
    const hasRead = row > this.#position.row;
    this.#position = { ...this.#position, row, crc };
    return hasRead;
  }

  /** Entries whose rows have left the journal; what they add to usage stays. */
  #purge(): boolean {
    const { db, source } = this.#options;
    const firstRow = source.firstRow();
    const { keptFrom } = this.#position;
    if (keptFrom >= firstRow) return false;
    const upTo = Math.min(firstRow, keptFrom + ROWS_PURGED_AT_ONCE);
    db.prepare('DELETE FROM entries WHERE row < ?').run(upTo);
    this.#position = { ...this.#position, keptFrom: upTo };
    return true;
  }

  #prune(): boolean {
    const { db, keepUsageMs, maxUsageRows, nowMs } = this.#options;
    const now = nowMs();
    if (now < this.#pruneAfterMs) return false;
    this.#pruneAfterMs = now + PRUNE_EVERY_MS;
    let changes: number | bigint = 0;
    if (keepUsageMs !== undefined) {
      const minute = Math.floor((now - keepUsageMs) / 60_000);
      changes = db.prepare('DELETE FROM usage WHERE minute < ?').run(minute).changes;
    }
    if (maxUsageRows !== undefined) {
      const oldest = db.prepare('SELECT minute FROM usage ORDER BY minute DESC LIMIT 1 OFFSET ?');
      const minute = oldest.get(maxUsageRows)?.['minute'] as number | undefined;
      if (minute !== undefined) {
        changes = db.prepare('DELETE FROM usage WHERE minute <= ?').run(minute).changes;
      }
    }
    return changes > 0;
  }

  /**
   * The row that was read last is in the journal, as it was, or it has left it by now. A journal that
   * ends before it, or has another row there, was restored from a backup.
   */
  #checkOrigin(): void {
    const { source } = this.#options;
    const { row, crc } = this.#position;
    if (row === 0) return;
    const now = source.crcOf(row);
    if (now === crc) return;
    if (now === undefined && row < source.firstRow()) return;
    throw new Foreign('the journal was restored from a backup');
  }
}

/** Long enough to be fast, short enough not to hold back the journal's checkpoints. */
const CATCH_UP_STEP_MS = 100;

function readPosition(db: DatabaseSync, { identity }: RowSource): Position {
  const kept = db.prepare('SELECT * FROM position').get();
  if (!kept) {
    db.prepare('INSERT INTO position VALUES (?, 0, 0, 0)').run(identity);
    return { row: 0, crc: 0, keptFrom: 0 };
  }
  if (kept['journal'] !== identity) throw new Foreign('the journal is another one');
  const { row, crc, kept_from: keptFrom } = kept as Record<string, number>;
  return { row, crc, keptFrom } as Position;
}

function writePosition(db: DatabaseSync, { row, crc, keptFrom }: Position): void {
  db.prepare('UPDATE position SET row = ?, crc = ?, kept_from = ?').run(row, crc, keptFrom);
}
