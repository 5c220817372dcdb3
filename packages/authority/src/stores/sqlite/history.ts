// The history of a journal: its rows from the newest down, decoded a few at a time.
import { type HistoryPage, type HistoryQuery, invalid, type LedgerRecord } from '@spendfuse/core';
import type { Reader } from './reader.ts';

/** A query that finds little ends here with a short page, so that it cannot take for ever. */
const MAX_LOOKED_AT = 50_000;

/** A record's place: its row, and its index there. */
interface Position {
  readonly row: number;
  readonly index: number;
}

/** Only what is durable is read. @throws SpendfuseError `INVALID_ARGUMENT` for a strange cursor. */
export async function readHistory<Meta>(
  reader: Reader,
  { limit, cursor, where }: HistoryQuery,
): Promise<HistoryPage<Meta>> {
  const records: LedgerRecord<Meta>[] = [];
  let { row, index: end } = parseCursor(cursor);
  let last: Position = { row, index: end };
  let lookedAt = 0;
  for (;;) {
    const rows = await reader.rows({ kind: 'down-from', row });
    if (rows.length === 0) return { records };
    for (const each of rows) {
      const all = each.records as readonly LedgerRecord<Meta>[];
      for (let index = Math.min(end, all.length) - 1; index >= 0; index--) {
        const record = all[index] as LedgerRecord<Meta>;
        lookedAt += 1;
        if (where && !where(record)) continue;
        if (records.length === limit) return { records, next: cursorOf(last) };
        records.push(record);
        last = { row: each.seq, index };
      }
      end = Number.POSITIVE_INFINITY;
      row = each.seq - 1;
    }
    if (lookedAt > MAX_LOOKED_AT) return { records, next: cursorOf({ row: row + 1, index: 0 }) };
  }
}

function cursorOf({ row, index }: Position): string {
  return `${row.toString(36)}.${index.toString(36)}`;
}

function parseCursor(cursor: string | undefined): Position {
  if (cursor === undefined)
    return { row: Number.MAX_SAFE_INTEGER, index: Number.POSITIVE_INFINITY };
  const match = /^([0-9a-z]{1,10})\.([0-9a-z]{1,10})$/.exec(cursor);
  if (!match) throw invalid('cursor', 'is none that a page gave');
  const [, row = '', index = ''] = match;
  return { row: Number.parseInt(row, 36), index: Number.parseInt(index, 36) };
}
