// The arithmetic of entries, apart from the engine's: what `purge` carries over and `verify` compares.
import type { CounterRef, Labels, LedgerRecord, RecordedEntry } from '@spendfuse/core';

export interface TallyBucket {
  committed: number;
  reserved: number;
  forgetAtMs: number;
}

export interface TallyCounter {
  readonly ref: CounterRef;
  oldestBucket: number;
  readonly buckets: Map<number, TallyBucket>;
}

/** A reservation that may still change: open, or ended otherwise than by a commit. */
export interface TallyReservation {
  readonly id: string;
  state: 'open' | 'released' | 'expired';
  readonly entries: TallyEntry[];
  readonly fingerprint: number;
  expiresAtMs: number;
  endedAtMs: number | undefined;
  readonly meta: unknown;
  settlement: unknown;
}

export interface TallyEntry {
  readonly counter: CounterRef;
  readonly bucket: number;
  amount: number;
  expireAmount: number;
  committed: number;
}

/** What a tally begins with, asked for as it is needed. */
export interface TallyStart {
  readonly counter: (ref: CounterRef) => TallyCounter | undefined;
  readonly reservation: (id: string) => TallyReservation | undefined;
  readonly countersOf: (budget: string) => Iterable<TallyCounter>;
  readonly reservations: () => Iterable<TallyReservation>;
}

type Settling = Extract<LedgerRecord<unknown>, { verb: 'commit' | 'release' | 'expire' }>;

const END_STATES = { release: 'released', expire: 'expired' } as const;

/**
 * Contract: records come in their order. What makes no sense is returned as text and changes nothing
 * but what it says.
 */
export class Tally {
  readonly counters = new Map<string, TallyCounter>();
  readonly reservations = new Map<string, TallyReservation>();
  readonly documents = new Map<string, unknown>();
  /** Reservations that have come to their last end since the start of the tally. */
  readonly final = new Set<string>();
  readonly #start: TallyStart;

  constructor(start: TallyStart) {
    this.#start = start;
  }

  add(record: LedgerRecord<unknown>): string | undefined {
    switch (record.verb) {
      case 'note':
      case 'tombstone':
        return undefined;
      case 'put':
        this.documents.set(record.key, record.value);
        return undefined;
      case 'reset':
        this.#reset(record);
        return undefined;
      case 'reserve':
        return this.#reserve(record);
      case 'record':
        for (const entry of record.entries) {
          const bucket = this.#open(entry, record.atMs);
          if (bucket) bucket.committed += entry.amount;
        }
        return this.#finish(record.id);
      case 'extend':
        return this.#extend(record);
      default:
        return this.#settle(record);
    }
  }

  #reserve(record: Extract<LedgerRecord<unknown>, { verb: 'reserve' }>): string | undefined {
    const { id, atMs, fingerprint, expiresAtMs, meta } = record;
    if (this.#reservation(id) || this.final.has(id)) return `${id} is reserved twice`;
    const entries = record.entries.map(({ counter, bucket, amount, expireAmount }) => ({
      counter,
      bucket,
      amount,
      expireAmount,
      committed: 0,
    }));
    for (const entry of record.entries) {
      const bucket = this.#open(entry, atMs);
      if (bucket) bucket.reserved += entry.amount;
    }
    const nothing = { state: 'open', endedAtMs: undefined, settlement: undefined } as const;
    this.reservations.set(id, { id, entries, fingerprint, expiresAtMs, meta, ...nothing });
    return undefined;
  }

  #extend(record: Extract<LedgerRecord<unknown>, { verb: 'extend' }>): string | undefined {
    const { id, grown, expiresAtMs } = record;
    const held = this.#reservation(id);
    if (held?.state !== 'open') return `${id} is extended, but is not open`;
    held.expiresAtMs = expiresAtMs;
    held.entries.forEach((entry, i) => {
      const amount = grown?.amounts[i] ?? entry.amount;
      const bucket = this.#bucket(entry);
      if (bucket) bucket.reserved += amount - entry.amount;
      entry.amount = amount;
      entry.expireAmount = grown?.expireAmounts[i] ?? entry.expireAmount;
    });
    return undefined;
  }

  #settle(record: Settling): string | undefined {
    const { id, verb, amounts, atMs, fingerprint, meta, late } = record;
    const held = this.#reservation(id);
    if (!held) return `${id} has ended already, or was never reserved: ${verb}`;
    if (held.state !== 'open' && verb === 'expire') return `${id} expires after its end`;
    held.entries.forEach((entry, i) => {
      const amount = amounts[i] ?? 0;
      const bucket = this.#bucket(entry);
      if (bucket && held.state === 'open') bucket.reserved -= entry.amount;
      if (bucket) bucket.committed += amount - entry.committed;
      entry.committed = amount;
    });
    if (verb === 'commit') return this.#finish(id);
    held.state = END_STATES[verb];
    held.endedAtMs = atMs;
    held.settlement = { fingerprint, amounts, meta, late };
    return undefined;
  }

  #finish(id: string): string | undefined {
    const isAgain = this.final.has(id);
    this.reservations.delete(id);
    this.final.add(id);
    return isAgain ? `${id} has ended twice` : undefined;
  }

  /** What has ended leaves the counter with the reset: a late commit adds all of its amount. */
  #reset({ budget, scope }: { budget: string; scope: Labels | undefined }): void {
    const isMeant = (ref: CounterRef) =>
      ref.budget === budget &&
      Object.entries(scope ?? {}).every(([name, value]) => ref.scope[name] === value);
    for (const { ref } of this.#start.countersOf(budget)) this.#counter(ref);
    for (const { id } of this.#start.reservations()) this.#reservation(id);
    for (const { ref, buckets } of this.counters.values()) {
      if (isMeant(ref)) for (const bucket of buckets.values()) bucket.committed = 0;
    }
    for (const { entries } of this.reservations.values()) {
      for (const entry of entries) if (isMeant(entry.counter)) entry.committed = 0;
    }
  }

  #reservation(id: string): TallyReservation | undefined {
    const here = this.reservations.get(id);
    if (here || this.final.has(id)) return here;
    const found = this.#start.reservation(id);
    if (found) this.reservations.set(id, found);
    return found;
  }

  #counter(ref: CounterRef): TallyCounter {
    let counter = this.counters.get(ref.key);
    if (!counter) {
      const fresh = { ref, oldestBucket: Number.NEGATIVE_INFINITY, buckets: new Map() };
      counter = this.#start.counter(ref) ?? fresh;
      this.counters.set(ref.key, counter);
    }
    return counter;
  }

  /** The bucket, if it is still in its window. */
  #bucket({ counter, bucket }: TallyEntry): TallyBucket | undefined {
    return this.#counter(counter).buckets.get(bucket);
  }

  /** The bucket of a new entry; what has left the window, or is over, goes away. */
  #open(entry: RecordedEntry, atMs: number): TallyBucket | undefined {
    const counter = this.#counter(entry.counter);
    if (entry.oldestBucket > counter.oldestBucket) counter.oldestBucket = entry.oldestBucket;
    for (const bucket of counter.buckets.keys()) {
      if (bucket < counter.oldestBucket) counter.buckets.delete(bucket);
    }
    if (entry.bucket < counter.oldestBucket) return undefined;
    let bucket = counter.buckets.get(entry.bucket);
    if (bucket && bucket.forgetAtMs <= atMs && bucket.reserved === 0) bucket = undefined;
    bucket ??= { committed: 0, reserved: 0, forgetAtMs: entry.forgetAtMs };
    bucket.forgetAtMs = Math.max(bucket.forgetAtMs, entry.forgetAtMs);
    counter.buckets.set(entry.bucket, bucket);
    return bucket;
  }
}
