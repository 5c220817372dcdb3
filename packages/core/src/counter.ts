// One counter of the engine: integers per bucket, and their sums over the window.
import type { CounterRef, PlanEntry } from './entry.ts';
import { invalid } from './errors.ts';
import type { CounterSums, RefusalKind } from './ledger.ts';

interface Row {
  reserved: number;
  committed: number;
  forgetAtMs: number;
}

export interface Change {
  readonly bucket: number;
  readonly reserved: number;
  readonly committed: number;
}

export interface OpenBucket {
  readonly bucket: number;
  readonly oldestBucket: number;
  readonly forgetAtMs: number;
}

/**
 * Windows only move forward, so a bucket that has left the window is dropped: it can never count for
 * a ceiling again, and a late change to it is history only.
 */
export class Counter {
  readonly ref: CounterRef;
  #rows = new Map<number, Row>();
  #oldestBucket = Number.NEGATIVE_INFINITY;
  #reserved = 0;
  #committed = 0;
  /** What was committed up to then does not count any more. */
  #resetAtMs = Number.NEGATIVE_INFINITY;

  constructor(ref: CounterRef) {
    this.ref = ref;
  }

  /** The sums from `oldestBucket` on. */
  sums(oldestBucket: number): CounterSums {
    this.#moveTo(oldestBucket);
    return { committed: this.#committed, reserved: this.#reserved };
  }

  /** Why the entry does not fit, or undefined if it does. An amount of 0 always fits (L1). */
  refusal({ amount, ceiling, oldestBucket }: PlanEntry): RefusalKind | undefined {
    if (amount === 0) return undefined;
    if (amount > ceiling) return 'TOO_LARGE';
    this.#moveTo(oldestBucket);
    if (this.#committed + amount > ceiling) return 'EXHAUSTED';
    return this.#committed + this.#reserved + amount > ceiling ? 'IN_FLIGHT' : undefined;
  }

  /** The newest bucket that must leave the window before `amount` fits beside what is committed. */
  leavingBucket({ amount, ceiling }: PlanEntry): number | undefined {
    let excess = this.#committed + amount - ceiling;
    if (excess <= 0) return undefined;
    for (const [bucket, row] of [...this.#rows].sort(([a], [b]) => a - b)) {
      excess -= row.committed;
      if (excess <= 0) return bucket;
    }
    return undefined;
  }

  /** Makes sure the bucket is there; a bucket before the window is not made. */
  open({ bucket, oldestBucket, forgetAtMs }: OpenBucket): void {
    this.#moveTo(oldestBucket);
    const row = this.#rows.get(bucket);
    if (row) {
      if (forgetAtMs > row.forgetAtMs) row.forgetAtMs = forgetAtMs;
    } else if (bucket >= this.#oldestBucket) {
      this.#rows.set(bucket, { reserved: 0, committed: 0, forgetAtMs });
    }
  }

  /** Adds to a bucket, if it is still there; both parts may be negative. */
  add({ bucket, reserved, committed }: Change): void {
    const row = this.#rows.get(bucket);
    if (!row) return;
    row.reserved += reserved;
    row.committed += committed;
    this.#reserved += reserved;
    this.#committed += committed;
  }

  /** @throws SpendfuseError `INVALID_ARGUMENT` where adding `amount` would leave the safe integers. */
  checkRoomFor(amount: number): void {
    if (Number.isSafeInteger(this.#committed + this.#reserved + amount)) return;
    throw invalid('amount', `counter ${this.ref.key} would pass 2^53 - 1`);
  }

  get resetAtMs(): number {
    return this.#resetAtMs;
  }

  /** Nothing is committed from now on; what is reserved stays. */
  reset(atMs: number): void {
    this.#resetAtMs = atMs;
    this.#committed = 0;
    for (const row of this.#rows.values()) row.committed = 0;
  }

  /** Drops buckets whose time is over and that hold nothing; says whether none is left. */
  forget(nowMs: number): boolean {
    for (const [bucket, row] of this.#rows) {
      if (row.forgetAtMs <= nowMs && row.reserved === 0) this.#drop(bucket, row);
    }
    return this.#rows.size === 0;
  }

  #moveTo(oldestBucket: number): void {
    if (oldestBucket <= this.#oldestBucket) return;
    this.#oldestBucket = oldestBucket;
    for (const [bucket, row] of this.#rows) if (bucket < oldestBucket) this.#drop(bucket, row);
  }

  #drop(bucket: number, row: Row): void {
    this.#reserved -= row.reserved;
    this.#committed -= row.committed;
    this.#rows.delete(bucket);
  }
}
