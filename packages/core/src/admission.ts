// The plan of a reserve: which counters a call touches, by how much, and under which ceilings.
import { ceilingOf } from './allowance.ts';
import { amountFor } from './budget.ts';
import type { DenialReason, Refusal } from './decision.ts';
import type { PlanEntry } from './entry.ts';
import { formatWindow } from './grammar.ts';
import type { EntryRefusal } from './ledger.ts';
import type { Actual, WorstCase } from './limits/unit.ts';
import type { PreparedBudget, PreparedLimit, PreparedScope, ScopeCounter } from './prepared.ts';
import type { Call, Labels } from './subject.ts';
import { type CountedWindow, resetAtMs } from './window.ts';

/** A plan entry with the limit it stands for, so that a refusal can be told. */
export interface LimitEntry extends PlanEntry {
  readonly prepared: PreparedLimit;
  readonly window: CountedWindow;
}

export interface ReserveDraft {
  readonly entries: readonly LimitEntry[];
  /** Refusals that need no counter: limits per request, and costs that no price is known for. */
  readonly refusals: readonly Refusal[];
  /** The same of budgets in shadow mode. */
  readonly shadow: readonly Refusal[];
}

export interface DraftInput {
  readonly matching: readonly PreparedBudget[];
  readonly call: Call;
  readonly worst: WorstCase;
  /** What budgets with `hold: adaptive` take instead of the worst case. */
  readonly usual?: WorstCase | undefined;
  readonly nowMs: number;
}

export function draftReserve(input: DraftInput): ReserveDraft {
  const { matching, call, worst, nowMs } = input;
  const draft: Draft = { entries: [], refusals: [], shadow: [] };
  // Loops by index, and no closures: every call passes here.
  for (let i = 0; i < matching.length; i++) {
    const prepared = matching[i] as PreparedBudget;
    const { budget, limits } = prepared;
    const held = budget.hold === 'adaptive' ? (input.usual ?? worst) : worst;
    const asked = { draft, call, held, nowMs };
    const scopes = prepared.scopes(call);
    for (let j = 0; j < scopes.length; j++) {
      const counters = (scopes[j] as PreparedScope).counters;
      for (let k = 0; k < limits.length; k++) {
        draftLimit(asked, limits[k] as PreparedLimit, counters[k] as ScopeCounter);
      }
    }
  }
  return draft;
}

interface Draft {
  readonly entries: LimitEntry[];
  readonly refusals: Refusal[];
  readonly shadow: Refusal[];
}

/** What the limits of a budget have in common. */
interface Asked {
  readonly draft: Draft;
  readonly call: Call;
  readonly held: WorstCase;
  readonly nowMs: number;
}

function draftLimit(asked: Asked, prepared: PreparedLimit, counter: ScopeCounter): void {
  const { draft, call, held, nowMs } = asked;
  const { limit, rule, window } = prepared;
  const { allowances } = counter;
  const amountInForce = amountFor(limit, call);
  counter.latestAmount = amountInForce;
  const ceiling =
    allowances.length === 0
      ? amountInForce
      : ceilingOf({ amount: amountInForce, allowances, nowMs });
  const amount = rule.hold(held);
  if (amount === undefined || !acceptsPrice(prepared, held)) {
    refuse(draft, { prepared, counter, ceiling, reason: 'UNPRICED', requested: 0 });
  } else if (held.isSoft && prepared.budget.softBound === 'deny' && rule.countsInput) {
    const why = { reason: 'TOO_LARGE', requested: amount, detail: SOFT_BOUND } as const;
    refuse(draft, { prepared, counter, ceiling, ...why });
  } else if (window) {
    draft.entries.push(entryOf({ prepared, window, counter, amount, ceiling, worst: held, nowMs }));
  } else if (amount > ceiling) {
    refuse(draft, { prepared, counter, ceiling, reason: 'TOO_LARGE', requested: amount });
  }
}

function refuse(
  { refusals, shadow }: Draft,
  { counter, ...why }: Omit<RefusalInput, 'scope'> & { readonly counter: ScopeCounter },
): void {
  const refusal = refusalOf({ ...why, scope: counter.ref.scope });
  (why.prepared.budget.mode === 'shadow' ? shadow : refusals).push(refusal);
}

const SOFT_BOUND = 'the provider may add input that is not in the request (softBound: deny)';

/** A call without a price of its own has the fallback's, where the budget accepts that (L7). */
function acceptsPrice({ budget, limit }: PreparedLimit, { isFallback }: WorstCase): boolean {
  return !isFallback || limit.unit !== 'cost' || budget.unpriced === 'fallback';
}

export interface RecordInput {
  readonly matching: readonly PreparedBudget[];
  readonly call: Call;
  readonly actual: Actual;
  /** When the call was made: it belongs to the windows of that time (L8). */
  readonly nowMs: number;
}

/** The entries of a call that was not reserved: what it came to, in every limit it touches. */
export function draftRecord({ matching, call, actual, nowMs }: RecordInput): readonly LimitEntry[] {
  const entries: LimitEntry[] = [];
  for (const prepared of matching) {
    for (const { counters } of prepared.scopes(call)) {
      prepared.limits.forEach((each, index) => {
        const { window, limit, rule } = each;
        if (!window) return;
        const counter = counters[index] as ScopeCounter;
        const amount = rule.settle(actual, 0);
        const ceiling = amountFor(limit, call);
        const worst = NOTHING_HELD;
        entries.push(entryOf({ prepared: each, window, counter, amount, ceiling, worst, nowMs }));
      });
    }
  }
  return entries;
}

const NOTHING_HELD: WorstCase = {
  inputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  inputCostNanoUsd: 0,
};

interface EntryInput {
  readonly prepared: PreparedLimit;
  readonly window: CountedWindow;
  readonly counter: ScopeCounter;
  readonly amount: number;
  readonly ceiling: number;
  readonly worst: WorstCase;
  readonly nowMs: number;
}

function entryOf(input: EntryInput): LimitEntry {
  const { prepared, window, counter, amount, ceiling, worst, nowMs } = input;
  const { budget, rule, maxCounters } = prepared;
  const { bucket, oldestBucket, forgetAtMs } = prepared.placeAt(nowMs);
  const { onExpire } = budget;
  return {
    prepared,
    window,
    counter: counter.ref,
    bucket,
    oldestBucket,
    forgetAtMs,
    amount,
    ceiling,
    shadow: budget.mode === 'shadow',
    maxCounters,
    expireAmount: rule.afterExpiry({ onExpire, amount, worst }),
  };
}

/** The refusal of a counted limit, as callers are told it. */
export function explain(entry: LimitEntry, refusal: EntryRefusal, nowMs: number): Refusal {
  const { window, prepared, counter, amount, ceiling } = entry;
  const { kind, committed, reserved, leavingBucket } = refusal;
  const resets = kind === 'EXHAUSTED';
  return {
    ...refusalOf({ prepared, ceiling, scope: counter.scope, reason: kind, requested: amount }),
    committed,
    reserved,
    resetAtMs: resets ? resetAtMs({ window, nowMs, leavingBucket }) : undefined,
  };
}

interface RefusalInput {
  readonly prepared: PreparedLimit;
  /** The amount in force. */
  readonly ceiling: number;
  readonly scope: Labels;
  readonly reason: DenialReason;
  readonly requested: number;
  readonly detail?: string | undefined;
}

function refusalOf(input: RefusalInput): Refusal {
  const { prepared, ceiling, scope, reason, requested, detail } = input;
  const { budget, limit } = prepared;
  return {
    reason,
    budget: budget.id,
    scope,
    unit: limit.unit,
    window: formatWindow(limit.window),
    limit: ceiling,
    committed: 0,
    reserved: 0,
    requested,
    ...(detail === undefined ? undefined : { detail }),
  };
}
