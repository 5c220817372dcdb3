// The journal as it is on disk, read in this thread: rows, definitions, what is known of an id.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { type CounterRef, type LedgerRecord, PlacedRef } from '@spendfuse/core';
import { Carry } from './carry.ts';
import { callOf, type DecodeOptions, decodeRow, lacksCall, withCall } from './decoder.ts';
import { corrupt, StoreFailure } from './failure.ts';
import { idKey } from './ids.ts';
import { callIn, type Definition } from './row.ts';
import { factOf, journalFile, openForReading } from './schema.ts';

/** A row as it is stored. */
export interface StoredRow {
  readonly seq: number;
  readonly atMs: number;
  readonly body: Uint8Array;
  readonly crc: number;
}

export interface DecodedRow<Meta> extends StoredRow {
  readonly records: readonly LedgerRecord<Meta>[];
}

interface DefinitionRow {
  readonly number: number;
  readonly ref: string;
  readonly crc: number;
  readonly retired: number | null;
}

export interface ReadDefinition extends Definition {
  /** No later row uses this number. */
  readonly isRetired: boolean;
}

type Depth = Pick<DecodeOptions, 'skipsMetas'>;

export interface RowsOptions {
  /** Hears of each counter whose definition was read, perhaps more than once. */
  readonly onDefinition?: ((definition: ReadDefinition) => void) | undefined;
}

const DEFINITION = 'SELECT number, ref, crc, retired FROM counters WHERE number';
const ROW = 'SELECT seq, at_ms AS atMs, body, crc FROM journal';

/** Definitions are a few hundred bytes each, and nearly all rows name the same ones. */
const MAX_DEFINITIONS = 200_000;
const MAX_DECODED = 64;

/** Every method throws StoreFailure `corrupt` where a checksum is wrong or a row is unreadable. */
export class Rows<Meta> {
  readonly db: DatabaseSync;
  readonly #after: StatementSync;
  readonly #naming: StatementSync;
  readonly #definition: StatementSync;
  readonly #onDefinition: RowsOptions['onDefinition'];
  readonly #carry: Carry;
  readonly #decoded = new Map<number, DecodedRow<Meta>>();
  #keyed: StatementSync | undefined;
  readonly #refs = new Map<number, CounterRef>();
  readonly #refOf = (number: number): CounterRef => this.ref(number);

  /** A connection of its own for a folder; a writer's own connection sees what it is about to write. */
  constructor(at: string | DatabaseSync, { onDefinition }: RowsOptions = {}) {
    this.#onDefinition = onDefinition;
    this.db = typeof at === 'string' ? openForReading(journalFile(at)) : at;
    this.#after = this.db.prepare(`${ROW} WHERE seq > ? ORDER BY seq LIMIT ?`);
    this.#naming = this.db.prepare(
      `${ROW} WHERE seq IN (SELECT row FROM ids WHERE id = ? AND row < ?) ORDER BY seq`,
    );
    this.#definition = this.db.prepare(`${DEFINITION} = ?`);
    this.#carry = new Carry(this.db);
  }

  close(): void {
    this.db.close();
  }

  journal(): string {
    return factOf(this.db, 'journal');
  }

  /** The last row that was purged; 0: none was. */
  purged(): number {
    return Number(factOf(this.db, 'purged'));
  }

  /** 0: there was none yet. */
  lastRow(): number {
    const last = this.db.prepare('SELECT max(seq) AS seq FROM journal').get();
    return (last?.['seq'] as number | null) ?? this.purged();
  }

  row(seq: number): StoredRow | undefined {
    return this.db.prepare(`${ROW} WHERE seq = ?`).get(seq) as StoredRow | undefined;
  }

  /** Those after a row, at most `max`, the oldest first; a row that is missing is an error. */
  after(row: number, max: number): readonly DecodedRow<Meta>[] {
    return [...this.#following(row, max, {})];
  }

  /** The same, each as it is taken and without what `skipsMetas` leaves out. */
  countedAfter(row: number, max: number): Iterable<DecodedRow<Meta>> {
    return this.#following(row, max, { skipsMetas: true });
  }

  *#following(row: number, max: number, depth: Depth): Generator<DecodedRow<Meta>, void> {
    let next = row;
    for (const stored of this.#after.all(row, max)) {
      next += 1;
      if (stored['seq'] !== next) throw corrupt(next, 'it is missing');
      yield this.decode(stored as unknown as StoredRow, depth);
    }
  }

  decode(row: StoredRow, depth: Depth = {}): DecodedRow<Meta> {
    checkRow(row);
    const { seq, atMs, body, crc } = row;
    try {
      const records = decodeRow<Meta>(body, { refOf: this.#refOf, ...depth });
      return { seq, atMs, body, crc, records };
    } catch (error) {
      throw error instanceof StoreFailure ? error : corrupt(row.seq, (error as Error).message);
    }
  }

  /** What rows before `beforeRow` say became of an id, the oldest first. */
  recordsOf(id: string, beforeRow = Number.MAX_SAFE_INTEGER): readonly LedgerRecord<Meta>[] {
    const stored = this.#naming.all(idKey(id), beforeRow) as unknown as StoredRow[];
    return stored.flatMap((row) => this.decode(row).records.filter((each) => isAbout(id, each)));
  }

  /** The rows in which an id of this key is named. */
  rowsNaming(key: number): readonly number[] {
    this.#keyed ??= this.db.prepare('SELECT row FROM ids WHERE id = ?');
    return this.#keyed.all(key).map(({ row }) => row as number);
  }

  /** Records with their calls, where those are written with the reserve of their id. */
  withCalls(records: readonly LedgerRecord<Meta>[]): readonly LedgerRecord<Meta>[] {
    return records.map((record) => {
      if (!lacksCall(record)) return record;
      const call = this.#callOf(record.id);
      return call === undefined ? record : withCall(record, call);
    });
  }

  #callOf(id: string): unknown {
    for (const row of this.#naming.all(idKey(id), Number.MAX_SAFE_INTEGER)) {
      const { records } = this.#cached(row as unknown as StoredRow);
      const first = records.find((each) => isAbout(id, each) && callOf(each) !== undefined);
      if (first) return callOf(first);
    }
    return callIn(this.#carry.reservation(id)?.meta);
  }

  /** Commits of one row have their reserves in few others. */
  #cached(row: StoredRow): DecodedRow<Meta> {
    let decoded = this.#decoded.get(row.seq);
    if (!decoded) {
      if (this.#decoded.size >= MAX_DECODED) this.#decoded.clear();
      decoded = this.decode(row);
      this.#decoded.set(row.seq, decoded);
    }
    return decoded;
  }

  /** Reads the definitions of many counters at once. */
  preload(first: number, last: number): void {
    const found = this.db.prepare(`${DEFINITION} BETWEEN ? AND ?`).all(first, last);
    for (const row of found) this.#define(row as unknown as DefinitionRow);
  }

  /** The number that comes after all that are in use. */
  nextNumber(): number {
    const last = this.db.prepare('SELECT max(number) AS number FROM counters').get();
    return ((last?.['number'] as number | null) ?? -1) + 1;
  }

  ref(number: number): CounterRef {
    const known = this.#refs.get(number);
    if (known) return known;
    const stored = this.#definition.get(number);
    if (!stored) throw corrupt(undefined, `counter ${number} has no definition`);
    return this.#define(stored as unknown as DefinitionRow);
  }

  #define({ number, ref: text, crc, retired }: DefinitionRow): CounterRef {
    if (crc32(`${number} ${text}`) !== crc) {
      throw corrupt(undefined, `the definition of counter ${number} has a wrong checksum`);
    }
    // Thousands of rows name it, and each time the engine looks for its counter.
    const ref = new PlacedRef(JSON.parse(text) as CounterRef);
    if (this.#refs.size >= MAX_DEFINITIONS) this.#refs.clear();
    this.#refs.set(number, ref);
    this.#onDefinition?.({ number, ref, isRetired: retired !== null });
    return ref;
  }
}

/** @throws StoreFailure `corrupt` */
export function checkRow({ seq, body, crc }: StoredRow): void {
  if (crc32(body) !== crc) throw corrupt(seq, 'its checksum is wrong');
}

/** Whether a record says what became of an id. */
export function isAbout(id: string, record: LedgerRecord<unknown>): boolean {
  // A note names an id that was never used.
  return record.id === id && record.verb !== 'note';
}
