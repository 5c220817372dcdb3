// Rows to records: needs only the definitions of the counters that the row names.
import type { CounterRef, LedgerRecord, RecordedEntry } from '@spendfuse/core';
import { BytesReader } from './bytes-reader.ts';
import { CALL, callIn, VERBS } from './row.ts';

/** @throws where a number has no definition. */
export type RefOf = (number: number) => CounterRef;

export interface DecodeOptions {
  readonly refOf: RefOf;
  /**
   * For who only counts: the meta of a reserve comes as a `LateValue`, those of a release and of an
   * expiry as they are, others not at all. Default false.
   */
  readonly skipsMetas?: boolean | undefined;
}

/**
 * The records of a row. A meta whose call is with the reserve of its id has `call: undefined`: see
 * `lacksCall`. @throws where the bytes are no row.
 */
export function decodeRow<Meta>(
  body: Uint8Array,
  { refOf, skipsMetas = false }: DecodeOptions,
): readonly LedgerRecord<Meta>[] {
  const bytes = new BytesReader(body);
  const row: Row = { bytes, baseMs: bytes.integer(), places: [], refOf, skipsMetas };
  const records: LedgerRecord<Meta>[] = [];
  while (!bytes.isAtEnd()) records.push(decodeRecord(row) as LedgerRecord<Meta>);
  return records;
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

/** The record with its call. */
export function withCall<Record extends LedgerRecord<unknown>>(
  record: Record,
  call: unknown,
): Record {
  if (!('meta' in record)) return record;
  return { ...record, meta: { ...(record.meta as object), [CALL]: call } };
}

interface Row {
  readonly bytes: BytesReader;
  readonly baseMs: number;
  /** As far as it was read. */
  readonly places: Place[];
  readonly refOf: RefOf;
  readonly skipsMetas: boolean;
}

type Place = Pick<RecordedEntry, 'counter' | 'bucket' | 'oldestBucket' | 'forgetAtMs'>;

function decodeRecord(row: Row): LedgerRecord<unknown> {
  const { bytes, baseMs } = row;
  const number = bytes.byte();
  const verb = VERBS[number];
  const id = bytes.uuid();
  const atMs = baseMs + bytes.integer();
  switch (verb) {
    case 'note':
      return { verb, id, atMs, meta: decodeMeta(row) };
    case 'put':
      return { verb, id, atMs, key: bytes.text(), value: bytes.value(), meta: decodeMeta(row) };
    case 'reset': {
      const budget = bytes.text();
      const scope = bytes.value() as CounterRef['scope'] | undefined;
      return { verb, id, atMs, budget, scope, meta: decodeMeta(row) };
    }
    case 'extend': {
      const expiresAtMs = baseMs + bytes.integer();
      if (bytes.byte() === 0) return { verb, id, atMs, expiresAtMs };
      const grown = { amounts: bytes.integers(), expireAmounts: bytes.integers() };
      return { verb, id, atMs, expiresAtMs, grown };
    }
    case 'tombstone':
      return { verb, id, atMs, fingerprint: bytes.integer() };
    case 'reserve': {
      const fingerprint = bytes.integer();
      const expiresAtMs = baseMs + bytes.integer();
      const entries = decodeEntries(row);
      const meta = row.skipsMetas ? bytes.later() : bytes.value();
      return { verb, id, atMs, fingerprint, expiresAtMs, entries, meta };
    }
    case 'record': {
      const fingerprint = bytes.integer();
      const entries = decodeEntries(row);
      return { verb, id, atMs, fingerprint, entries, meta: decodeMeta(row) };
    }
    case 'commit':
    case 'release':
    case 'expire': {
      const fingerprint = bytes.integer();
      const amounts = bytes.integers();
      const late = bytes.byte() === 1;
      const meta = verb === 'commit' ? decodeMeta(row) : bytes.value();
      return { verb, id, atMs, fingerprint, amounts, meta, late };
    }
    default:
      throw new Error(`${number} is no verb`);
  }
}

function decodeMeta({ bytes, skipsMetas }: Row): unknown {
  return skipsMetas ? bytes.passOver() : bytes.value();
}

function decodeEntries(row: Row): readonly RecordedEntry[] {
  const { bytes } = row;
  const entries: RecordedEntry[] = [];
  entries.length = bytes.length();
  for (let i = 0; i < entries.length; i++) {
    const { counter, bucket, oldestBucket, forgetAtMs } = decodePlace(row);
    const amount = bytes.integer();
    const expireAmount = bytes.integer();
    entries[i] = { counter, bucket, oldestBucket, amount, expireAmount, forgetAtMs };
  }
  return entries;
}

function decodePlace({ bytes, baseMs, places, refOf }: Row): Place {
  const index = bytes.count();
  const known = places[index];
  if (known) return known;
  const place = {
    counter: refOf(bytes.count()),
    bucket: bytes.integer(),
    oldestBucket: bytes.integer(),
    forgetAtMs: bytes.byte() === 0 ? Number.POSITIVE_INFINITY : baseMs + bytes.integer(),
  };
  if (index !== places.length) throw new Error(`place ${index} comes before others`);
  places.push(place);
  return place;
}
