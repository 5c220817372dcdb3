// The plan of a reserve: which counters a call touches, by how much, and under which ceilings.
import { type Allowance, allowancesFor, ceilingOf } from './allowance.ts';
import type { CounterRef, PlanEntry } from './entry.ts';
import { amountFor, type Budget, type Limit, matches, scopesOf } from './budget.ts';
import type { DenialReason, Refusal } from './decision.ts';
import { SpendfuseError } from './errors.ts';
import { formatWindow } from './grammar.ts';
import type { EntryRefusal } from './ledger.ts';
import { unitRule } from './limits/registry.ts';
import type { Actual, UnitRule, WorstCase } from './limits/unit.ts';
import type { Call, Labels } from './subject.ts';
import {
  type Bucket,
  bucketAt,
  type CountedWindow,
  HORIZON_MS,
  resetAtMs,
  windowKey,
} from './window.ts';

/** Budgets made ready for planning: rules looked up, counter identities made once per scope. */
export interface Admission {
  readonly budgets: readonly Budget[];
  /** In file order. */
  readonly prepared: readonly PreparedBudget[];
  /** Budgets that match the call, in file order. */
  matching(call: Call): readonly PreparedBudget[];
}

export interface PreparedBudget {
  readonly budget: Budget;
  readonly limits: readonly PreparedLimit[];
  /** The scopes of a call, with the counters of each: the same objects each time. */
  readonly scopes: (call: Call) => readonly PreparedScope[];
  readonly scopeOf: (labels: Labels) => PreparedScope;
}

export interface PreparedLimit {
  readonly budget: Budget;
  readonly limit: Limit;
  readonly rule: UnitRule;
  readonly maxCounters: number;
}

export interface PreparedScope {
  readonly labels: Labels;
  /** One for each limit of the budget. */
  readonly counters: readonly ScopeCounter[];
}

/** A limit in a scope. */
export interface ScopeCounter {
  readonly ref: CounterRef;
  readonly allowances: readonly Allowance[];
  /** The amount (by plan) of the latest reserve here, for balances; undefined: there was none yet. */
  latestAmount: number | undefined;
}

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

/** Scopes kept per budget; beyond it they are made anew. */
const MAX_SCOPES = 100_000;

/**
 * @throws SpendfuseError `CONFIG` where two limits would be one counter: two budgets with one id, or
 * two limits of a budget with one unit and window.
 */
export function prepare(
  budgets: readonly Budget[],
  { allowances = [] }: { readonly allowances?: readonly Allowance[] } = {},
): Admission {
  checkDistinct(budgets);
  const prepared = budgets.map((budget) => {
    const own = allowances.filter((each) => each.budget === budget.id);
    return prepareBudget(budget, own);
  });
  return {
    budgets,
    prepared,
    matching: (call) => prepared.filter(({ budget }) => matches(budget, call)),
  };
}

function checkDistinct(budgets: readonly Budget[]): void {
  const counters = new Set<string>();
  for (const { id, limits } of budgets) {
    if (budgets.filter((budget) => budget.id === id).length > 1) {
      throw new SpendfuseError({
        code: 'CONFIG',
        message: `two budgets have the id "${id}"; rename one`,
      });
    }
    for (const { unit, window } of limits) {
      const counter = `${id}|${unit}|${windowKey(window)}`;
      if (counters.has(counter)) {
        const message = `budget "${id}" has two limits of ${unit} per ${formatWindow(window)}`;
        throw new SpendfuseError({ code: 'CONFIG', message });
      }
      counters.add(counter);
    }
  }
}

function prepareBudget(budget: Budget, allowances: readonly Allowance[]): PreparedBudget {
  const counted = budget.limits.filter(({ window }) => window.kind !== 'request').length;
  const maxCounters = budget.maxScopes * counted;
  const limits = budget.limits.map((limit) => {
    return { budget, limit, rule: unitRule(limit.unit), maxCounters };
  });
  const known = new Map<string, PreparedScope>();
  const scopeOf = (labels: Labels): PreparedScope => {
    const scopeKey = scopeKeyOf(labels);
    let scope = known.get(scopeKey);
    if (!scope) {
      scope = prepareScope({ budget, labels, scopeKey, allowances });
      if (known.size >= MAX_SCOPES) known.clear();
      known.set(scopeKey, scope);
    }
    return scope;
  };
  return { budget, limits, scopeOf, scopes: (call) => scopesOf(budget, call).map(scopeOf) };
}

interface ScopeInput {
  readonly budget: Budget;
  readonly labels: Labels;
  readonly scopeKey: string;
  readonly allowances: readonly Allowance[];
}

function prepareScope({ budget, labels, scopeKey, allowances }: ScopeInput): PreparedScope {
  const counters = budget.limits.map((limit) => ({
    ref: {
      key: counterKey({ budget, limit, scopeKey }),
      budget: budget.id,
      unit: limit.unit,
      scope: labels,
    },
    allowances: allowancesFor(allowances, { budget: budget.id, limit, scope: labels }),
    latestAmount: undefined,
  }));
  return { labels, counters };
}

export interface CounterKeyInput {
  readonly budget: Budget;
  readonly limit: Limit;
  /** Of `scopeKeyOf`. */
  readonly scopeKey: string;
}

/** The identity of a counter. Amounts, mode and match are not in it, so an edit keeps it (L9). */
export function counterKey({ budget, limit, scopeKey }: CounterKeyInput): string {
  return `${budget.id}|${limit.unit}|${windowKey(limit.window)}|${scopeKey}`;
}

/** `team=search,user=u1`, names sorted, values escaped: one text per scope. */
export function scopeKeyOf(scope: Labels): string {
  const names = Object.keys(scope);
  if (names.length === 0) return '';
  if (names.length > 1) names.sort();
  return names.map((name) => `${name}=${escapeValue(scope[name] ?? '')}`).join(',');
}

function escapeValue(value: string): string {
  return /[%,=|]/.test(value) ? value.replaceAll(/[%,=|]/g, encodeURIComponent) : value;
}

/** Every limit that a call touches, once for each of its scopes. */
function eachLimit(
  { matching, call }: Pick<DraftInput, 'matching' | 'call'>,
  visit: (prepared: PreparedLimit, counter: ScopeCounter) => void,
): void {
  for (const { limits, scopes } of matching) {
    for (const { counters } of scopes(call)) {
      for (let i = 0; i < limits.length; i++) {
        visit(limits[i] as PreparedLimit, counters[i] as ScopeCounter);
      }
    }
  }
}

export function draftReserve(input: DraftInput): ReserveDraft {
  const { call, nowMs } = input;
  const entries: LimitEntry[] = [];
  const refusals: Refusal[] = [];
  const shadow: Refusal[] = [];
  eachLimit(input, (prepared, counter) => {
    const { budget, limit, rule } = prepared;
    const worst = budget.hold === 'adaptive' ? (input.usual ?? input.worst) : input.worst;
    const { window } = limit;
    counter.latestAmount = amountFor(limit, call);
    const ceiling = ceilingOf({
      amount: counter.latestAmount,
      allowances: counter.allowances,
      nowMs,
    });
    const refuse = (why: Pick<RefusalInput, 'reason' | 'requested' | 'detail'>): void => {
      const refused = budget.mode === 'shadow' ? shadow : refusals;
      refused.push(refusalOf({ prepared, ceiling, scope: counter.ref.scope, ...why }));
    };
    const amount = rule.hold(worst);
    if (amount === undefined || !acceptsPrice(prepared, worst)) {
      refuse({ reason: 'UNPRICED', requested: 0 });
    } else if (worst.isSoft && budget.softBound === 'deny' && rule.countsInput) {
      refuse({ reason: 'TOO_LARGE', requested: amount, detail: SOFT_BOUND });
    } else if (window.kind !== 'request') {
      entries.push(entryOf({ prepared, window, counter, amount, ceiling, worst, nowMs }));
    } else if (amount > ceiling) {
      refuse({ reason: 'TOO_LARGE', requested: amount });
    }
  });
  return { entries, refusals, shadow };
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
  eachLimit({ matching, call }, (prepared, counter) => {
    const { window } = prepared.limit;
    if (window.kind === 'request') return;
    const amount = prepared.rule.settle(actual, 0);
    const ceiling = amountFor(prepared.limit, call);
    const worst = NOTHING_HELD;
    entries.push(entryOf({ prepared, window, counter, amount, ceiling, worst, nowMs }));
  });
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
  const { bucket, oldestBucket, forgetAtMs } = placeOf(prepared, window, nowMs);
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
    expireAmount: rule.afterExpiry({ onExpire: budget.onExpire, amount, worst }),
  };
}

const HOUR_MS = 3_600_000;

/** A lifetime ends for scopes that are idle for long, and for a concurrency that nobody uses. */
function placeOf({ budget, limit }: PreparedLimit, window: CountedWindow, nowMs: number): Bucket {
  const place = bucketAt(window, nowMs);
  if (window.kind !== 'lifetime') return place;
  if (limit.unit === 'concurrency') return { ...place, forgetAtMs: inHours(nowMs + HORIZON_MS) };
  if (budget.per.length === 0) return place;
  return { ...place, forgetAtMs: inHours(nowMs + budget.forgetAfterIdleMs) };
}

/** Whole hours, so that the same place is not written down again with every call. */
function inHours(ms: number): number {
  return Math.ceil(ms / HOUR_MS) * HOUR_MS;
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
