// The thread that makes a snapshot: an engine of its own, from the one before and the rows since.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '@spendfuse/core';
import { failureOf } from './failure.ts';
import type { SnapshotData, SnapshotReply } from './messages.ts';
import { replay } from './replay.ts';
import { Rows } from './rows.ts';
import { linesOf } from './snapshot.ts';
import { tidySnapshots, writeSnapshot } from './snapshot-file.ts';

const KEPT = 2;

/** Settled ids matter only to what comes late in the rows that are replayed. */
const MAX_SETTLED = 10_000;

/** Of this thread, where a system has one for each: verbs go before it. */
const PRIORITY = 5;

async function make({ folder }: SnapshotData): Promise<SnapshotReply> {
  const numbers = new Map<string, number>();
  const rows = new Rows<unknown>(folder, {
    onDefinition: ({ number, ref: { key }, isRetired }) => {
      if (number < (numbers.get(key) ?? 0)) return;
      if (isRetired) numbers.delete(key);
      else numbers.set(key, number);
    },
  });
  try {
    // All that is read below is as of one instant.
    rows.db.exec('BEGIN');
    const warnings: string[] = [];
    const { engine, highWaterMs, lastRow, snapshotRow } = await replay<unknown>({
      folder,
      rows,
      newEngine: () => new Engine<unknown>({ maxSettled: MAX_SETTLED }),
      warn: (line) => warnings.push(line),
    });
    const last = rows.row(lastRow);
    if (!last || snapshotRow === lastRow) return { row: snapshotRow ?? 0, warnings };
    engine.forget({ nowMs: highWaterMs, max: Number.POSITIVE_INFINITY });
    const head = { journal: rows.journal(), row: lastRow, rowCrc: last.crc, atMs: highWaterMs };
    const numberOf = ({ key }: { readonly key: string }) => numbers.get(key);
    writeSnapshot(folder, head, linesOf({ parts: engine.dump(), numberOf }));
    tidySnapshots(folder, KEPT);
    return { row: lastRow, warnings };
  } finally {
    rows.close();
  }
}

if (process.platform === 'linux') setPriority(PRIORITY);
void make(workerData as SnapshotData)
  .catch((error: unknown): SnapshotReply => ({ failed: failureOf(error) }))
  .then((reply) => parentPort?.postMessage(reply));
