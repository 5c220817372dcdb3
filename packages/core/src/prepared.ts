// Budgets made ready for planning: rules, places in windows and counter identities are looked up once.
import { type Allowance, allowancesFor } from './allowance.ts';
import { type Budget, type Limit, matches } from './budget.ts';
import { type CounterRef, PlacedRef } from './entry.ts';
import { SpendfuseError } from './errors.ts';
import { formatWindow } from './grammar.ts';
import { unitRule } from './limits/registry.ts';
import type { UnitRule } from './limits/unit.ts';
import { type Call, type Labels, labelOf, NO_VALUE, runAncestors } from './subject.ts';
import { type Bucket, bucketAt, type CountedWindow, HORIZON_MS, windowKey } from './window.ts';

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
  /** Of all its scopes. */
  readonly allowances: readonly Allowance[];
  /** The scopes of a call, with the counters of each: the same objects each time. */
  scopes(call: Call): readonly PreparedScope[];
  scopeOf(labels: Labels): PreparedScope;
}

export interface PreparedLimit {
  readonly budget: Budget;
  readonly limit: Limit;
  readonly rule: UnitRule;
  /** Undefined: the limit is per request and has no counter. */
  readonly window: CountedWindow | undefined;
  readonly maxCounters: number;
  /** The place of an instant in the window: the same object as long as it is the same place. */
  placeAt(nowMs: number): Bucket;
}

export interface PreparedScope {
  readonly labels: Labels;
  /** One for each limit of the budget. */
  readonly counters: readonly ScopeCounter[];
}

/** A limit in a scope. */
export interface ScopeCounter {
  readonly prepared: PreparedLimit;
  readonly ref: CounterRef;
  readonly allowances: readonly Allowance[];
  /** The amount (by plan) of the latest reserve here, for balances; undefined: there was none yet. */
  latestAmount: number | undefined;
}

/**
 * Scopes kept per budget; beyond it they are made anew, which is cheaper than to keep a million. Where
 * amounts go by plan, a scope that is kept knows which one it had.
 */
const KEPT_SCOPES = 2048;
const KEPT_SCOPES_WITH_PLANS = 100_000;

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
    return new Prepared(budget, own);
  });
  return {
    budgets,
    prepared,
    matching: (call) => matchingOf(prepared, call),
  };
}

/** All of them, where none has a condition that the call does not meet. */
function matchingOf(all: readonly PreparedBudget[], call: Call): readonly PreparedBudget[] {
  for (let i = 0; i < all.length; i++) {
    if (matches((all[i] as PreparedBudget).budget, call)) continue;
    return all.filter(({ budget }) => matches(budget, call));
  }
  return all;
}

function checkDistinct(budgets: readonly Budget[]): void {
  const ids = new Set<string>();
  const counters = new Set<string>();
  for (const { id, limits } of budgets) {
    if (ids.size === ids.add(id).size) {
      const message = `two budgets have the id "${id}"; rename one`;
      throw new SpendfuseError({ code: 'CONFIG', message });
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

/** Scopes by the value of one `per` label after the other, which needs no text to be put together. */
type Branch = Map<string, Branch | readonly [PreparedScope]>;

class Prepared implements PreparedBudget {
  readonly budget: Budget;
  readonly limits: readonly PreparedLimit[];
  readonly allowances: readonly Allowance[];
  readonly #per: readonly string[];
  /** The same, sorted. */
  readonly #names: readonly string[];
  /** Of each limit: what the keys of its counters begin with. */
  readonly #keyStarts: readonly string[];
  readonly #isPerRun: boolean;
  readonly #kept: number;
  /** Copied for each scope: a read object has no space for more names, and neither has its copy. */
  readonly #labels: Record<string, string>;
  #known: Branch = new Map();
  #count = 0;

  constructor(budget: Budget, allowances: readonly Allowance[]) {
    this.budget = budget;
    this.allowances = allowances;
    this.#per = budget.per;
    this.#names = budget.per.toSorted();
    this.#keyStarts = budget.limits.map((limit) => counterKey({ budget, limit, scopeKey: '' }));
    this.#isPerRun = budget.per.includes('run');
    const names = budget.per.map((name) => [name, NO_VALUE]);
    this.#labels = JSON.parse(JSON.stringify(Object.fromEntries(names))) as Record<string, string>;
    const hasPlans = budget.limits.some(({ amount }) => typeof amount !== 'number');
    this.#kept = hasPlans ? KEPT_SCOPES_WITH_PLANS : KEPT_SCOPES;
    this.limits = prepareLimits(budget);
  }

  scopes(call: Call): readonly PreparedScope[] {
    if (this.#isPerRun) {
      const run = labelOf(call, 'run');
      if (run?.includes('/')) return this.#ofRuns(call, runAncestors(run));
    }
    return this.#find(call, undefined);
  }

  scopeOf(labels: Labels): PreparedScope {
    const { provider = NO_VALUE, model = NO_VALUE, operation = NO_VALUE } = labels;
    return this.#find({ labels, provider, model, operation }, undefined)[0];
  }

  #ofRuns(call: Call, runs: readonly string[]): readonly PreparedScope[] {
    return runs.flatMap((run) => this.#find(call, run));
  }

  /** The one scope of a call; `run`: the ancestor in place of its run. */
  #find(call: Call, run: string | undefined): readonly [PreparedScope] {
    const last = this.#per.length - 1;
    let branch = this.#known;
    for (let i = 0; i < last; i++) {
      const value = valueOf(call, this.#per[i] as string, run);
      let next = branch.get(value) as Branch | undefined;
      if (!next) {
        next = new Map();
        branch.set(value, next);
      }
      branch = next;
    }
    const value = last < 0 ? '' : valueOf(call, this.#per[last] as string, run);
    const known = branch.get(value) as readonly [PreparedScope] | undefined;
    return known ?? this.#make(branch, value, { call, run });
  }

  #make(branch: Branch, value: string, { call, run }: MakeInput): readonly [PreparedScope] {
    const labels = { ...this.#labels };
    for (const name of this.#per) labels[name] = valueOf(call, name, run);
    const scope = [{ labels, counters: this.#countersOf(labels) }] as const;
    if (this.#count >= this.#kept) {
      // The branch at hand falls with the others; the next call of this scope makes it again.
      this.#known = new Map();
      this.#count = 0;
    }
    branch.set(value, scope);
    this.#count += 1;
    return scope;
  }

  /** Every call of a scope that is not kept passes here. */
  #countersOf(scope: Labels): readonly ScopeCounter[] {
    const { budget, allowances } = this;
    const scopeKey = keyOfNames(this.#names, scope);
    return this.limits.map((prepared, i) => {
      const { limit } = prepared;
      // Joined, not added up: that would make a rope of texts, which takes thrice the memory and is slow to find.
      const key = [this.#keyStarts[i], scopeKey].join('');
      return {
        prepared,
        ref: new PlacedRef({ key, budget: budget.id, unit: limit.unit, scope }),
        allowances: allowancesFor(allowances, { budget: budget.id, limit, scope }),
        latestAmount: undefined,
      };
    });
  }
}

interface MakeInput {
  readonly call: Call;
  readonly run: string | undefined;
}

function valueOf(call: Call, name: string, run: string | undefined): string {
  if (run !== undefined && name === 'run') return run;
  return labelOf(call, name) ?? NO_VALUE;
}

function prepareLimits(budget: Budget): readonly PreparedLimit[] {
  const counted = budget.limits.filter(({ window }) => window.kind !== 'request').length;
  const maxCounters = budget.maxScopes * counted;
  return budget.limits.map((limit) => {
    const rule = unitRule(limit.unit);
    const window = limit.window.kind === 'request' ? undefined : limit.window;
    const placeAt = rememberPlace((nowMs) => placeOf({ budget, limit, nowMs }));
    return { budget, limit, rule, window, maxCounters, placeAt };
  });
}

function rememberPlace(placeAt: (nowMs: number) => Bucket): (nowMs: number) => Bucket {
  let latest: Bucket | undefined;
  return (nowMs) => {
    if (latest === undefined || nowMs < latest.fromMs || nowMs >= latest.untilMs) {
      latest = placeAt(nowMs);
    }
    return latest;
  };
}

interface PlaceInput {
  readonly budget: Budget;
  readonly limit: Limit;
  readonly nowMs: number;
}

/** A lifetime ends for scopes that are idle for long, and for a concurrency that nobody uses. */
function placeOf({ budget, limit: { unit, window }, nowMs }: PlaceInput): Bucket {
  const place = bucketAt(window.kind === 'request' ? { kind: 'lifetime' } : window, nowMs);
  if (window.kind !== 'lifetime') return place;
  if (unit === 'concurrency') return forgottenAfter(place, HORIZON_MS, nowMs);
  return budget.per.length === 0 ? place : forgottenAfter(place, budget.forgetAfterIdleMs, nowMs);
}

const HOUR_MS = 3_600_000;

/** In whole hours, so that the same place is not written down again with every call. */
function forgottenAfter(place: Bucket, idleMs: number, nowMs: number): Bucket {
  const forgetAtMs = Math.ceil((nowMs + idleMs) / HOUR_MS) * HOUR_MS;
  const untilMs = forgetAtMs - idleMs + 1;
  return { ...place, forgetAtMs, fromMs: untilMs - HOUR_MS, untilMs };
}

export interface CounterKeyInput {
  readonly budget: Budget;
  readonly limit: Limit;
  /** Of `scopeKeyOf`. */
  readonly scopeKey: string;
}

/** The identity of a counter. Amounts, mode and match are not in it, so an edit keeps it (L9). */
export function counterKey({ budget, limit, scopeKey }: CounterKeyInput): string {
  return [budget.id, limit.unit, windowKey(limit.window), scopeKey].join('|');
}

/** `team=search,user=u1`, names sorted, values escaped: one text per scope. */
export function scopeKeyOf(scope: Labels): string {
  return keyOfNames(Object.keys(scope).sort(), scope);
}

function keyOfNames(names: readonly string[], scope: Labels): string {
  let key = '';
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (i > 0) key += ',';
    key += `${name}=${escapeValue(scope[name] ?? '')}`;
  }
  return key;
}

function escapeValue(value: string): string {
  return /[%,=|]/.test(value) ? value.replaceAll(/[%,=|]/g, encodeURIComponent) : value;
}
