// A budgets file in plain words: what `spendfuse budgets check` prints.
import { type Budget, formatLimit, type Limit, type Rung } from '@spendfuse/core';
import type { PriceOverride } from '../prices/overrides.ts';
import type { Config } from './schema.ts';

/** One aligned line per budget, then one per price of the user's own. */
export function describeConfig({ budgets, prices }: Config): string {
  const lines = [...align(budgets.map(budgetCells)), ...align(prices.map(priceCells))];
  return lines.length === 0 ? 'no budgets: calls are counted, none is refused' : lines.join('\n');
}

function budgetCells(budget: Budget): readonly string[] {
  const { id, limits, per, match, mode, onShortage, onExpire } = budget;
  const conditions = Object.entries(match).map(([label, wanted]) => `${label}=${wanted.join('|')}`);
  return [
    id,
    limits.map(limitText).join(', '),
    per.length === 0 ? 'together' : `per ${per.join(', ')}`,
    conditions.length === 0 ? 'every call' : `calls with ${conditions.join(' ')}`,
    mode === 'enforce' ? onShortage.map(rungText).join(' > ') : 'shadow: never refuses',
    onExpire === 'charge' ? '' : `on expiry: ${onExpire}`,
  ];
}

function limitText(limit: Limit): string {
  const { window } = limit;
  const zone = window.kind === 'calendar' && window.zone !== 'UTC' ? ` (${window.zone})` : '';
  return formatLimit(limit) + zone;
}

function rungText(rung: Rung): string {
  switch (rung.kind) {
    case 'wait':
      return `wait ${rung.maxWaitMs / 1000}s`;
    case 'clamp':
      return `clamp to ${rung.minOutputTokens}`;
    case 'downgrade':
      return Object.entries(rung.models)
        .map(([from, to]) => `${from} to ${to}`)
        .join(', ');
    case 'deny':
      return 'deny';
  }
}

function priceCells(price: PriceOverride): readonly string[] {
  const { provider, model, maxOutputTokens, ...perMillion } = price;
  const prices = Object.entries(perMillion).map(([kind, usd]) => `${kind} ${usdText(usd)}`);
  return [
    'price',
    provider ? `${provider}/${model}` : model,
    `${prices.join(', ')} per 1M tokens`,
    maxOutputTokens ? `at most ${maxOutputTokens} output tokens` : '',
  ];
}

function usdText(price: string | number | undefined): string {
  const text = String(price).trim();
  return text.startsWith('$') ? text : `$${text}`;
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
