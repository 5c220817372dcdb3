// The plan of a reserve: which counters a call touches, by how much, and under which ceilings.
import type { CounterRef, PlanEntry } from './entry.ts';
import { type Budget, type Limit, matches, scopesOf } from './budget.ts';
import type { DenialReason, Refusal } from './decision.ts';
import { SpendfuseError } from './errors.ts';
import { formatWindow } from './grammar.ts';
import type { EntryRefusal } from './ledger.ts';
import { unitRules } from './limits/registry.ts';
import type { Actual, UnitRule, WorstCase } from './limits/unit.ts';
import type { Call, Labels } from './subject.ts';
import { bucketAt, type CountedWindow, resetAtMs, windowKey } from './window.ts';

/** Budgets made ready for planning: rules looked up, counter identities made once per scope. */
export interface Admission {
  readonly budgets: readonly Budget[];
  /** Budgets that match the call, in file order. */
  matching(call: Call): readonly PreparedBudget[];
}

export interface PreparedBudget {
  readonly budget: Budget;
  readonly limits: readonly PreparedLimit[];
  /** The scopes of a call, with the counters of each: the same objects each time. */
  readonly scopes: (call: Call) => readonly PreparedScope[];
}

export interface PreparedLimit {
  readonly budget: Budget;
  readonly limit: Limit;
  readonly rule: UnitRule;
}

export interface PreparedScope {
  readonly labels: Labels;
  /** One for each limit of the budget. */
  readonly counters: readonly CounterRef[];
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
  readonly nowMs: number;
}

/** Scopes kept per budget; beyond it they are made anew. */
const MAX_SCOPES = 100_000;

/**
 * @throws SpendfuseError `CONFIG` where two limits would be one counter: two budgets with one id, or
 * two limits of a budget with one unit and window.
 */
export function prepare(budgets: readonly Budget[]): Admission {
  checkDistinct(budgets);
  const prepared = budgets.map(prepareBudget);
  return {
    budgets,
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

function prepareBudget(budget: Budget): PreparedBudget {
  const limits = budget.limits.map((limit) => ({ budget, limit, rule: unitRules[limit.unit] }));
  const known = new Map<string, PreparedScope>();
  const scopeOf = (labels: Labels): PreparedScope => {
    const scopeKey = scopeKeyOf(labels);
    let scope = known.get(scopeKey);
    if (!scope) {
      scope = prepareScope(budget, labels, scopeKey);
      if (known.size >= MAX_SCOPES) known.clear();
      known.set(scopeKey, scope);
    }
    return scope;
  };
  return { budget, limits, scopes: (call) => scopesOf(budget, call).map(scopeOf) };
}

function prepareScope(budget: Budget, labels: Labels, scopeKey: string): PreparedScope {
  const counters = budget.limits.map((limit) => ({
    key: counterKey({ budget, limit, scopeKey }),
    budget: budget.id,
    unit: limit.unit,
    scope: labels,
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
  visit: (prepared: PreparedLimit, counter: CounterRef) => void,
): void {
  for (const { limits, scopes } of matching) {
    for (const { counters } of scopes(call)) {
      for (let i = 0; i < limits.length; i++) {
        visit(limits[i] as PreparedLimit, counters[i] as CounterRef);
      }
    }
  }
}

export function draftReserve(input: DraftInput): ReserveDraft {
  const { worst, nowMs } = input;
  const entries: LimitEntry[] = [];
  const refusals: Refusal[] = [];
  const shadow: Refusal[] = [];
  eachLimit(input, (prepared, counter) => {
    const { window, amount: ceiling } = prepared.limit;
    const { scope } = counter;
    const refused = prepared.budget.mode === 'shadow' ? shadow : refusals;
    const amount = prepared.rule.hold(worst);
    if (amount === undefined) {
      refused.push(refusalOf({ prepared, scope, reason: 'UNPRICED', requested: 0 }));
    } else if (window.kind !== 'request') {
      entries.push(entryOf({ prepared, window, counter, amount, worst, nowMs }));
    } else if (amount > ceiling) {
      refused.push(refusalOf({ prepared, scope, reason: 'TOO_LARGE', requested: amount }));
    }
  });
  return { entries, refusals, shadow };
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
    const amount = prepared.rule.settle(actual);
    entries.push(entryOf({ prepared, window, counter, amount, worst: NOTHING_HELD, nowMs }));
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
  readonly counter: CounterRef;
  readonly amount: number;
  readonly worst: WorstCase;
  readonly nowMs: number;
}

function entryOf({ prepared, window, counter, amount, worst, nowMs }: EntryInput): LimitEntry {
  const { budget, limit, rule } = prepared;
  const { bucket, oldestBucket, forgetAtMs } = bucketAt(window, nowMs);
  return {
    prepared,
    window,
    counter,
    bucket,
    oldestBucket,
    forgetAtMs,
    amount,
    ceiling: limit.amount,
    shadow: budget.mode === 'shadow',
    expireAmount: expireAmountOf({ budget, rule, amount, worst }),
  };
}

interface ExpireInput {
  readonly budget: Budget;
  readonly rule: UnitRule;
  readonly amount: number;
  readonly worst: WorstCase;
}

function expireAmountOf({ budget, rule, amount, worst }: ExpireInput): number {
  switch (budget.onExpire) {
    case 'charge':
      return amount;
    case 'input':
      return rule.holdOfInput(worst);
    case 'release':
      return rule.afterRelease(true);
  }
}

/** The refusal of a counted limit, as callers are told it. */
export function explain(entry: LimitEntry, refusal: EntryRefusal, nowMs: number): Refusal {
  const { window, prepared, counter, amount } = entry;
  const { kind, committed, reserved, leavingBucket } = refusal;
  const resets = kind === 'EXHAUSTED';
  return {
    ...refusalOf({ prepared, scope: counter.scope, reason: kind, requested: amount }),
    committed,
    reserved,
    resetAtMs: resets ? resetAtMs({ window, nowMs, leavingBucket }) : undefined,
  };
}

interface RefusalInput {
  readonly prepared: PreparedLimit;
  readonly scope: Labels;
  readonly reason: DenialReason;
  readonly requested: number;
}

function refusalOf({ prepared, scope, reason, requested }: RefusalInput): Refusal {
  const { budget, limit } = prepared;
  return {
    reason,
    budget: budget.id,
    scope,
    unit: limit.unit,
    window: formatWindow(limit.window),
    limit: limit.amount,
    committed: 0,
    reserved: 0,
    requested,
  };
}
