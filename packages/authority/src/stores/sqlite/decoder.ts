// Rows to records: needs only the definitions of the counters that the row names.
import type { CounterRef, LedgerRecord, RecordedEntry } from '@spendfuse/core';
import { CALL, FROM_RESERVE, type RecordRow, type Row } from './row.ts';

/** @throws where a number has no definition. */
export type RefOf = (number: number) => CounterRef;

/**
 * The records of a row. A meta whose call is with the reserve of its id has `call: undefined`: see
 * `lacksCall`. @throws where the text is no row.
 */
export function decodeRow<Meta>(body: string, refOf: RefOf): readonly LedgerRecord<Meta>[] {
  const row = JSON.parse(body) as Row;
  return row[2].map((record) => decodeRecord<Meta>(record, row, refOf));
}

/** Whether the call of a record is to be taken from the reserve of its id. */
export function lacksCall(record: LedgerRecord<unknown>): boolean {
  const meta = 'meta' in record ? record.meta : undefined;
  if (typeof meta !== 'object' || meta === null || !Object.hasOwn(meta, CALL)) return false;
  return (meta as { readonly [CALL]: unknown })[CALL] === undefined;
}

export function callOf(record: LedgerRecord<unknown>): unknown {
  return 'meta' in record ? callIn(record.meta) : undefined;
}

export function callIn(meta: unknown): unknown {
  return (meta as { readonly [CALL]?: unknown } | null | undefined)?.[CALL];
}

/** The record with its call. */
export function withCall<Record extends LedgerRecord<unknown>>(
  record: Record,
  call: unknown,
): Record {
  if (!('meta' in record)) return record;
  return { ...record, meta: { ...(record.meta as object), [CALL]: call } };
}

function decodeRecord<Meta>(record: RecordRow, row: Row, refOf: RefOf): LedgerRecord<Meta> {
  const [verb, id, at, first] = record;
  const atMs = row[0] + at;
  const meta = (index: number): Meta => metaAt(record, index) as Meta;
  switch (verb) {
    case 'note':
      return { verb, id, atMs, meta: meta(3) };
    case 'put':
      return { verb, id, atMs, key: first as string, value: record[4], meta: meta(5) };
    case 'reset': {
      const scope = (record[4] ?? undefined) as CounterRef['scope'] | undefined;
      return { verb, id, atMs, budget: first as string, scope, meta: meta(5) };
    }
    case 'extend': {
      const expiresAtMs = row[0] + (first as number);
      if (record.length === 4) return { verb, id, atMs, expiresAtMs };
      const [amounts, expireAmounts] = record.slice(4) as [readonly number[], readonly number[]];
      return { verb, id, atMs, expiresAtMs, grown: { amounts, expireAmounts } };
    }
    case 'tombstone':
      return { verb, id, atMs, fingerprint: first as number };
    case 'reserve': {
      const fingerprint = first as number;
      const expiresAtMs = row[0] + (record[4] as number);
      const entries = decodeEntries(record[5] as readonly number[], row, refOf);
      return { verb, id, atMs, fingerprint, expiresAtMs, entries, meta: meta(6) };
    }
    case 'record': {
      const entries = decodeEntries(record[4] as readonly number[], row, refOf);
      return { verb, id, atMs, fingerprint: first as number, entries, meta: meta(5) };
    }
    case 'commit':
    case 'release':
    case 'expire': {
      const amounts = record[4] as readonly number[];
      const late = record[5] === 1;
      return { verb, id, atMs, fingerprint: first as number, amounts, meta: meta(6), late };
    }
  }
  throw new Error(`unknown verb ${String(verb)}`);
}

function metaAt(record: RecordRow, index: number): unknown {
  const meta = record[index];
  if (record[index + 1] !== FROM_RESERVE) return meta;
  return { ...(meta as object), [CALL]: undefined };
}

function decodeEntries(
  flat: readonly number[],
  [, places]: Row,
  refOf: RefOf,
): readonly RecordedEntry[] {
  const entries: RecordedEntry[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    const at = (flat[i] as number) * 4;
    entries.push({
      counter: refOf(places[at] as number),
      bucket: places[at + 1] as number,
      oldestBucket: places[at + 2] as number,
      amount: flat[i + 1] as number,
      expireAmount: flat[i + 2] as number,
      forgetAtMs: places[at + 3] ?? Number.POSITIVE_INFINITY,
    });
  }
  return entries;
}
