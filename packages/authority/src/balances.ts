// The limits as they stand: configuration joined with counters.
import {
  type Balance,
  type BalanceQuery,
  type Budget,
  bucketAt,
  counterKey,
  type CountedWindow,
  formatWindow,
  type Labels,
  type Ledger,
  type Limit,
  resetAtMs,
  scopeKeyOf,
} from '@spendfuse/core';

export interface BalancesInput {
  readonly budgets: readonly Budget[];
  readonly ledger: Pick<Ledger<unknown>, 'read' | 'counters'>;
  readonly query: BalanceQuery;
  readonly nowMs: number;
}

/** One balance for each counted limit of each scope that has counters; budgets in file order. */
export function balancesOf({ budgets, ledger, query, nowMs }: BalancesInput): readonly Balance[] {
  const balances: Balance[] = [];
  for (const budget of budgets) {
    if (query.budget !== undefined && query.budget !== budget.id) continue;
    for (const [scopeKey, scope] of scopesIn(budget, ledger)) {
      if (!hasAll(scope, query.scope)) continue;
      for (const limit of budget.limits) {
        const { window } = limit;
        if (window.kind === 'request') continue;
        balances.push(balanceOf({ budget, limit, window, scope, scopeKey, ledger, nowMs }));
      }
    }
  }
  return balances;
}

/** Scopes by their key. A budget without `per` has its one scope from the start. */
function scopesIn(budget: Budget, ledger: BalancesInput['ledger']): Map<string, Labels> {
  const scopes = new Map<string, Labels>(budget.per.length === 0 ? [['', {}]] : []);
  for (const { scope } of ledger.counters(budget.id)) {
    const names = Object.keys(scope);
    const current =
      names.length === budget.per.length && names.every((n) => budget.per.includes(n));
    if (current) scopes.set(scopeKeyOf(scope), scope);
  }
  return scopes;
}

interface BalanceInput {
  readonly budget: Budget;
  readonly limit: Limit;
  readonly window: CountedWindow;
  readonly scope: Labels;
  readonly scopeKey: string;
  readonly ledger: BalancesInput['ledger'];
  readonly nowMs: number;
}

function balanceOf(input: BalanceInput): Balance {
  const { budget, limit, window, scope, scopeKey, ledger, nowMs } = input;
  const key = counterKey({ budget, limit, scopeKey });
  const { oldestBucket } = bucketAt(window, nowMs);
  const { committed, reserved } = ledger.read({ key, oldestBucket });
  return {
    budget: budget.id,
    scope,
    unit: limit.unit,
    window: formatWindow(window),
    limit: limit.amount,
    committed,
    reserved,
    remaining: Math.max(0, limit.amount - committed - reserved),
    resetAtMs: window.kind === 'calendar' ? resetAtMs({ window, nowMs }) : undefined,
    mode: budget.mode,
  };
}

function hasAll(scope: Labels, wanted: Labels | undefined): boolean {
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
