// From a counter's key to how it stands: which limit it counts for, and the amount in force.
import {
  type Admission,
  allowancesFor,
  ceilingOf,
  type Ledger,
  type PreparedBudget,
  type PreparedLimit,
  resetAtMs,
  windowKey,
} from '@spendfuse/core';
import type { Standing } from './crossings.ts';
import { labelsOf } from './scope-labels.ts';

interface Rule {
  readonly prepared: PreparedBudget;
  readonly limit: PreparedLimit;
  /** Among the limits of the budget. */
  readonly index: number;
}

export type Standings = (counterKey: string, nowMs: number) => Standing | undefined;

/** Made anew whenever the budgets are. */
export function createStandings(
  { prepared: budgets }: Admission,
  ledger: Pick<Ledger<unknown>, 'read'>,
): Standings {
  const rules = new Map<string, Rule>();
  for (const prepared of budgets) {
    prepared.limits.forEach((limit, index) => {
      const { unit, window } = limit.limit;
      rules.set(`${prepared.budget.id}|${unit}|${windowKey(window)}`, { prepared, limit, index });
    });
  }
  return (counterKey, nowMs) => {
    const at = scopeStart(counterKey);
    const rule = rules.get(counterKey.slice(0, at - 1));
    const window = rule?.limit.window;
    if (!rule || !window) return undefined;
    const scopeKey = counterKey.slice(at);
    const { budget } = rule.prepared;
    const { unit } = rule.limit.limit;
    const { oldestBucket } = rule.limit.placeAt(nowMs);
    // A ledger finds a counter by budget and key.
    const counter = { key: counterKey, budget: budget.id, unit, scope: {} };
    const { committed, reserved } = ledger.read({ counter, oldestBucket });
    const hasPeriods = window.kind === 'calendar' || window.kind === 'fixed';
    return {
      budget,
      scopeKey,
      unit,
      window,
      period: hasPeriods ? oldestBucket : 0,
      limit: amountInForce({ rule, scopeKey, nowMs }),
      committed,
      reserved,
      resetAtMs: hasPeriods ? resetAtMs({ window, nowMs }) : undefined,
    };
  };
}

interface AmountInput {
  readonly rule: Rule;
  readonly scopeKey: string;
  readonly nowMs: number;
}

/** Undefined: by plan, and the plan is not known before the next call of the scope. */
function amountInForce({ rule, scopeKey, nowMs }: AmountInput): number | undefined {
  const { prepared, limit, index } = rule;
  const { amount } = limit.limit;
  if (typeof amount === 'number') {
    if (prepared.allowances.length === 0) return amount;
    const query = { budget: prepared.budget.id, limit: limit.limit, scope: labelsOf(scopeKey) };
    return ceilingOf({ amount, allowances: allowancesFor(prepared.allowances, query), nowMs });
  }
  const counter = prepared.scopeOf(labelsOf(scopeKey)).counters[index];
  if (counter?.latestAmount === undefined) return undefined;
  return ceilingOf({ amount: counter.latestAmount, allowances: counter.allowances, nowMs });
}

/** Budget, unit and window stand before it, each followed by a bar, which values of labels never hold. */
function scopeStart(counterKey: string): number {
  let at = 0;
  for (let bars = 0; bars < 3; bars++) at = counterKey.indexOf('|', at) + 1;
  return at;
}
