// One integer addition to one counter: as held, as recorded, as planned; each knows more.
import type { Unit } from './budget.ts';
import type { Labels } from './subject.ts';

/** The identity of a counter. Two refs with the same key are the same counter. */
export interface CounterRef {
  /** Budget id, unit, canonical window, sorted `per` labels with values. */
  readonly key: string;
  readonly budget: string;
  readonly unit: Unit;
  readonly scope: Labels;
}

/**
 * A ref that is kept and used for many calls: it remembers where a ledger has found its counter. That is a
 * hint and no more: whoever takes it looks whether the counter of this key is there.
 */
export class PlacedRef implements CounterRef {
  readonly key: string;
  readonly budget: string;
  readonly unit: Unit;
  readonly scope: Labels;
  #place = 0;

  constructor({ key, budget, unit, scope }: CounterRef) {
    this.key = key;
    this.budget = budget;
    this.unit = unit;
    this.scope = scope;
  }

  static placeOf(ref: CounterRef): number {
    return #place in ref ? ref.#place : 0;
  }

  static setPlace(ref: CounterRef, place: number): void {
    if (#place in ref) ref.#place = place;
  }
}

export interface HeldEntry {
  readonly counter: CounterRef;
  readonly bucket: number;
  /** As reserved. */
  readonly amount: number;
  /** What stays when the reservation expires. */
  readonly expireAmount: number;
}

export interface RecordedEntry extends HeldEntry {
  /** The first bucket that counts for the ceiling: a replay drops those before it. */
  readonly oldestBucket: number;
  readonly forgetAtMs: number;
}

export interface PlanEntry extends RecordedEntry {
  readonly ceiling: number;
  /** Counts and reports, never refuses. */
  readonly shadow: boolean;
  /** How many counters the budget may have before this one; beyond it no decision. */
  readonly maxCounters: number;
}
