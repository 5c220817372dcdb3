// Salvage: a new folder with all that is good up to the first row that is not.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { SpendfuseError } from '@spendfuse/core';
import { Carry } from './carry.ts';
import { describe, failureOf, StoreFailure } from './failure.ts';
import { idKeys } from './ids.ts';
import { type DecodedRow, Rows } from './rows.ts';
import { journalFile, openJournal } from './schema.ts';
import { Tally } from './tally.ts';

export interface SalvageOptions {
  readonly folder: string;
  /** Made; must be empty if it is there. */
  readonly target: string;
}

export interface Salvaged {
  /** The last row that is in the target. */
  readonly lastRow: number;
  /** The last row of the folder, as far as it can be told: those between are lost. */
  readonly lastRowBefore: number;
  /** Why it ends there; undefined: all rows are good. */
  readonly why: string | undefined;
}

/**
 * Changes nothing in `folder`. Snapshots are not taken over.
 * @throws SpendfuseError `CONFIG` where the folder has no journal, what was purged cannot be told any
 * more, or the target is not empty.
 */
export function salvage({ folder, target }: SalvageOptions): Salvaged {
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new SpendfuseError({
      code: 'CONFIG',
      message: `${target} is not empty; name a new folder`,
    });
  }
  const isNew = !existsSync(target);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  try {
    const rows = new Rows<unknown>(folder);
    try {
      rows.db.exec('BEGIN');
      return copy(rows, target);
    } finally {
      rows.close();
    }
  } catch (cause) {
    for (const name of readdirSync(target)) rmSync(`${target}/${name}`);
    if (isNew) rmSync(target, { recursive: true });
    const message = `nothing can be salvaged: ${describe(failureOf(cause), folder)}`;
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
}

function copy(rows: Rows<unknown>, target: string): Salvaged {
  const file = journalFile(target);
  const db = openJournal({ file, durability: 'disk', isNewAllowed: true });
  try {
    db.exec('BEGIN');
    const purged = copyPast(rows, db);
    const { lastRow, why } = copyRows(rows, db, purged);
    db.exec('COMMIT');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return { lastRow, lastRowBefore: lastRowOf(rows) ?? lastRow, why };
  } finally {
    db.close();
  }
}

/** What was purged, and definitions; a bad one is found by the row that needs it. */
function copyPast(rows: Rows<unknown>, db: DatabaseSync): number {
  const purged = rows.purged();
  for (const _ of new Carry(rows.db).parts()) void _;
  db.prepare(`UPDATE facts SET value = ? WHERE name = 'purged'`).run(String(purged));
  copyTable(rows.db, db, { table: 'carry', columns: 6 });
  copyTable(rows.db, db, { table: 'counters', columns: 4 });
  return purged;
}

function copyTable(
  from: DatabaseSync,
  to: DatabaseSync,
  { table, columns }: { readonly table: string; readonly columns: number },
): void {
  const insert = to.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`);
  for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) {
    insert.run(...(Object.values(row) as (string | number | null)[]));
  }
}

function copyRows(rows: Rows<unknown>, db: DatabaseSync, purged: number) {
  const carry = new Carry(rows.db);
  const tally = new Tally({
    counter: ({ key }) => carry.counter(key),
    reservation: (id) => carry.reservation(id),
    countersOf: (budget) => carry.countersOf(budget),
    reservations: () => carry.reservations(),
  });
  const insert = db.prepare('INSERT INTO journal (seq, at_ms, body, crc) VALUES (?, ?, ?, ?)');
  const index = db.prepare('INSERT INTO ids VALUES (?, ?)');
  let lastRow = purged;
  for (;;) {
    const next = goodRow(rows, lastRow, tally);
    if (next === undefined || typeof next === 'string') return { lastRow, why: next };
    insert.run(next.seq, next.atMs, next.body, next.crc);
    for (const key of idKeys(next.records)) index.run(key, next.seq);
    lastRow = next.seq;
  }
}

/** The row after one; why it cannot be taken; undefined: there is none. */
function goodRow(
  rows: Rows<unknown>,
  row: number,
  tally: Tally,
): DecodedRow<unknown> | string | undefined {
  try {
    const [next] = rows.after(row, 1);
    if (!next) return lastRowOf(rows) === row ? undefined : `row ${row + 1} is missing`;
    for (const record of next.records) {
      const fault = tally.add(record);
      if (fault !== undefined) return `row ${next.seq}: ${fault}`;
    }
    return next;
  } catch (error) {
    return `row ${row + 1}: ${error instanceof StoreFailure ? error.message : String(error)}`;
  }
}

/** Undefined: the file is too broken to tell. */
function lastRowOf(rows: Rows<unknown>): number | undefined {
  try {
    return rows.lastRow();
  } catch {
    return undefined;
  }
}
