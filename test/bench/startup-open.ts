// Opens an authority over a data folder, in a fresh process: how long until it is ready, and its memory.
import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createCatalogue, openAuthority } from '@spendfuse/authority';
import { benchBudgets } from './budgets.ts';

export interface Opened {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  /** Rows of the journal since the snapshot, and all. */
  readonly tailRows: number;
  readonly rows: number;
}

const [folder = ''] = process.argv.slice(2);
const journal = rowsIn(folder);
const catalogue = createCatalogue();
const cpu = process.cpuUsage();
const startMs = performance.now();
const authority = await openAuthority({ dataFolder: folder, budgets: benchBudgets, catalogue });
const readyMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(cpu);
const peakMb = process.resourceUsage().maxRSS / 1024;
await authority.close();
const opened: Opened = { readyMs, cpuMs: (user + system) / 1000, peakMb, ...journal };
console.log(JSON.stringify(opened));

function rowsIn(dataFolder: string): Pick<Opened, 'rows' | 'tailRows'> {
  const db = new DatabaseSync(`${dataFolder}/journal.db`, { readOnly: true });
  const rows = db.prepare('SELECT max(seq) AS rows FROM journal').get()?.['rows'] as number;
  db.close();
  const snapshots = readdirSync(dataFolder).map(
    (name) => /^snapshot-(\d+)\.jsonl$/.exec(name)?.[1],
  );
  const newest = Math.max(0, ...snapshots.map((row) => Number(row ?? 0)));
  return { rows, tailRows: rows - newest };
}
