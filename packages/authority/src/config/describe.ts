// A budgets file in plain words: what `spendfuse budgets check` prints.
import {
  type Budget,
  BUDGET_DEFAULTS,
  formatDuration,
  formatLimit,
  type Limit,
  type Rung,
} from '@spendfuse/core';
import { type OwnPriceRules, priceRows } from '../prices/describe.ts';

export interface Describable extends OwnPriceRules {
  readonly budgets: readonly Budget[];
}

/** One aligned line per budget, then one per price of the user's own. */
export function describeConfig(config: Describable): string {
  const lines = [...align(config.budgets.map(budgetCells)), ...align(priceRows(config))];
  return lines.length === 0 ? 'no budgets: calls are counted, none is refused' : lines.join('\n');
}

function budgetCells(budget: Budget): readonly string[] {
  const { id, limits, per, match, mode, onShortage } = budget;
  const conditions = Object.entries(match).map(([label, wanted]) => `${label}=${wanted.join('|')}`);
  return [
    id,
    limits.map(limitText).join(', '),
    per.length === 0 ? 'together' : `per ${per.join(', ')}`,
    conditions.length === 0 ? 'every call' : `calls with ${conditions.join(' ')}`,
    mode === 'enforce' ? onShortage.map(rungText).join(' > ') : 'shadow: never refuses',
    rarelySaid(budget).join(', '),
  ];
}

/** What is not as in most budgets. */
function rarelySaid(budget: Budget): readonly string[] {
  const { onExpire, hold, unpriced, softBound, alerts, maxScopes, forgetAfterIdleMs } = budget;
  const { thresholds, repeatMs } = alerts;
  const repeated = repeatMs === undefined ? '' : ` every ${formatDuration(repeatMs)}`;
  return [
    onExpire !== 'charge' && `on expiry: ${onExpire}`,
    thresholds.length > 0 && `alerts at ${thresholds.map(percentText).join(' ')}${repeated}`,
    hold === 'adaptive' && 'holds what is usual',
    unpriced === 'fallback' && 'unknown prices: fallback',
    softBound === 'deny' && 'no soft bounds',
    maxScopes !== BUDGET_DEFAULTS.maxScopes && `up to ${maxScopes} scopes`,
    forgetAfterIdleMs !== BUDGET_DEFAULTS.forgetAfterIdleMs &&
      `forgotten after ${formatDuration(forgetAfterIdleMs)}`,
  ].filter((text) => text !== false);
}

function percentText(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}

function limitText(limit: Limit): string {
  const { window } = limit;
  if (window.kind === 'calendar' && window.zone !== 'UTC') {
    return `${formatLimit(limit)} (${window.zone})`;
  }
  if (window.kind === 'fixed' && window.anchorMs !== undefined) {
    return `${formatLimit(limit)} (from ${new Date(window.anchorMs).toISOString()})`;
  }
  return formatLimit(limit);
}

function rungText(rung: Rung): string {
  switch (rung.kind) {
    case 'wait':
      return `wait ${rung.maxWaitMs / 1000}s`;
    case 'clamp':
      return `clamp to ${rung.minOutputTokens}`;
    case 'downgrade':
      return `${downgradeText(rung.models)}${rung.from ? ` from ${percentText(rung.from)}` : ''}`;
    case 'deny':
      return 'deny';
  }
}

function downgradeText(models: Readonly<Record<string, string>>): string {
  return Object.entries(models)
    .map(([from, to]) => `${from} to ${to}`)
    .join(', ');
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
