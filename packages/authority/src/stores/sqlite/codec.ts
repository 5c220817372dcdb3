// The journal's rows: the records of one group as one JSON text, and back.
import {
  type CounterRef,
  type GrownAmounts,
  type Labels,
  type LedgerRecord,
  type RecordedEntry,
  SpendfuseError,
} from '@spendfuse/core';

/**
 * A row is `[counters, places, records]`:
 *
 * - counters: `[number, key, budget, unit, scope]` for each counter that no earlier row has named;
 * - places: `number, bucket, oldestBucket, forgetAtMs` of all entries of this row, flat, each once;
 *   `forgetAtMs` is null for never;
 * - records: `[verb, id, atMs, …]` as `Codec.add` writes them; entries are flat triples
 *   `place, amount, expireAmount`.
 *
 * So a key of a hundred bytes is written once in the life of a journal, not in every record.
 */
type Row = readonly [readonly CounterRow[], readonly number[], readonly RecordRow[]];
type CounterRow = readonly [number, string, string, CounterRef['unit'], CounterRef['scope']];
type RecordRow = readonly [LedgerRecord<unknown>['verb'], string, number, ...unknown[]];

export interface Group {
  /** The latest time in it. */
  readonly atMs: number;
  readonly body: string;
}

/** A counter's number, and its place in the row that is being written. */
interface Known {
  readonly number: number;
  row: number;
  place: number;
  bucket: number;
  oldestBucket: number;
  forgetAtMs: number;
}

/**
 * Contract: one codec for the life of an open journal. It has decoded every row of it, the oldest
 * first, before it encodes the first of its own.
 */
export class Codec<Meta> {
  readonly #refs: CounterRef[] = [];
  readonly #known = new Map<string, Known>();
  #row = 0;
  #atMs = 0;
  #counters = '';
  #places = '';
  #placeCount = 0;
  #records = '';

  /** Adds a record to the group. @throws SpendfuseError `INTERNAL` for what would not come back. */
  add(record: LedgerRecord<Meta>): void {
    if (record.atMs > this.#atMs) this.#atMs = record.atMs;
    const { verb } = record;
    let text = `["${verb}",${JSON.stringify(record.id)},${integer(record.atMs)}`;
    if (verb === 'note') text += `,${JSON.stringify(record.meta)}`;
    else if (verb === 'extend') {
      text += `,${integer(record.expiresAtMs)}`;
      if (record.grown) {
        text += `,[${integers(record.grown.amounts)}],[${integers(record.grown.expireAmounts)}]`;
      }
    } else if (verb === 'reset') {
      const { budget, scope = null, meta } = record;
      text += `,${JSON.stringify(budget)},${JSON.stringify(scope)},${JSON.stringify(meta)}`;
    } else if (verb === 'put') {
      const { key, value, meta } = record;
      text += `,${JSON.stringify(key)},${JSON.stringify(value)},${JSON.stringify(meta)}`;
    } else if (verb === 'tombstone') text += `,${integer(record.fingerprint)}`;
    else if (verb === 'reserve' || verb === 'record') {
      text += `,${integer(record.fingerprint)},[${this.#entries(record.entries)}]`;
      text += `,${JSON.stringify(record.meta)}`;
      if (verb === 'reserve') text += `,${integer(record.expiresAtMs)}`;
    } else {
      text += `,${integer(record.fingerprint)},[${integers(record.amounts)}]`;
      text += record.late ? ',1' : ',0';
      if (record.meta !== undefined) text += `,${JSON.stringify(record.meta)}`;
    }
    this.#records += this.#records === '' ? `${text}]` : `,${text}]`;
  }

  /** The group as it stands; the next record starts a new one. */
  take(): Group {
    const body = `[[${this.#counters}],[${this.#places}],[${this.#records}]]`;
    const atMs = this.#atMs;
    this.#counters = '';
    this.#places = '';
    this.#records = '';
    this.#placeCount = 0;
    this.#row += 1;
    return { atMs, body };
  }

  /** @throws where the text is no row. */
  decode(body: string): readonly LedgerRecord<Meta>[] {
    const [counters, places, records] = JSON.parse(body) as Row;
    for (const counter of counters) this.#define(counter);
    return records.map((record) => this.#decodeRecord(record, places));
  }

  #entries(entries: readonly RecordedEntry[]): string {
    let text = '';
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as RecordedEntry;
      if (i > 0) text += ',';
      text += `${this.#place(entry)},${integer(entry.amount)},${integer(entry.expireAmount)}`;
    }
    return text;
  }

  #place(entry: RecordedEntry): number {
    const known = this.#known.get(entry.counter.key) ?? this.#introduce(entry.counter);
    const { bucket, oldestBucket, forgetAtMs } = entry;
    if (
      known.row === this.#row &&
      known.bucket === bucket &&
      known.oldestBucket === oldestBucket &&
      known.forgetAtMs === forgetAtMs
    ) {
      return known.place;
    }
    const forget = forgetAtMs === Number.POSITIVE_INFINITY ? 'null' : integer(forgetAtMs);
    if (this.#placeCount > 0) this.#places += ',';
    this.#places += `${known.number},${integer(bucket)},${integer(oldestBucket)},${forget}`;
    known.row = this.#row;
    known.bucket = bucket;
    known.oldestBucket = oldestBucket;
    known.forgetAtMs = forgetAtMs;
    known.place = this.#placeCount++;
    return known.place;
  }

  #introduce(ref: CounterRef): Known {
    const { key, budget, unit, scope } = ref;
    const row: CounterRow = [this.#refs.length, key, budget, unit, scope];
    if (this.#counters !== '') this.#counters += ',';
    this.#counters += JSON.stringify(row);
    return this.#define(row);
  }

  #define([number, key, budget, unit, scope]: CounterRow): Known {
    const before = this.#known.get(key);
    if (before) return before;
    const nowhere = { row: -1, place: 0, bucket: 0, oldestBucket: 0, forgetAtMs: 0 };
    const known = { number, ...nowhere };
    this.#refs[number] = { key, budget, unit, scope };
    this.#known.set(key, known);
    return known;
  }

  #decodeRecord(row: RecordRow, places: readonly number[]): LedgerRecord<Meta> {
    const [verb, id, atMs] = row;
    switch (verb) {
      case 'note':
        return { verb, id, atMs, meta: row[3] as Meta };
      case 'extend':
        return { verb, id, atMs, expiresAtMs: row[3] as number, grown: decodeGrown(row) };
      case 'reset': {
        const scope = (row[4] as Labels | null) ?? undefined;
        return { verb, id, atMs, budget: row[3] as string, scope, meta: row[5] as Meta };
      }
      case 'put':
        return { verb, id, atMs, key: row[3] as string, value: row[4], meta: row[5] as Meta };
      case 'tombstone':
        return { verb, id, atMs, fingerprint: row[3] as number };
      case 'reserve':
      case 'record': {
        const fingerprint = row[3] as number;
        const entries = this.#decodeEntries(row[4] as readonly number[], places);
        const meta = row[5] as Meta;
        if (verb === 'record') return { verb, id, atMs, fingerprint, entries, meta };
        return { verb, id, atMs, fingerprint, expiresAtMs: row[6] as number, entries, meta };
      }
      case 'commit':
      case 'release':
      case 'expire': {
        const [, , , fingerprint, amounts, late] = row as unknown as SettlingRow;
        return { verb, id, atMs, fingerprint, amounts, meta: row[6] as Meta, late: late === 1 };
      }
    }
    throw new Error(`unknown verb ${String(verb)}`);
  }

  #decodeEntries(flat: readonly number[], places: readonly number[]): readonly RecordedEntry[] {
    const entries: RecordedEntry[] = [];
    for (let i = 0; i < flat.length; i += 3) {
      const at = (flat[i] as number) * 4;
      const counter = this.#refs[places[at] as number];
      if (!counter) throw new Error(`a counter has no definition`);
      entries.push({
        counter,
        bucket: places[at + 1] as number,
        oldestBucket: places[at + 2] as number,
        amount: flat[i + 1] as number,
        expireAmount: flat[i + 2] as number,
        forgetAtMs: places[at + 3] ?? Number.POSITIVE_INFINITY,
      });
    }
    return entries;
  }
}

type SettlingRow = readonly [string, string, number, number, readonly number[], 0 | 1];

function decodeGrown(row: RecordRow): GrownAmounts | undefined {
  if (row.length < 6) return undefined;
  const [, , , , amounts, expireAmounts] = row as unknown as GrownRow;
  return { amounts, expireAmounts };
}

type GrownRow = readonly [string, string, number, number, readonly number[], readonly number[]];

function integers(values: readonly number[]): string {
  let text = '';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += integer(values[i] as number);
  }
  return text;
}

/** What is no integer would make the row unreadable for ever, so it never gets there. */
function integer(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  const message = `a record has ${value} where an integer belongs`;
  throw new SpendfuseError({ code: 'INTERNAL', message });
}
