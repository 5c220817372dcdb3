// What a unit must say of itself: how much a call holds, and what is left of it at the end.
import type { Amounts } from '../authority.ts';
import type { OnExpire } from '../budget.ts';
import type { Usage } from '../usage.ts';

/** The dearest outcome a call can have, as reserved. Costs are undefined where no price is known. */
export interface WorstCase {
  readonly inputTokens: number;
  /** Of all choices together. */
  readonly outputTokens: number;
  readonly costNanoUsd: number | undefined;
  /** The part of `costNanoUsd` that the input alone can cost. */
  readonly inputCostNanoUsd: number | undefined;
  /** The costs come from the fallback for unknown models, which not every budget accepts (L7). */
  readonly isFallback?: boolean | undefined;
  /** The provider may add input, so nothing above is certain. */
  readonly isSoft?: boolean | undefined;
  /** Of custom units; a cost among them is `costNanoUsd` already. */
  readonly amounts?: Amounts | undefined;
}

/** What a call has come to. */
export interface Actual {
  readonly usage: Usage;
  readonly costNanoUsd: number | undefined;
  /** Of custom units. */
  readonly amounts?: Amounts | undefined;
}

export interface UnitRule {
  /** What a reserve takes; undefined: it cannot be told (`UNPRICED`). */
  hold(worst: WorstCase): number | undefined;
  /** What an expiry leaves of what is held (L5). */
  afterExpiry(onExpire: OnExpire, held: number, worst: WorstCase): number;
  /** What a commit leaves of what was held. */
  settle(actual: Actual, held: number): number;
  /** What a release leaves; `sent`: the request went out. */
  afterRelease(sent: boolean): number;
  /** Whether the unit can be limited per request, that is without a counter. */
  readonly perRequest: boolean;
  /** Whether input beyond the bound would be beyond the hold too. */
  readonly countsInput: boolean;
}

/** For units that are used up token by token: all of it, the part of the input, or nothing. */
export function expireLikeInput(ofInput: (worst: WorstCase) => number | undefined) {
  return (onExpire: OnExpire, held: number, worst: WorstCase): number => {
    if (onExpire === 'charge') return held;
    return onExpire === 'input' ? (ofInput(worst) ?? 0) : 0;
  };
}
