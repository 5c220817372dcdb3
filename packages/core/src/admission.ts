// The plan of a reserve: which counters a call touches, by how much, and under which ceilings.
import { ceilingOf } from './allowance.ts';
import { amountFor } from './budget.ts';
import type { DenialReason, Refusal } from './decision.ts';
import type { CounterRef, PlanEntry } from './entry.ts';
import { formatWindow } from './grammar.ts';
import type { EntryRefusal } from './ledger.ts';
import type { Actual, WorstCase } from './limits/unit.ts';
import type { PreparedBudget, PreparedLimit, PreparedScope, ScopeCounter } from './prepared.ts';
import type { Call, Labels } from './subject.ts';
import { type Bucket, resetAtMs } from './window.ts';

/**
 * A plan entry with the limit it stands for, so that a refusal can be told. Every call makes one for each
 * of its limits, so it has only what is the call's own and reads the rest where it is.
 */
export class LimitEntry implements PlanEntry {
  readonly prepared: PreparedLimit;
  readonly counter: CounterRef;
  readonly place: Bucket;
  readonly amount: number;
  readonly expireAmount: number;
  readonly ceiling: number;

  constructor({ prepared, counter, place, amount, expireAmount, ceiling }: LimitEntryFields) {
    this.prepared = prepared;
    this.counter = counter;
    this.place = place;
    this.amount = amount;
    this.expireAmount = expireAmount;
    this.ceiling = ceiling;
  }

  get bucket(): number {
    return this.place.bucket;
  }

  get oldestBucket(): number {
    return this.place.oldestBucket;
  }

  get forgetAtMs(): number {
    return this.place.forgetAtMs;
  }

  get shadow(): boolean {
    return this.prepared.budget.mode === 'shadow';
  }

  get maxCounters(): number {
    return this.prepared.maxCounters;
  }

  withAmount(amount: number): LimitEntry {
    const { prepared, counter, place, expireAmount, ceiling } = this;
    return new LimitEntry({ prepared, counter, place, amount, expireAmount, ceiling });
  }
}

type LimitEntryFields = Pick<
  LimitEntry,
  'prepared' | 'counter' | 'place' | 'amount' | 'expireAmount' | 'ceiling'
>;

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
  const { matching, call, worst, usual, nowMs } = input;
  const draft: Draft = { entries: [], refusals: [], shadow: [] };
  const inWorstCase = { draft, call, held: worst, nowMs };
  const asUsual = usual ? { draft, call, held: usual, nowMs } : inWorstCase;
  // Loops by index, and no closures: every call passes here.
  for (let i = 0; i < matching.length; i++) {
    const prepared = matching[i] as PreparedBudget;
    const { budget, limits } = prepared;
    const asked = budget.hold === 'adaptive' ? asUsual : inWorstCase;
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
    draft.entries.push(entryOf({ prepared, counter, amount, ceiling, worst: held, nowMs }));
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
        entries.push(entryOf({ prepared: each, counter, amount, ceiling, worst, nowMs }));
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
  readonly counter: ScopeCounter;
  readonly amount: number;
  readonly ceiling: number;
  readonly worst: WorstCase;
  readonly nowMs: number;
}

function entryOf({ prepared, counter, amount, ceiling, worst, nowMs }: EntryInput): LimitEntry {
  const { budget, rule } = prepared;
  const place = prepared.placeAt(nowMs);
  const expireAmount = rule.afterExpiry(budget.onExpire, amount, worst);
  return new LimitEntry({ prepared, counter: counter.ref, place, amount, expireAmount, ceiling });
}

/** The refusal of a counted limit, as callers are told it. */
export function explain(entry: LimitEntry, refusal: EntryRefusal, nowMs: number): Refusal {
  const { prepared, counter, amount, ceiling } = entry;
  const { kind, committed, reserved, leavingBucket } = refusal;
  const { window } = prepared;
  const resets = window !== undefined && kind === 'EXHAUSTED';
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
