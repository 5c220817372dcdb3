// Top-ups and overrides: what is added to the amount of a limit, for good or for a while.
import type { Limit, Unit } from './budget.ts';
import { formatWindow } from './grammar.ts';
import { MAX_AMOUNT } from './money.ts';
import type { Labels } from './subject.ts';

/** An addition to the amount of a budget's limits of one unit. */
export interface Allowance {
  readonly budget: string;
  /** Only the scope with these values; undefined: every scope. */
  readonly scope?: Labels | undefined;
  readonly unit: Unit;
  /** Only limits of this window, as `formatWindow` writes it; undefined: all of the unit. */
  readonly window?: string | undefined;
  /** Nano-USD for `cost`, else a count; negative takes away. */
  readonly amount: number;
  /** Undefined: from the beginning. */
  readonly fromMs?: number | undefined;
  /** Undefined: for good, which is a top-up. */
  readonly untilMs?: number | undefined;
}

export interface AllowanceQuery {
  readonly budget: string;
  readonly limit: Limit;
  readonly scope: Labels;
}

/** Those that concern a limit in a scope, whatever the time. */
export function allowancesFor(
  allowances: readonly Allowance[],
  { budget, limit, scope }: AllowanceQuery,
): readonly Allowance[] {
  return allowances.filter(
    (each) =>
      each.budget === budget &&
      each.unit === limit.unit &&
      (each.window === undefined || each.window === formatWindow(limit.window)) &&
      Object.entries(each.scope ?? {}).every(([name, value]) => scope[name] === value),
  );
}

export interface CeilingInput {
  /** Of the limit. */
  readonly amount: number;
  readonly allowances: readonly Allowance[];
  readonly nowMs: number;
}

/** The amount in force; never below 0. */
export function ceilingOf({ amount, allowances, nowMs }: CeilingInput): number {
  let ceiling = amount;
  for (const { amount: added, fromMs = 0, untilMs = Infinity } of allowances) {
    if (nowMs >= fromMs && nowMs < untilMs) ceiling += added;
  }
  return Math.min(MAX_AMOUNT, Math.max(0, ceiling));
}
