// The limits as they stand: configuration joined with counters.
import {
  type Balance,
  type BalanceQuery,
  type Budget,
  bucketAt,
  ceilingOf,
  type CountedWindow,
  formatWindow,
  type Labels,
  type Ledger,
  type Limit,
  type PreparedBudget,
  type PreparedScope,
  resetAtMs,
  scopeKeyOf,
} from '@spendfuse/core';

export interface BalancesInput {
  readonly budgets: readonly PreparedBudget[];
  readonly ledger: Pick<Ledger<unknown>, 'read' | 'counters'>;
  readonly query: BalanceQuery;
  readonly nowMs: number;
}

/** One balance for each counted limit of each scope that has counters; budgets in file order. */
export function balancesOf({ budgets, ledger, query, nowMs }: BalancesInput): readonly Balance[] {
  const balances: Balance[] = [];
  for (const prepared of budgets) {
    const { budget, limits } = prepared;
    if (query.budget !== undefined && query.budget !== budget.id) continue;
    for (const scope of scopesIn(budget, ledger)) {
      if (!hasAll(scope, query.scope)) continue;
      const { counters } = prepared.scopeOf(scope);
      limits.forEach(({ limit }, index) => {
        const { window } = limit;
        const counter = counters[index];
        if (window.kind === 'request' || !counter) return;
        balances.push(balanceOf({ budget, limit, window, counter, ledger, nowMs }));
      });
    }
  }
  return balances;
}

/** A budget without `per` has its one scope from the start. */
function scopesIn(budget: Budget, ledger: BalancesInput['ledger']): Iterable<Labels> {
  const scopes = new Map<string, Labels>(budget.per.length === 0 ? [['', {}]] : []);
  for (const { scope } of ledger.counters(budget.id)) {
    const names = Object.keys(scope);
    const current =
      names.length === budget.per.length && names.every((n) => budget.per.includes(n));
    if (current) scopes.set(scopeKeyOf(scope), scope);
  }
  return scopes.values();
}

interface BalanceInput {
  readonly budget: Budget;
  readonly limit: Limit;
  readonly window: CountedWindow;
  readonly counter: PreparedScope['counters'][number];
  readonly ledger: BalancesInput['ledger'];
  readonly nowMs: number;
}

export function balanceOf(input: BalanceInput): Balance {
  const { budget, limit, window, counter, ledger, nowMs } = input;
  const { ref } = counter;
  const { oldestBucket } = bucketAt(window, nowMs);
  const { committed, reserved } = ledger.read({ counter: ref, oldestBucket });
  const ceiling = ceilingIn({ limit, counter, nowMs });
  const resets = window.kind === 'calendar' || window.kind === 'fixed';
  return {
    budget: budget.id,
    scope: ref.scope,
    unit: limit.unit,
    window: formatWindow(window),
    limit: ceiling,
    committed,
    reserved,
    remaining: Math.max(0, ceiling - committed - reserved),
    resetAtMs: resets ? resetAtMs({ window, nowMs }) : undefined,
    mode: budget.mode,
  };
}

/** The amount in force. */
export function ceilingIn(input: Pick<BalanceInput, 'limit' | 'counter' | 'nowMs'>): number {
  const { limit, counter, nowMs } = input;
  const { latestAmount, allowances } = counter;
  return ceilingOf({ amount: latestAmount ?? defaultAmount(limit), allowances, nowMs });
}

/** By plan, before any call has told which one. */
function defaultAmount({ amount }: Limit): number {
  return typeof amount === 'number' ? amount : amount.default;
}

export function hasAll(scope: Labels, wanted: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => scope[name] === value);
}

/** Balances of `now` that differ from `before`. */
export function changedBalances(
  before: readonly Balance[],
  now: readonly Balance[],
): readonly Balance[] {
  const known = new Map(before.map((balance) => [identity(balance), balance]));
  return now.filter((balance) => {
    const was = known.get(identity(balance));
    return (
      was?.committed !== balance.committed ||
      was.reserved !== balance.reserved ||
      was.limit !== balance.limit ||
      was.resetAtMs !== balance.resetAtMs
    );
  });
}

function identity({ budget, unit, window, scope }: Balance): string {
  return `${budget}|${unit}|${window}|${scopeKeyOf(scope)}`;
}
