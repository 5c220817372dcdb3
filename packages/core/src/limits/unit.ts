// What a unit must say of itself: how much a call holds, and what is left of it at the end.
import type { Usage } from '../usage.ts';

/** The dearest outcome a call can have, as reserved. Costs are undefined where no price is known. */
export interface WorstCase {
  readonly inputTokens: number;
  /** Of all choices together. */
  readonly outputTokens: number;
  readonly costNanoUsd: number | undefined;
  /** The part of `costNanoUsd` that the input alone can cost. */
  readonly inputCostNanoUsd: number | undefined;
}

/** What a call has come to. */
export interface Actual {
  readonly usage: Usage;
  readonly costNanoUsd: number | undefined;
}

export interface UnitRule {
  /** What a reserve takes; undefined: it cannot be told (`UNPRICED`). */
  hold(worst: WorstCase): number | undefined;
  /** The part of the hold that the input alone accounts for (`onExpire: input`). */
  holdOfInput(worst: WorstCase): number;
  /** What a commit leaves. */
  settle(actual: Actual): number;
  /** What a release leaves; `sent`: the request went out. */
  afterRelease(sent: boolean): number;
  /** Whether the unit can be limited per request, that is without a counter. */
  readonly perRequest: boolean;
}
