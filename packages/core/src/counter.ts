// One counter of the engine: integers per bucket, and their sums over the window.
import type { CounterRef, PlanEntry } from './entry.ts';
import { invalid } from './errors.ts';
import type { CounterSums, RefusalKind } from './ledger.ts';

/** Where a counter lies, and at which index its numbers begin. */
export interface Place {
  readonly place: number;
  readonly numbers: Float64Array;
  readonly at: number;
}

interface Row {
  reserved: number;
  committed: number;
  forgetAtMs: number;
}

export interface OpenBucket {
  readonly bucket: number;
  readonly oldestBucket: number;
  readonly forgetAtMs: number;
}

/** When something happens. */
interface At {
  readonly atMs: number;
}

/** What a refusal depends on. */
export type AskedEntry = Pick<PlanEntry, 'amount' | 'ceiling' | 'oldestBucket'>;

/** A bucket as it is written down. */
export interface BucketState extends Row {
  readonly bucket: number;
}

/** A counter as it is written down. */
export interface CounterState {
  readonly ref: CounterRef;
  readonly oldestBucket: number;
  /** Undefined: it was never reset. */
  readonly resetAtMs: number | undefined;
  readonly buckets: readonly BucketState[];
}

/** Before any bucket. */
const NONE = Number.NEGATIVE_INFINITY;

/** Where a counter's numbers lie in its part of a block. */
const BUCKET = 0;
const RESERVED = 1;
const COMMITTED = 2;
const FORGET_AT_MS = 3;
const OLDEST_BUCKET = 4;

/** Of a counter that is forgotten: what is written goes nowhere, and nothing is in no bucket. */
const NO_NUMBERS = new Float64Array(0);

/**
 * Windows only move forward, so a bucket that has left the window is dropped: it can never count for
 * a ceiling again, and a late change to it is history only.
 *
 * There may be a million counters, and most have one bucket: the latest lies in the counter's own
 * numbers, the others (of rolling windows) in a map.
 */
export class Counter {
  readonly ref: CounterRef;
  /** In the table of all counters. */
  readonly place: number;
  #numbers: Float64Array;
  #at: number;
  #others: Others | undefined;
  /** What was committed up to then does not count any more. */
  resetAtMs: number | undefined;

  constructor(ref: CounterRef, { place, numbers, at }: Place) {
    this.ref = ref;
    this.place = place;
    this.#numbers = numbers;
    this.#at = at;
    this.#others = undefined;
    this.resetAtMs = undefined;
    numbers[at + OLDEST_BUCKET] = NONE;
    numbers[at + FORGET_AT_MS] = 0;
    this.#dropLatest();
  }

  /** Leaves its numbers to another: it is forgotten. A reservation may still know it, and look at it. */
  leave(): void {
    this.#numbers = NO_NUMBERS;
  }

  /** Of the buckets that are still there: as of the latest look at the window. */
  get reserved(): number {
    const ofLatest = this.#numbers[this.#at + RESERVED] ?? 0;
    return this.#others === undefined ? ofLatest : ofLatest + this.#others.reserved;
  }

  get committed(): number {
    const ofLatest = this.#numbers[this.#at + COMMITTED] ?? 0;
    return this.#others === undefined ? ofLatest : ofLatest + this.#others.committed;
  }

  /** The sums from `oldestBucket` on. */
  sums(oldestBucket: number): CounterSums {
    this.#moveTo(oldestBucket);
    return { committed: this.committed, reserved: this.reserved };
  }

  /** Why the entry does not fit, or undefined if it does. An amount of 0 always fits (L1). */
  refusal({ amount, ceiling, oldestBucket }: AskedEntry): RefusalKind | undefined {
    if (amount === 0) return undefined;
    if (amount > ceiling) return 'TOO_LARGE';
    this.#moveTo(oldestBucket);
    const after = this.committed + amount;
    if (after > ceiling) return 'EXHAUSTED';
    return after + this.reserved > ceiling ? 'IN_FLIGHT' : undefined;
  }

  /** The newest bucket that must leave the window before `amount` fits beside what is committed. */
  leavingBucket({ amount, ceiling }: AskedEntry): number | undefined {
    let excess = this.committed + amount - ceiling;
    if (excess <= 0) return undefined;
    for (const { bucket, committed } of this.#buckets()) {
      excess -= committed;
      if (excess <= 0) return bucket;
    }
    return undefined;
  }

  /**
   * Makes sure the bucket is there; a bucket before the window is not made. One whose time is over is
   * empty, whether it has been forgotten yet or not: a replay never forgets at the same moment.
   */
  open({ bucket, oldestBucket, forgetAtMs }: OpenBucket, { atMs }: At): void {
    this.#moveTo(oldestBucket);
    const numbers = this.#numbers;
    const at = this.#at;
    const latest = numbers[at + BUCKET] as number;
    if (bucket === latest) {
      const latestForgetAtMs = numbers[at + FORGET_AT_MS] as number;
      if (latestForgetAtMs <= atMs && numbers[at + RESERVED] === 0) numbers[at + COMMITTED] = 0;
      if (forgetAtMs > latestForgetAtMs) numbers[at + FORGET_AT_MS] = forgetAtMs;
    } else if (bucket >= (numbers[at + OLDEST_BUCKET] as number)) {
      const isNew = bucket > latest && !this.#others?.has(bucket);
      if (isNew) this.#turnTo(bucket, forgetAtMs);
      else this.#othersOf().open(bucket, forgetAtMs);
    }
  }

  /** Adds to a bucket, if it is still there; both parts may be negative. */
  add({ bucket }: Pick<OpenBucket, 'bucket'>, reserved: number, committed: number): void {
    const numbers = this.#numbers;
    const at = this.#at;
    if (bucket === numbers[at + BUCKET]) {
      numbers[at + RESERVED] = (numbers[at + RESERVED] as number) + reserved;
      numbers[at + COMMITTED] = (numbers[at + COMMITTED] as number) + committed;
    } else this.#others?.add(bucket, reserved, committed);
  }

  /** @throws SpendfuseError `INVALID_ARGUMENT` where adding `amount` would leave the safe integers. */
  checkRoomFor(amount: number): void {
    if (Number.isSafeInteger(this.committed + this.reserved + amount)) return;
    throw invalid('amount', `counter ${this.ref.key} would pass 2^53 - 1`);
  }

  /** Nothing is committed from now on; what is reserved stays. */
  reset(atMs: number): void {
    this.resetAtMs = atMs;
    this.#numbers[this.#at + COMMITTED] = 0;
    this.#others?.reset();
  }

  /**
   * Drops buckets whose time is over and that hold nothing; says whether none is left. A look at the
   * window moves it, but is written nowhere: so one that it dropped is waited for as if it were there.
   */
  forget(nowMs: number): boolean {
    if (this.#others?.forget(nowMs)) this.#others = undefined;
    const numbers = this.#numbers;
    const at = this.#at;
    if ((numbers[at + FORGET_AT_MS] as number) > nowMs) return false;
    if (numbers[at + RESERVED] === 0) this.#dropLatest();
    return numbers[at + BUCKET] === NONE && this.#others === undefined;
  }

  state(): CounterState {
    const { ref, resetAtMs } = this;
    const oldestBucket = this.#numbers[this.#at + OLDEST_BUCKET] as number;
    return { ref, oldestBucket, resetAtMs, buckets: this.#buckets() };
  }

  /** A counter as it was written down. */
  static from(state: CounterState, place: Place): Counter {
    const { ref, oldestBucket, resetAtMs, buckets } = state;
    const counter = new Counter(ref, place);
    counter.#numbers[counter.#at + OLDEST_BUCKET] = oldestBucket;
    counter.resetAtMs = resetAtMs;
    for (const each of buckets) {
      const { bucket, forgetAtMs, reserved, committed } = each;
      counter.open({ bucket, oldestBucket, forgetAtMs }, { atMs: NONE });
      counter.add(each, reserved, committed);
    }
    return counter;
  }

  /** The oldest first. */
  #buckets(): readonly BucketState[] {
    const all = this.#others?.states() ?? [];
    const [bucket = NONE, reserved = 0, committed = 0, forgetAtMs = 0] = this.#latest();
    return bucket === NONE ? all : [...all, { bucket, reserved, committed, forgetAtMs }];
  }

  #latest(): Float64Array {
    return this.#numbers.subarray(this.#at + BUCKET, this.#at + OLDEST_BUCKET);
  }

  #moveTo(oldestBucket: number): void {
    const numbers = this.#numbers;
    const at = this.#at;
    if (oldestBucket <= (numbers[at + OLDEST_BUCKET] as number)) return;
    numbers[at + OLDEST_BUCKET] = oldestBucket;
    if (this.#others?.dropBefore(oldestBucket)) this.#others = undefined;
    if ((numbers[at + BUCKET] as number) < oldestBucket) this.#dropLatest();
  }

  #dropLatest(): void {
    this.#numbers.set([NONE, 0, 0], this.#at + BUCKET);
  }

  #turnTo(bucket: number, forgetAtMs: number): void {
    const [latest = NONE, reserved = 0, committed = 0, latestForgetAtMs = 0] = this.#latest();
    if (latest !== NONE) {
      const others = this.#othersOf();
      others.open(latest, latestForgetAtMs);
      others.add(latest, reserved, committed);
    }
    this.#numbers.set([bucket, 0, 0, forgetAtMs], this.#at + BUCKET);
  }

  #othersOf(): Others {
    this.#others ??= new Others();
    return this.#others;
  }
}

/** The buckets before the latest. */
class Others {
  reserved = 0;
  committed = 0;
  readonly #rows = new Map<number, Row>();

  has(bucket: number): boolean {
    return this.#rows.has(bucket);
  }

  open(bucket: number, forgetAtMs: number): void {
    const row = this.#rows.get(bucket);
    if (!row) this.#rows.set(bucket, { reserved: 0, committed: 0, forgetAtMs });
    else if (forgetAtMs > row.forgetAtMs) row.forgetAtMs = forgetAtMs;
  }

  add(bucket: number, reserved: number, committed: number): void {
    const row = this.#rows.get(bucket);
    if (!row) return;
    row.reserved += reserved;
    row.committed += committed;
    this.reserved += reserved;
    this.committed += committed;
  }

  reset(): void {
    this.committed = 0;
    for (const row of this.#rows.values()) row.committed = 0;
  }

  /** Says whether none is left. */
  dropBefore(oldestBucket: number): boolean {
    for (const [bucket, row] of this.#rows) if (bucket < oldestBucket) this.#drop(bucket, row);
    return this.#rows.size === 0;
  }

  /** Says whether none is left. */
  forget(nowMs: number): boolean {
    for (const [bucket, row] of this.#rows) {
      if (isOver(row, nowMs)) this.#drop(bucket, row);
    }
    return this.#rows.size === 0;
  }

  /** The oldest first. */
  states(): BucketState[] {
    const states = [...this.#rows].map(([bucket, row]) => ({ bucket, ...row }));
    return states.sort((a, b) => a.bucket - b.bucket);
  }

  #drop(bucket: number, row: Row): void {
    this.reserved -= row.reserved;
    this.committed -= row.committed;
    this.#rows.delete(bucket);
  }
}

/** Nothing refers to the bucket any more, and it holds nothing. */
function isOver(row: Row, nowMs: number): boolean {
  return row.forgetAtMs <= nowMs && row.reserved === 0;
}
