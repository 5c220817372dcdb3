// Entries from the journal itself, the oldest first: needs no index, and no more memory for more rows.
import { entryOf, isEntry, verbOf } from '../../entries.ts';
import type { Entry } from '../../entry.ts';
import type { CheckedEntryFilter } from '../../entry-query.ts';
import { matchesFilter } from '../../subject-filter.ts';
import type { ExportBatch } from '../store.ts';
import { firstRowSince, type RowSource, SLACK_MS, type SourceRow } from './index-source.ts';
import { CallTracker } from './usage-fold.ts';

/** A batch ends after so many entries, or so many records that were looked at. */
const MAX_ENTRIES = 1000;
const MAX_LOOKED_AT = 5000;

/** Most calls that end in the range began so shortly before it; others are looked up. */
const LEAD_MS = 10 * 60_000;

/** What is in the journal when it begins, as far as it has not left it by the time it is reached. */
export function* exportEntries(
  source: RowSource,
  filter: CheckedEntryFilter,
): Iterable<ExportBatch> {
  const { fromMs, toMs } = filter;
  const first = firstRowSince(source, fromMs - LEAD_MS);
  const last = Math.min(source.lastRow(), firstRowSince(source, toMs + SLACK_MS));
  const calls = new CallTracker({ lookUp: (id, row) => source.recordsOf(id, row) });
  let entries: Entry[] = [];
  let lookedAt = 0;
  for (let next = first; next <= last; ) {
    // Each batch reads anew: a reader that stays holds back the journal's checkpoints.
    for (const row of source.after(next - 1)) {
      if (row.row > last) break;
      entries.push(...entriesOf(row, { calls, filter }));
      next = row.row + 1;
      lookedAt += row.records.length;
      if (entries.length >= MAX_ENTRIES || lookedAt >= MAX_LOOKED_AT) break;
    }
    if (lookedAt === 0) return;
    yield { entries, share: (next - first) / (last - first + 1) };
    entries = [];
    lookedAt = 0;
  }
}

interface Reading {
  readonly calls: CallTracker;
  readonly filter: CheckedEntryFilter;
}

function entriesOf({ row, records }: SourceRow, { calls, filter }: Reading): readonly Entry[] {
  const { fromMs, toMs, verbs, filter: wanted } = filter;
  const isAny = Object.keys(wanted).length === 0;
  const entries: Entry[] = [];
  for (const [at, record] of records.entries()) {
    const { after } = calls.read({ row, at, records });
    if (record.atMs < fromMs || record.atMs >= toMs) continue;
    if (!isEntry(record)) continue;
    if (verbs.length > 0 && !verbs.includes(verbOf(record))) continue;
    if (!isAny && !(after && matchesFilter(after.call, wanted))) continue;
    const chargedNanoUsd = after?.counts.costNanoUsd;
    entries.push(entryOf(record, { call: after?.call, chargedNanoUsd }));
  }
  return entries;
}
