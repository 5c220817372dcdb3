// From the rows of a journal back to an engine, and to what is known of one id.
import { type Engine, type LedgerRecord, mintedAtMs, SpendfuseError } from '@spendfuse/core';
import type { Codec } from './codec.ts';
import { describe } from './failure.ts';
import type { JournalRow } from './messages.ts';
import type { Reader } from './reader.ts';

/** A caller's clock may be this far ahead of the ledger's when it mints an id. */
const MAX_AHEAD_MS = 10 * 60_000;

export interface Source<Meta> {
  readonly folder: string;
  readonly reader: Reader;
  readonly codec: Codec<Meta>;
}

export interface Replay<Meta> {
  readonly source: Source<Meta>;
  readonly engine: Engine<Meta>;
  /** 0: there is none. */
  readonly lastRow: number;
}

export interface Replayed {
  /** The latest time of a record; 0: there is none. */
  readonly highWaterMs: number;
}

/**
 * Applies every row, the oldest first; the next rows are read while some are applied.
 * @throws SpendfuseError `CONFIG` for a row that is missing, unreadable or does not apply.
 */
export async function replay<Meta>(task: Replay<Meta>): Promise<Replayed> {
  const { source, lastRow } = task;
  let highWaterMs = 0;
  let done = 0;
  let next = lastRow > 0 ? source.reader.rows({ kind: 'after', row: 0 }) : undefined;
  while (next) {
    const rows: readonly JournalRow[] = await next;
    const end = rows.at(-1)?.seq ?? 0;
    next = end < lastRow ? source.reader.rows({ kind: 'after', row: end }) : undefined;
    // It is awaited in the next round, if there is one.
    next?.catch(() => {});
    for (const row of rows) {
      done += 1;
      if (row.seq !== done) throw corrupt(source.folder, done, 'it is missing');
      highWaterMs = Math.max(highWaterMs, await applyRow(task, row));
    }
  }
  return { highWaterMs };
}

/** Returns the latest time in the row. */
async function applyRow<Meta>({ source, engine }: Replay<Meta>, row: JournalRow): Promise<number> {
  const records = decode(source, row);
  let latestMs = 0;
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as LedgerRecord<Meta>;
    const { id } = record;
    if (record.atMs > latestMs) latestMs = record.atMs;
    if (refersToForgotten(record, engine)) {
      const before = await recordsOf({ source, id, beforeRow: row.seq });
      engine.remember([...before, ...records.slice(0, i).filter((each) => each.id === id)]);
    }
    try {
      engine.apply(record);
    } catch (error) {
      throw corrupt(source.folder, row.seq, SpendfuseError.from(error).message);
    }
  }
  return latestMs;
}

export interface RecordsOfQuery<Meta> {
  readonly source: Source<Meta>;
  readonly id: string;
  readonly beforeRow?: number | undefined;
}

/** All durable records of one id, the oldest first. */
export async function recordsOf<Meta>(
  query: RecordsOfQuery<Meta>,
): Promise<readonly LedgerRecord<Meta>[]> {
  const { source, id, beforeRow = Number.MAX_SAFE_INTEGER } = query;
  const sinceMs = mintedAtMs(id) - MAX_AHEAD_MS;
  const rows = await source.reader.rows({ kind: 'naming', id, sinceMs, beforeRow });
  // A note says nothing of what became of the id.
  return rows
    .flatMap((row) => decode(source, row))
    .filter((record) => record.id === id && record.verb !== 'note');
}

/** @throws SpendfuseError `CONFIG` where the row is no row. */
export function decode<Meta>(
  { folder, codec }: Source<Meta>,
  row: JournalRow,
): readonly LedgerRecord<Meta>[] {
  try {
    return codec.decode(row.body);
  } catch (error) {
    throw corrupt(folder, row.seq, SpendfuseError.from(error).message);
  }
}

/** An id may be back in memory when its late end is written, and out of it when that is replayed. */
function refersToForgotten<Meta>(record: LedgerRecord<Meta>, engine: Engine<Meta>): boolean {
  const { verb } = record;
  const settles = verb === 'commit' || verb === 'release' || verb === 'expire';
  return settles && engine.find(record.id) === undefined;
}

function corrupt(folder: string, row: number, message: string): SpendfuseError {
  const failure = { kind: 'corrupt', row, message } as const;
  return new SpendfuseError({ code: 'CONFIG', message: describe(failure, folder) });
}
