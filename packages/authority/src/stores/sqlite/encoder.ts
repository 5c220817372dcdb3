// Records to rows: what the main thread does for each verb, so it looks up little and writes at once.
import { type CounterRef, type LedgerRecord, PlacedRef, type RecordedEntry } from '@spendfuse/core';
import { BytesWriter } from './bytes-writer.ts';
import { idKey } from './ids.ts';
import { CALL, callIn, type Definition, type Group, isIndexed, packGroup, VERBS } from './row.ts';

/** A counter's number, and its place in the row that is being written. */
interface Known {
  /** `GONE` once the counter is forgotten. */
  number: number;
  /** Its latest place, counted through all rows. */
  place: number;
}

const GONE = -1;

/** Counters met lately that are found by where they lie. */
const RECENT = 4096;

/** Numbers of a place in `#places`. */
const PER_PLACE = 3;

const VERB_NUMBERS = Object.fromEntries(VERBS.map((verb, number) => [verb, number])) as Readonly<
  Record<LedgerRecord<unknown>['verb'], number>
>;

/**
 * Contract: one encoder for the life of an open journal; `define` has told it the counters of it.
 * Records become bytes as they come, so that a group is ready when the one before it is on disk.
 */
export class Encoder<Meta> {
  readonly #known = new Map<string, Known>();
  /** Those met lately, by the place that their refs remember: a look at the map takes thrice as long. */
  readonly #recent = Array<Known | undefined>(RECENT).fill(undefined);
  readonly #recentKeys = Array<string>(RECENT).fill('');
  readonly #bytes = new BytesWriter();
  #nextNumber = 0;
  /** Places of the rows before. */
  #placesBefore = 0;
  /** `bucket, oldestBucket, forgetAtMs` of each place of this row: a million counters keep none. */
  #places: number[] = [];
  /** Undefined: the row has no record yet. */
  #baseMs: number | undefined;
  #atMs = 0;
  #keys: number[] = [];
  #definitions: Definition[] = [];
  #retired: number[] = [];

  /** Numbers below this one were given away before. */
  startAt(number: number): void {
    this.#nextNumber = number;
  }

  /** A counter has this number from before; of several the latest counts. */
  define({ number, ref }: Definition): void {
    if (number < (this.#known.get(ref.key)?.number ?? 0)) return;
    this.#known.set(ref.key, { number, place: -1 });
  }

  /** The counter is gone; should it come again, it gets another number. */
  forget(key: string): void {
    const known = this.#known.get(key);
    if (!known) return;
    this.#known.delete(key);
    this.#retired.push(known.number);
    known.number = GONE;
  }

  /**
   * Adds a record to the group. `begun`: the meta of the reservation that the record ends, if it ends
   * one; its call is not written again. @throws SpendfuseError `INTERNAL` for what would not come back.
   */
  add(record: LedgerRecord<Meta>, begun?: Meta): void {
    const { verb, id, atMs } = record;
    const bytes = this.#bytes;
    if (this.#baseMs === undefined) {
      bytes.integer(atMs);
      this.#baseMs = atMs;
    }
    bytes.byte(VERB_NUMBERS[verb]);
    bytes.uuid(id);
    bytes.integer(atMs - this.#baseMs);
    this.#addRest(record, begun);
    if (atMs > this.#atMs) this.#atMs = atMs;
    if (isIndexed(record)) this.#keys.push(idKey(id));
  }

  /** The group as it stands; the next record starts a new one. */
  take(): Group {
    const body = this.#bytes.take();
    const packed = packGroup({ atMs: this.#atMs, body, keys: this.#keys });
    const group = { packed, definitions: this.#definitions, retired: this.#retired };
    this.#placesBefore += this.#places.length / PER_PLACE;
    this.#places = [];
    this.#baseMs = undefined;
    this.#keys = [];
    this.#definitions = [];
    this.#retired = [];
    return group;
  }

  #addRest(record: LedgerRecord<Meta>, begun: Meta | undefined): void {
    const bytes = this.#bytes;
    switch (record.verb) {
      case 'note':
        break;
      case 'put':
        bytes.text(record.key);
        bytes.value(record.value);
        break;
      case 'reset':
        bytes.text(record.budget);
        bytes.value(record.scope);
        break;
      case 'tombstone':
        bytes.integer(record.fingerprint);
        return;
      case 'extend':
        this.#addTime(record.expiresAtMs);
        bytes.byte(record.grown ? 1 : 0);
        if (record.grown) bytes.integers(record.grown.amounts);
        if (record.grown) bytes.integers(record.grown.expireAmounts);
        return;
      case 'reserve':
        bytes.integer(record.fingerprint);
        this.#addTime(record.expiresAtMs);
        this.#addEntries(record.entries);
        break;
      case 'record':
        bytes.integer(record.fingerprint);
        this.#addEntries(record.entries);
        break;
      default:
        bytes.integer(record.fingerprint);
        bytes.integers(record.amounts);
        bytes.byte(record.late ? 1 : 0);
        if (haveOneCall(record.meta, begun)) {
          bytes.sharing(record.meta as object, CALL);
          return;
        }
    }
    bytes.value(record.meta);
  }

  #addTime(ms: number): void {
    this.#bytes.integer(ms - (this.#baseMs as number));
  }

  #addEntries(entries: readonly RecordedEntry[]): void {
    const bytes = this.#bytes;
    bytes.count(entries.length);
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as RecordedEntry;
      this.#addPlace(entry);
      bytes.integer(entry.amount);
      bytes.integer(entry.expireAmount);
    }
  }

  #addPlace({ counter, bucket, oldestBucket, forgetAtMs }: RecordedEntry): void {
    const known = this.#knownOf(counter);
    const bytes = this.#bytes;
    const places = this.#places;
    const latest = known.place - this.#placesBefore;
    const at = latest * PER_PLACE;
    if (
      latest >= 0 &&
      places[at] === bucket &&
      places[at + 1] === oldestBucket &&
      places[at + 2] === forgetAtMs
    ) {
      bytes.count(latest);
      return;
    }
    const place = places.length / PER_PLACE;
    bytes.count(place);
    bytes.count(known.number);
    bytes.integer(bucket);
    bytes.integer(oldestBucket);
    const isForgotten = forgetAtMs !== Number.POSITIVE_INFINITY;
    bytes.byte(isForgotten ? 1 : 0);
    if (isForgotten) this.#addTime(forgetAtMs);
    places.push(bucket, oldestBucket, forgetAtMs);
    known.place = this.#placesBefore + place;
  }

  #knownOf(counter: CounterRef): Known {
    const { key } = counter;
    const at = PlacedRef.placeOf(counter) & (RECENT - 1);
    const recent = this.#recent[at];
    if (recent !== undefined && recent.number !== GONE && this.#recentKeys[at] === key) {
      return recent;
    }
    const known = this.#known.get(key) ?? this.#introduce(counter);
    this.#recent[at] = known;
    this.#recentKeys[at] = key;
    return known;
  }

  #introduce({ key, budget, unit, scope }: CounterRef): Known {
    const definition = { number: this.#nextNumber++, ref: { key, budget, unit, scope } };
    this.#definitions.push(definition);
    this.define(definition);
    return this.#known.get(key) as Known;
  }
}

function haveOneCall(meta: unknown, begun: unknown): boolean {
  const call = callIn(meta);
  return call !== undefined && call === callIn(begun);
}
