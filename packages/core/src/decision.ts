// What a reserve is answered: granted, denied with closed reasons, or a plea for an exact count.
import type { Unit } from './budget.ts';
import type { Labels } from './subject.ts';

/**
 * Why a call is refused, the headline first.
 *
 * - `TOO_LARGE`: can never fit, even in an empty window. Retrying does not help.
 * - `UNPRICED`: a cost limit applies and the model has no price.
 * - `EXHAUSTED`: what is committed leaves no room. Helps at `resetAtMs`.
 * - `IN_FLIGHT`: would fit if the calls in flight ended at no cost. Helps soon: `retryAfterMs`.
 * - `UNAVAILABLE`: made by the client: no decision to be had, and its policy says no.
 */
export type DenialReason = 'TOO_LARGE' | 'UNPRICED' | 'EXHAUSTED' | 'IN_FLIGHT' | 'UNAVAILABLE';

export const DENIAL_REASONS: readonly DenialReason[] = [
  'TOO_LARGE',
  'UNPRICED',
  'EXHAUSTED',
  'IN_FLIGHT',
  'UNAVAILABLE',
];

/** One limit that refused, and why. Amounts are nano-USD for `cost`, else counts. */
export interface Refusal {
  readonly reason: DenialReason;
  readonly budget: string;
  readonly scope: Labels;
  readonly unit: Unit;
  /** As written: `day`, `rolling 60s`, `request`, `lifetime`. */
  readonly window: string;
  /** The ceiling in force. */
  readonly limit: number;
  readonly committed: number;
  readonly reserved: number;
  /** What the call asked for. */
  readonly requested: number;
  readonly resetAtMs?: number | undefined;
  /** What the amounts do not tell, such as that the bound is a soft one. */
  readonly detail?: string | undefined;
}

/** What a grant holds. */
export interface Held {
  /** Undefined where no price is known (and no cost limit applies). */
  readonly costNanoUsd: number | undefined;
  readonly tokens: number;
}

export interface Granted {
  readonly kind: 'granted';
  readonly id: string;
  readonly expiresAtMs: number;
  readonly held: Held;
  /** Set when the call was clamped: send at most this many output tokens (per choice). */
  readonly maxOutputTokens?: number | undefined;
  /** Set when the call was downgraded: send this model. */
  readonly model?: string | undefined;
  /** Output tokens of all choices that the hold covers, where that is not all: extend before more. */
  readonly heldOutputTokens?: number | undefined;
  readonly waitedMs: number;
  /** Limits of budgets in `shadow` mode that would have refused. */
  readonly shadow: readonly Refusal[];
  /** Set where no authority has decided: the policy that let the call pass. Nothing is held then. */
  readonly ungoverned?: 'allow' | 'grace' | undefined;
}

export interface Denied {
  readonly kind: 'denied';
  /** The reason of the first refusal, in the order of `DENIAL_REASONS`. */
  readonly reason: DenialReason;
  /** Every limit that refused, sorted like the reasons. */
  readonly refusals: readonly Refusal[];
  readonly resetAtMs?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly waitedMs: number;
}

/** No denial: the bound sent was not exact and a limit refuses it. Count exactly and ask again. */
export interface Refine {
  readonly kind: 'refine';
}

export type Decision = Granted | Denied | Refine;

/** The answer of an extend that was possible. */
export interface Extended {
  readonly kind: 'extended';
  readonly expiresAtMs: number;
  readonly held: Held;
}

/**
 * How soon a call refused by calls in flight may try again. Nobody knows when they end; most calls
 * take seconds, and a reservation that nobody ends is over in minutes.
 */
const RETRY_IN_FLIGHT_MS = 1000;

export interface DenyOptions {
  readonly refusals: readonly Refusal[];
  readonly nowMs: number;
  readonly waitedMs: number;
}

/** Sorts the refusals, picks the headline, and says when a retry helps: when the last of them yields. */
export function deny({ refusals, nowMs, waitedMs }: DenyOptions): Denied {
  const sorted = [...refusals].sort((a, b) => rank(a.reason) - rank(b.reason));
  const reason = sorted[0]?.reason ?? 'UNAVAILABLE';
  const base = { kind: 'denied', reason, refusals: sorted, waitedMs } as const;
  if (reason === 'TOO_LARGE' || reason === 'UNPRICED') return base;
  if (reason === 'IN_FLIGHT') return { ...base, retryAfterMs: RETRY_IN_FLIGHT_MS };
  const resets = sorted.filter((refusal) => refusal.reason === 'EXHAUSTED');
  if (resets.length === 0 || resets.some((refusal) => refusal.resetAtMs === undefined)) return base;
  const latest = Math.max(...resets.map((refusal) => refusal.resetAtMs ?? 0));
  const leastMs = resets.length === sorted.length ? 0 : RETRY_IN_FLIGHT_MS;
  return { ...base, resetAtMs: latest, retryAfterMs: Math.max(leastMs, latest - nowMs) };
}

function rank(reason: DenialReason): number {
  return DENIAL_REASONS.indexOf(reason);
}
