// Balances as gauges, with a bounded number of scopes per limit.
import { type Balance, type Labels, NANO_USD_PER_USD } from '@spendfuse/core';
import type { Attributes, Meter } from '@opentelemetry/api';
import { ATTRIBUTES, METRICS } from './names.ts';

/** Scopes of one limit that are shown by name; the others are added up as `(other)`. */
const SCOPES_SHOWN = 100;
const OTHER_SCOPES = '(other)';

const PARTS = ['limit', 'committed', 'reserved', 'remaining'] as const;

/** One point of each gauge. Cost is in USD, the rest are counts. */
export type BudgetPoint = { readonly [Part in (typeof PARTS)[number]]: number } & {
  readonly attributes: Attributes;
};

export interface BudgetGaugesOptions {
  readonly meter: Meter;
  readonly balances: () => Promise<readonly Balance[]>;
}

export function observeBudgets({ meter, balances }: BudgetGaugesOptions): void {
  const gauge = (metric: (typeof METRICS)[keyof typeof METRICS]) =>
    meter.createObservableGauge(metric.name, metric);
  const gauges = {
    limit: gauge(METRICS.budgetLimit),
    committed: gauge(METRICS.budgetCommitted),
    reserved: gauge(METRICS.budgetReserved),
    remaining: gauge(METRICS.budgetRemaining),
  };
  meter.addBatchObservableCallback(async (observer) => {
    for (const point of budgetPoints(await balances())) {
      for (const part of PARTS) observer.observe(gauges[part], point[part], point.attributes);
    }
  }, Object.values(gauges));
}

/** The scopes in most use keep their names; a dashboard of a million users stays readable. */
export function budgetPoints(
  balances: readonly Balance[],
  scopesShown = SCOPES_SHOWN,
): readonly BudgetPoint[] {
  const limits = new Map<string, Balance[]>();
  for (const balance of balances) {
    const key = `${balance.budget}|${balance.unit}|${balance.window}`;
    const scopes = limits.get(key);
    if (scopes) scopes.push(balance);
    else limits.set(key, [balance]);
  }
  return [...limits.values()].flatMap((scopes) => {
    const byUse = scopes.toSorted((a, b) => inUse(b) - inUse(a));
    const shown = byUse.slice(0, scopesShown).map((each) => point([each], scopeText(each.scope)));
    const rest = byUse.slice(scopesShown);
    return rest.length === 0 ? shown : [...shown, point(rest, OTHER_SCOPES)];
  });
}

function inUse({ committed, reserved }: Balance): number {
  return committed + reserved;
}

/** Of balances of the same limit, added up; there is at least one. */
function point(balances: readonly Balance[], scope: string): BudgetPoint {
  const { budget = '', unit = 'requests', window = '' } = balances[0] ?? {};
  const divisor = unit === 'cost' ? NANO_USD_PER_USD : 1;
  const sum = (part: (typeof PARTS)[number]) =>
    balances.reduce((total, balance) => total + balance[part], 0) / divisor;
  return {
    limit: sum('limit'),
    committed: sum('committed'),
    reserved: sum('reserved'),
    remaining: sum('remaining'),
    attributes: {
      [ATTRIBUTES.budget]: budget,
      [ATTRIBUTES.unit]: unit,
      [ATTRIBUTES.window]: window,
      [ATTRIBUTES.scope]: scope,
    },
  };
}

function scopeText(scope: Labels): string {
  return Object.entries(scope)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
