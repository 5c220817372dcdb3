// From what is on disk back to an engine: the newest snapshot that is whole, then the rows since.
import { setImmediate as turn } from 'node:timers/promises';
import { type Engine, type LedgerRecord, SpendfuseError } from '@spendfuse/core';
import { LateValue } from './bytes-reader.ts';
import { Carry } from './carry.ts';
import { lacksCall, withCall } from './decoder.ts';
import { corrupt } from './failure.ts';
import { callIn } from './row.ts';
import type { DecodedRow, Rows } from './rows.ts';
import { partsOf } from './snapshot.ts';
import {
  readSnapshot,
  type SnapshotHead,
  type SnapshotName,
  snapshotsIn,
} from './snapshot-file.ts';

export interface ReplayOptions<Meta> {
  readonly folder: string;
  readonly rows: Rows<Meta>;
  /** An empty one: a snapshot that breaks off leaves half a state behind. */
  readonly newEngine: () => Engine<Meta>;
  /** Hears which snapshots cannot be used, and why. */
  readonly warn: (line: string) => void;
}

export interface Replayed<Meta> {
  readonly engine: Engine<Meta>;
  /** The latest time of a record; 0: there is none. */
  readonly highWaterMs: number;
  /** 0: there is none. */
  readonly lastRow: number;
  /** The row of the snapshot it began with; undefined: it began with what was purged. */
  readonly snapshotRow: number | undefined;
  /** How many records came after that. */
  readonly records: number;
}

interface Start<Meta> {
  readonly engine: Engine<Meta>;
  readonly row: number;
  readonly atMs: number;
}

const ROWS_AT_ONCE = 64;
const NUMBERS_AT_ONCE = 1000;

/**
 * Records after which what they have committed is forgotten. Nothing can change it any more, and who
 * asks for it has it looked up on disk, as after a snapshot; to keep it all takes longer than to read it.
 */
const FORGET_EVERY = 1000;

/** How long the event loop is held at most, so that a health check is answered meanwhile. */
const HOLD_MS = 10;

/** @throws StoreFailure `corrupt` for a row that is missing, unreadable or does not apply. */
export async function replay<Meta>(options: ReplayOptions<Meta>): Promise<Replayed<Meta>> {
  const { rows } = options;
  const lastRow = rows.lastRow();
  const pause = new Pause();
  const carry = new Carry(rows.db);
  const snapshot = await newestStart(options, lastRow, pause);
  const start = snapshot ?? (await purgedStart(options, pause));
  let highWaterMs = start.atMs;
  let done = start.row;
  let records = 0;
  let forgetAt = FORGET_EVERY;
  while (done < lastRow) {
    const before = done;
    for (const row of rows.countedAfter(done, Math.min(ROWS_AT_ONCE, lastRow - done))) {
      applyRow(start.engine, row, { rows, carry });
      highWaterMs = Math.max(highWaterMs, row.atMs);
      done = row.seq;
      records += row.records.length;
      if (records >= forgetAt) {
        forgetAt = records + Math.max(FORGET_EVERY, start.engine.forgetCommitted());
      }
      if (pause.isDue()) await pause.take();
    }
    if (done === before) throw corrupt(done + 1, 'it is missing');
  }
  const { engine } = start;
  engine.forgetCommitted();
  engine.reviseMetas(wholeMeta);
  return { engine, highWaterMs, lastRow, snapshotRow: snapshot?.row, records };
}

/** The newest snapshot that belongs to this journal and is whole. */
async function newestStart<Meta>(
  options: ReplayOptions<Meta>,
  lastRow: number,
  pause: Pause,
): Promise<Start<Meta> | undefined> {
  for (const snapshot of snapshotsIn(options.folder)) {
    try {
      const { head, lines } = openSnapshot(snapshot, options.rows, lastRow);
      const engine = options.newEngine();
      for (const line of lines) {
        for (const part of partsOf(line, options.rows)) engine.load(part);
        if (pause.isDue()) await pause.take();
      }
      return { engine, row: head.row, atMs: head.atMs };
    } catch (error) {
      const why = (error as Error).message;
      options.warn(`snapshot ${snapshot.path} is not used: ${why}; taking an earlier state`);
    }
  }
  return undefined;
}

/**
 * A snapshot is never trusted blindly: it says whose it is, and at which row.
 * @throws Error that says why it is not one of this journal.
 */
export function openSnapshot(snapshot: SnapshotName, rows: Rows<unknown>, lastRow: number) {
  const lines = readSnapshot(snapshot.path);
  const first = lines.next();
  if (first.done) throw new Error('it is empty');
  const head = first.value as SnapshotHead;
  if (head.journal !== rows.journal()) throw new Error('it belongs to another journal');
  if (head.row !== snapshot.row) throw new Error('its name does not say its row');
  if (head.row > lastRow) throw new Error(`the journal ends before it, at row ${lastRow}`);
  if (rows.row(head.row)?.crc !== head.rowCrc) {
    throw new Error(`row ${head.row} is not the one it was made at`);
  }
  return { head, lines };
}

async function purgedStart<Meta>(
  { rows, newEngine }: ReplayOptions<Meta>,
  pause: Pause,
): Promise<Start<Meta>> {
  const engine = newEngine();
  // No row that is left may name a carried counter, and it keeps its number all the same.
  const next = rows.purged() > 0 ? rows.nextNumber() : 0;
  for (let first = 0; first < next; first += NUMBERS_AT_ONCE) {
    rows.preload(first, first + NUMBERS_AT_ONCE - 1);
    if (pause.isDue()) await pause.take();
  }
  for (const part of new Carry(rows.db).parts<Meta>()) {
    engine.load(part);
    if (pause.isDue()) await pause.take();
  }
  return { engine, row: rows.purged(), atMs: 0 };
}

interface Earlier<Meta> {
  readonly rows: Rows<Meta>;
  readonly carry: Carry;
}

function applyRow<Meta>(
  engine: Engine<Meta>,
  { records, seq }: DecodedRow<Meta>,
  { rows, carry }: Earlier<Meta>,
): void {
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as LedgerRecord<Meta>;
    const { id } = record;
    if (refersToForgotten(record, engine)) {
      const earlier = records.slice(0, i).filter((each) => each.id === id);
      // Its first records may have been purged since.
      const held = carry.heldState<Meta>(id);
      if (held) engine.load({ kind: 'reservation', held });
      engine.remember([...rows.recordsOf(id, seq), ...earlier]);
    }
    try {
      engine.apply(lacksCall(record) ? withCall(record, callOfId(engine, id)) : record);
    } catch (error) {
      throw corrupt(seq, SpendfuseError.from(error).message);
    }
  }
}

function callOfId<Meta>(engine: Engine<Meta>, id: string): unknown {
  return callIn(wholeMeta(engine.find(id)?.meta));
}

function wholeMeta<Meta>(meta: Meta): Meta {
  return meta instanceof LateValue ? (meta.read() as Meta) : meta;
}

/** An id may be back in memory when its late end is written, and out of it when that is replayed. */
function refersToForgotten<Meta>(record: LedgerRecord<Meta>, engine: Engine<Meta>): boolean {
  const { verb } = record;
  const settles = verb === 'commit' || verb === 'release' || verb === 'expire';
  return settles && engine.find(record.id) === undefined;
}

/** Lets the event loop turn now and then. */
class Pause {
  #since = performance.now();

  isDue(): boolean {
    return performance.now() - this.#since >= HOLD_MS;
  }

  async take(): Promise<void> {
    await turn();
    this.#since = performance.now();
  }
}
