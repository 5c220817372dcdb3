// What is allowed in budgets and yet hardly meant.
import type { Budget } from '@spendfuse/core';

/** Limits that one call may touch before its reserves become slow. */
export const MOST_LIMITS = 64;
const MOST_RUN_LEVELS = 8;

/** One sentence each. */
export function budgetWarnings(budgets: readonly Budget[]): readonly string[] {
  const touched = limitsTouched(budgets);
  if (touched <= MOST_LIMITS) return [];
  return [
    `one call could touch ${touched} limits, more than ${MOST_LIMITS}; let fewer budgets match the same calls`,
  ];
}

/**
 * An upper bound of the limits that one call can touch. Budgets that want different values of a label
 * never match the same call: counted by the label that tells most of them apart.
 */
function limitsTouched(budgets: readonly Budget[]): number {
  const labels = new Set(budgets.flatMap(({ match }) => Object.keys(match)));
  const all = sum(budgets.map(limitsOf));
  return Math.min(all, ...[...labels].map((label) => touchedWithOneValue(budgets, label)));
}

function touchedWithOneValue(budgets: readonly Budget[], label: string): number {
  let always = 0;
  const byValue = new Map<string, number>();
  for (const budget of budgets) {
    const wanted = budget.match[label];
    if (!wanted || wanted.some((pattern) => pattern.includes('*') || pattern.startsWith('!'))) {
      always += limitsOf(budget);
    } else {
      for (const value of wanted) {
        byValue.set(value, (byValue.get(value) ?? 0) + limitsOf(budget));
      }
    }
  }
  return always + Math.max(0, ...byValue.values());
}

/** A run counts for all of its ancestors. */
function limitsOf({ limits, per }: Budget): number {
  return limits.length * (per.includes('run') ? MOST_RUN_LEVELS : 1);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
