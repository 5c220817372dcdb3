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
  readonly #limited: ScopeCounter;
  readonly #place: Bucket;
  readonly amount: number;
  readonly expireAmount: number;
  readonly ceiling: number;

  constructor({ limited, place, amount, expireAmount, ceiling }: LimitEntryFields) {
    this.#limited = limited;
    this.#place = place;
    this.amount = amount;
    this.expireAmount = expireAmount;
    this.ceiling = ceiling;
  }

  get prepared(): PreparedLimit {
    return this.#limited.prepared;
  }

  get counter(): CounterRef {
    return this.#limited.ref;
  }

  get bucket(): number {
    return this.#place.bucket;
  }

  get oldestBucket(): number {
    return this.#place.oldestBucket;
  }

  get forgetAtMs(): number {
    return this.#place.forgetAtMs;
  }

  get shadow(): boolean {
    return this.prepared.budget.mode === 'shadow';
  }

  get maxCounters(): number {
    return this.prepared.maxCounters;
  }

  withAmount(amount: number): LimitEntry {
    const { expireAmount, ceiling } = this;
    const [limited, place] = [this.#limited, this.#place];
    return new LimitEntry({ limited, place, amount, expireAmount, ceiling });
  }
}

interface LimitEntryFields extends Pick<PlanEntry, 'amount' | 'expireAmount' | 'ceiling'> {
  readonly limited: ScopeCounter;
  readonly place: Bucket;
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
  const { matching, call, worst, usual = worst } = input;
  const draft: Draft = { entries: [], refusals: NONE, shadow: NONE };
  // Loops by index, and no closures: every call passes here.
  for (let i = 0; i < matching.length; i++) {
    const prepared = matching[i] as PreparedBudget;
    const held = prepared.budget.hold === 'adaptive' ? usual : worst;
    const scopes = prepared.scopes(call);
    for (let j = 0; j < scopes.length; j++) {
      const counters = (scopes[j] as PreparedScope).counters;
      for (let k = 0; k < counters.length; k++) {
        draftLimit(draft, input, held, counters[k] as ScopeCounter);
      }
    }
  }
  return draft;
}

interface Draft {
  readonly entries: LimitEntry[];
  refusals: readonly Refusal[];
  shadow: readonly Refusal[];
}

const NONE: readonly Refusal[] = [];

function draftLimit(
  draft: Draft,
  { call, nowMs }: DraftInput,
  held: WorstCase,
  counter: ScopeCounter,
): void {
  const { prepared, allowances } = counter;
  const { limit, rule, window } = prepared;
  const amountInForce = amountFor(limit, call);
  counter.latestAmount = amountInForce;
  const ceiling =
    allowances.length === 0
      ? amountInForce
      : ceilingOf({ amount: amountInForce, allowances, nowMs });
  const amount = rule.hold(held);
  if (amount === undefined || !acceptsPrice(prepared, held)) {
    refuse(draft, counter, { ceiling, reason: 'UNPRICED', requested: 0 });
  } else if (held.isSoft && prepared.budget.softBound === 'deny' && rule.countsInput) {
    const why = { reason: 'TOO_LARGE', requested: amount, detail: SOFT_BOUND } as const;
    refuse(draft, counter, { ceiling, ...why });
  } else if (window) {
    draft.entries.push(entryOf({ counter, amount, ceiling, worst: held, nowMs }));
  } else if (amount > ceiling) {
    refuse(draft, counter, { ceiling, reason: 'TOO_LARGE', requested: amount });
  }
}

function refuse(
  draft: Draft,
  { prepared, ref }: ScopeCounter,
  why: Omit<RefusalInput, 'prepared' | 'scope'>,
): void {
  const refusal = refusalOf({ ...why, prepared, scope: ref.scope });
  if (prepared.budget.mode === 'shadow') draft.shadow = [...draft.shadow, refusal];
  else draft.refusals = [...draft.refusals, refusal];
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
      for (const counter of counters) {
        const { window, limit, rule } = counter.prepared;
        if (!window) continue;
        const amount = rule.settle(actual, 0);
        const ceiling = amountFor(limit, call);
        entries.push(entryOf({ counter, amount, ceiling, worst: NOTHING_HELD, nowMs }));
      }
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
  readonly counter: ScopeCounter;
  readonly amount: number;
  readonly ceiling: number;
  readonly worst: WorstCase;
  readonly nowMs: number;
}

function entryOf({ counter, amount, ceiling, worst, nowMs }: EntryInput): LimitEntry {
  const { prepared } = counter;
  const { budget, rule } = prepared;
  const place = prepared.placeAt(nowMs);
  const expireAmount = rule.afterExpiry(budget.onExpire, amount, worst);
  return new LimitEntry({ limited: counter, place, amount, expireAmount, ceiling });
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
