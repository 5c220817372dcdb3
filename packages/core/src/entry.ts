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
