// Verify: proves, with arithmetic of its own, that what is served is the sum of what was written (L12).
import { setImmediate as turn } from 'node:timers/promises';
import { Engine, type LedgerRecord, mintedAtMs, SpendfuseError } from '@spendfuse/core';
import { Carry } from './carry.ts';
import { describe, failureOf, StoreFailure } from './failure.ts';
import { idKey } from './ids.ts';
import { replay, openSnapshot } from './replay.ts';
import { isIndexed } from './row.ts';
import { type DecodedRow, Rows } from './rows.ts';
import { partsOf } from './snapshot.ts';
import { type SnapshotName, snapshotsIn } from './snapshot-file.ts';
import { Tally } from './tally.ts';
import { differences, type StandingOf } from './verify-compare.ts';

export interface Finding {
  /** Undefined: it is about no single row. */
  readonly row?: number | undefined;
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

export interface VerifyReport {
  readonly folder: string;
  /** The rows that are there: from the first after what was purged to the last. */
  readonly firstRow: number;
  readonly lastRow: number;
  readonly records: number;
  readonly counters: number;
  readonly openReservations: number;
  readonly snapshots: number;
  /** Empty: all is well. At most `MAX_FINDINGS`. */
  readonly findings: readonly Finding[];
}

export interface VerifyOptions {
  readonly folder: string;
  /** Called now and then. */
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

export interface VerifyProgress {
  /** What is done, from 0 to 1. */
  readonly share: number;
  /** Records read so far. */
  readonly count: number;
}

export const MAX_FINDINGS = 100;

const ADVICE = {
  journal: 'stop the sidecar and restore a backup: spendfuse restore <file>',
  snapshot: 'delete the file: the next start takes an earlier state',
} as const;

/** So many ids that have ended are remembered; for earlier ones the index of ids is asked. */
const MAX_FINAL = 200_000;
const ROWS_AT_ONCE = 64;
const MAX_SETTLED = 10_000;

/**
 * Reads as of one instant, so it may run beside a sidecar. Nothing is changed.
 * @throws SpendfuseError `CONFIG` where there is no journal that could be verified.
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  let rows: Rows<unknown>;
  try {
    rows = new Rows<unknown>(options.folder);
    rows.db.exec('BEGIN');
    rows.lastRow();
  } catch (cause) {
    const message = describe(failureOf(cause), options.folder);
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
  try {
    return await new Verification(rows, options).run();
  } finally {
    rows.close();
  }
}

class Verification {
  readonly #rows: Rows<unknown>;
  readonly #options: VerifyOptions;
  readonly #carry: Carry;
  readonly #tally: Tally;
  readonly #findings: Finding[] = [];
  #records = 0;
  #atMs = 0;
  /** Of the row before; undefined: it is not there any more. */
  #rowMs: number | undefined;

  constructor(rows: Rows<unknown>, options: VerifyOptions) {
    this.#rows = rows;
    this.#options = options;
    this.#carry = new Carry(rows.db);
    this.#tally = new Tally({
      counter: ({ key }) => this.#carry.counter(key),
      reservation: (id) => this.#carry.reservation(id),
      countersOf: (budget) => this.#carry.countersOf(budget),
      reservations: () => this.#carry.reservations(),
    });
  }

  async run(): Promise<VerifyReport> {
    const { folder } = this.#options;
    const firstRow = this.#rows.purged() + 1;
    const lastRow = this.#rows.lastRow();
    const snapshots = snapshotsIn(folder).toReversed();
    this.#checkFile();
    const isWhole = this.#checkDefinitions() && this.#checkCarry();
    const isRead = isWhole && (await this.#readRows({ firstRow, lastRow, snapshots }));
    let served = { counters: 0, openReservations: 0 };
    if (isRead) served = await this.#compareServed();
    const { length } = snapshots;
    const counts = { records: this.#records, snapshots: length, ...served };
    return { folder, firstRow, lastRow, ...counts, findings: this.#findings };
  }

  /** What SQLite itself can say of its file. */
  #checkFile(): void {
    this.#attempt(ADVICE.journal, () => {
      const found = this.#rows.db.prepare('PRAGMA quick_check(10)').all();
      for (const row of found) {
        const text = String(Object.values(row)[0]);
        if (text !== 'ok') this.#find(`the file is damaged: ${text}`, ADVICE.journal);
      }
    });
  }

  #checkDefinitions(): boolean {
    return this.#attempt(ADVICE.journal, () => {
      const last = this.#rows.nextNumber() - 1;
      for (let first = 0; first <= last; first += 1000) this.#rows.preload(first, first + 999);
    });
  }

  #checkCarry(): boolean {
    return this.#attempt(ADVICE.journal, () => {
      for (const _ of this.#carry.parts()) void _;
    });
  }

  /** False: the sums cannot be told, for a row is missing or cannot be read. */
  async #readRows(range: Range): Promise<boolean> {
    const { firstRow, lastRow, snapshots } = range;
    const waiting = [...snapshots];
    const compareUpTo = (row: number): void => {
      while (waiting[0] && waiting[0].row <= row) {
        this.#compareSnapshot(waiting.shift() as SnapshotName, { row, lastRow });
      }
    };
    compareUpTo(firstRow - 1);
    for (let next = firstRow; next <= lastRow; ) {
      let rows: readonly DecodedRow<unknown>[] = [];
      const max = Math.min(ROWS_AT_ONCE, lastRow - next + 1);
      if (!this.#attempt(ADVICE.journal, () => (rows = this.#rows.after(next - 1, max))))
        return false;
      if (rows.length === 0) {
        this.#find(`row ${next} is missing`, ADVICE.journal, next);
        return false;
      }
      for (const row of rows) {
        this.#readRow(row);
        compareUpTo(row.seq);
      }
      next = (rows.at(-1)?.seq ?? lastRow) + 1;
      this.#forgetFinal();
      const share = (next - firstRow) / (lastRow - firstRow + 1);
      this.#options.onProgress?.({ share, count: this.#records });
      await turn();
    }
    for (const snapshot of waiting) this.#compareSnapshot(snapshot, { row: lastRow, lastRow });
    return true;
  }

  #readRow(row: DecodedRow<unknown>): void {
    const { seq, atMs, records } = row;
    const latestMs = Math.max(...records.map((record) => record.atMs));
    // A record may have been planned a little earlier than it was written; times of rows never go back.
    const isOfRows = atMs > latestMs && atMs === (this.#rowMs ?? atMs);
    const isRight = atMs === latestMs || isOfRows;
    const faults = isRight ? [] : ['the row has another time than its records'];
    this.#rowMs = atMs;
    this.#atMs = Math.max(this.#atMs, latestMs);
    this.#records += records.length;
    for (const record of records) {
      const unfound = isIndexed(record) ? indexFault(this.#rows, record, row) : undefined;
      const senseless = this.#tally.add(record);
      for (const fault of [unfound, senseless]) if (fault !== undefined) faults.push(fault);
    }
    for (const fault of faults) this.#find(`row ${seq}: ${fault}`, ADVICE.journal, seq);
  }

  /** What was carried over as open and has ended stays known. */
  #forgetFinal(): void {
    const { final } = this.#tally;
    if (final.size <= MAX_FINAL) return;
    const carried = new Set(this.#carry.reservations().map(({ id }) => id));
    for (const id of final) if (!carried.has(id)) final.delete(id);
  }

  #compareSnapshot(
    snapshot: SnapshotName,
    { row, lastRow }: { row: number; lastRow: number },
  ): void {
    const at = `snapshot ${snapshot.path}`;
    try {
      const { head, lines } = openSnapshot(snapshot, this.#rows, lastRow);
      if (head.row !== row) throw new Error(`row ${head.row} is not there to compare it with`);
      const parts = [...lines].flatMap((line) => partsOf(line, this.#rows));
      for (const wrong of differences({ parts, expected: this.#standing(), atMs: head.atMs })) {
        this.#find(`${at}: ${wrong}`, ADVICE.snapshot);
      }
    } catch (error) {
      this.#find(`${at} cannot be used: ${(error as Error).message}`, ADVICE.snapshot);
    }
  }

  /** What a sidecar that starts now would serve, against the sums. */
  async #compareServed(): Promise<{ counters: number; openReservations: number }> {
    const { folder } = this.#options;
    const newEngine = () => new Engine<unknown>({ maxSettled: MAX_SETTLED });
    try {
      const replayed = await replay({ folder, rows: this.#rows, newEngine, warn: () => undefined });
      const parts = [...replayed.engine.dump()];
      const expected = this.#standing();
      for (const wrong of differences({ parts, expected, atMs: this.#atMs })) {
        this.#find(wrong, ADVICE.journal);
      }
      const counters = parts.filter(({ kind }) => kind === 'counter').length;
      return { counters, openReservations: replayed.engine.openCount() };
    } catch (error) {
      this.#findFailure(error, ADVICE.journal);
      return { counters: 0, openReservations: 0 };
    }
  }

  #standing(): StandingOf {
    return { tally: this.#tally, carry: this.#carry };
  }

  #attempt(advice: string, act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      this.#findFailure(error, advice);
      return false;
    }
  }

  #findFailure(error: unknown, advice: string): void {
    const failure = failureOf(error);
    const row = failure.kind === 'corrupt' ? failure.row : undefined;
    const message = error instanceof StoreFailure ? error.message : (error as Error).message;
    this.#find(row === undefined ? message : `row ${row}: ${message}`, advice, row);
  }

  #find(message: string, advice: string, row?: number): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ row, message, advice });
  }
}

interface Range {
  readonly firstRow: number;
  readonly lastRow: number;
  /** The oldest first. */
  readonly snapshots: readonly SnapshotName[];
}

/** 24 h and the lead a caller's clock may have. */
const LATEST_USE_MS = 24 * 3_600_000 + 10 * 60_000;

/** What is wrong with the index of ids for a record: each is found by its id, and begins once. */
function indexFault(
  rows: Rows<unknown>,
  record: LedgerRecord<unknown>,
  { seq, records }: DecodedRow<unknown>,
): string | undefined {
  const { id, verb, atMs } = record;
  const naming = rows.rowsNaming(idKey(id));
  if (!naming.includes(seq)) return `${id} is not found by its id`;
  if (!isBeginning(record)) return undefined;
  if (atMs - mintedAtMs(id) > LATEST_USE_MS) return `${id} was older than 24 h at its ${verb}`;
  const here = records.filter((each) => each.id === id && isBeginning(each)).length;
  const before = naming.some((row) => row < seq) ? rows.recordsOf(id, seq) : [];
  const beginnings = here + before.filter(isBeginning).length;
  return beginnings > 1 ? `${id} begins ${beginnings} times` : undefined;
}

function isBeginning({ verb }: LedgerRecord<unknown>): boolean {
  return verb === 'reserve' || verb === 'record';
}
