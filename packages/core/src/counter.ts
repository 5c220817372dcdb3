// One counter of the engine: integers per bucket, and their sums over the window.
import type { CounterRef, PlanEntry } from './entry.ts';
import { invalid } from './errors.ts';
import type { CounterSums, RefusalKind } from './ledger.ts';
import type { NumberBlock, Numbers } from './numbers.ts';

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

/**
 * What a counter that is forgotten has: a reservation may still know it, and look at it. Its own, so
 * that what one such look leaves is never seen by another.
 */
function nothing(): NumberBlock {
  return { numbers: Float64Array.of(NONE, 0, 0, 0, NONE), free: [] };
}

/**
 * Windows only move forward, so a bucket that has left the window is dropped: it can never count for
 * a ceiling again, and a late change to it is history only.
 *
 * There may be a million counters, and most have one bucket: the latest lies in the counter's own
 * numbers, the others (of rolling windows) in a map.
 */
export class Counter {
  readonly ref: CounterRef;
  #block: NumberBlock;
  #at: number;
  #others: Others | undefined;
  /** What was committed up to then does not count any more. */
  resetAtMs: number | undefined;

  constructor(ref: CounterRef, numbers: Numbers) {
    this.ref = ref;
    const { block, at } = numbers.take();
    this.#block = block;
    this.#at = at;
    this.#others = undefined;
    this.resetAtMs = undefined;
    this.#oldestBucket = NONE;
    this.#forgetAtMs = 0;
    this.#dropLatest();
  }

  /** Gives its numbers back: it is forgotten. */
  leave(numbers: Numbers): void {
    numbers.giveBack(this.#block, this.#at);
    this.#block = nothing();
    this.#at = 0;
  }

  get #bucket(): number {
    return this.#block.numbers[this.#at] as number;
  }
  set #bucket(value: number) {
    this.#block.numbers[this.#at] = value;
  }

  get #bucketReserved(): number {
    return this.#block.numbers[this.#at + 1] as number;
  }
  set #bucketReserved(value: number) {
    this.#block.numbers[this.#at + 1] = value;
  }

  get #bucketCommitted(): number {
    return this.#block.numbers[this.#at + 2] as number;
  }
  set #bucketCommitted(value: number) {
    this.#block.numbers[this.#at + 2] = value;
  }

  get #forgetAtMs(): number {
    return this.#block.numbers[this.#at + 3] as number;
  }
  set #forgetAtMs(value: number) {
    this.#block.numbers[this.#at + 3] = value;
  }

  get #oldestBucket(): number {
    return this.#block.numbers[this.#at + 4] as number;
  }
  set #oldestBucket(value: number) {
    this.#block.numbers[this.#at + 4] = value;
  }

  /** Of the buckets that are still there: as of the latest look at the window. */
  get reserved(): number {
    return this.#bucketReserved + (this.#others?.reserved ?? 0);
  }

  get committed(): number {
    return this.#bucketCommitted + (this.#others?.committed ?? 0);
  }

  /** The sums from `oldestBucket` on. */
  sums(oldestBucket: number): CounterSums {
    this.#moveTo(oldestBucket);
    return { committed: this.committed, reserved: this.reserved };
  }

  /** Why the entry does not fit, or undefined if it does. An amount of 0 always fits (L1). */
  refusal({ amount, ceiling, oldestBucket }: PlanEntry): RefusalKind | undefined {
    if (amount === 0) return undefined;
    if (amount > ceiling) return 'TOO_LARGE';
    if (oldestBucket > this.#oldestBucket) this.#moveTo(oldestBucket);
    const after = this.committed + amount;
    if (after > ceiling) return 'EXHAUSTED';
    return after + this.reserved > ceiling ? 'IN_FLIGHT' : undefined;
  }

  /** The newest bucket that must leave the window before `amount` fits beside what is committed. */
  leavingBucket({ amount, ceiling }: PlanEntry): number | undefined {
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
  open({ bucket, oldestBucket, forgetAtMs }: OpenBucket, atMs: number): void {
    if (oldestBucket > this.#oldestBucket) this.#moveTo(oldestBucket);
    if (bucket === this.#bucket) {
      if (this.#forgetAtMs <= atMs && this.#bucketReserved === 0) this.#bucketCommitted = 0;
      if (forgetAtMs > this.#forgetAtMs) this.#forgetAtMs = forgetAtMs;
    } else if (bucket >= this.#oldestBucket) {
      const isNew = bucket > this.#bucket && !this.#others?.has(bucket);
      if (isNew) this.#turnTo(bucket, forgetAtMs);
      else this.#othersOf().open(bucket, forgetAtMs);
    }
  }

  /** Adds to a bucket, if it is still there; both parts may be negative. */
  add(bucket: number, reserved: number, committed: number): void {
    if (bucket === this.#bucket) {
      this.#bucketReserved += reserved;
      this.#bucketCommitted += committed;
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
    this.#bucketCommitted = 0;
    this.#others?.reset();
  }

  /**
   * Drops buckets whose time is over and that hold nothing; says whether none is left. A look at the
   * window moves it, but is written nowhere: so one that it dropped is waited for as if it were there.
   */
  forget(nowMs: number): boolean {
    if (this.#others?.forget(nowMs)) this.#others = undefined;
    if (this.#forgetAtMs > nowMs) return false;
    if (this.#bucketReserved === 0) this.#dropLatest();
    return this.#bucket === NONE && this.#others === undefined;
  }

  state(): CounterState {
    const { ref, resetAtMs } = this;
    const buckets = this.#buckets();
    return { ref, oldestBucket: this.#oldestBucket, resetAtMs, buckets };
  }

  /** A counter as it was written down. */
  static from(state: CounterState, numbers: Numbers): Counter {
    const { ref, oldestBucket, resetAtMs, buckets } = state;
    const counter = new Counter(ref, numbers);
    counter.#oldestBucket = oldestBucket;
    counter.resetAtMs = resetAtMs;
    for (const { bucket, forgetAtMs, reserved, committed } of buckets) {
      counter.open({ bucket, oldestBucket, forgetAtMs }, NONE);
      counter.add(bucket, reserved, committed);
    }
    return counter;
  }

  /** The oldest first. */
  #buckets(): readonly BucketState[] {
    const all = this.#others?.states() ?? [];
    if (this.#bucket === NONE) return all;
    const latest = {
      bucket: this.#bucket,
      reserved: this.#bucketReserved,
      committed: this.#bucketCommitted,
      forgetAtMs: this.#forgetAtMs,
    };
    return [...all, latest];
  }

  #moveTo(oldestBucket: number): void {
    if (oldestBucket <= this.#oldestBucket) return;
    this.#oldestBucket = oldestBucket;
    if (this.#others?.dropBefore(oldestBucket)) this.#others = undefined;
    if (this.#bucket < oldestBucket) this.#dropLatest();
  }

  #dropLatest(): void {
    this.#bucket = NONE;
    this.#bucketReserved = 0;
    this.#bucketCommitted = 0;
  }

  #turnTo(bucket: number, forgetAtMs: number): void {
    if (this.#bucket !== NONE) {
      const others = this.#othersOf();
      others.open(this.#bucket, this.#forgetAtMs);
      others.add(this.#bucket, this.#bucketReserved, this.#bucketCommitted);
    }
    this.#bucket = bucket;
    this.#bucketReserved = 0;
    this.#bucketCommitted = 0;
    this.#forgetAtMs = forgetAtMs;
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
