// The one line at the end of a run: what it has come to.
import { type Balance, formatUsd } from '@spendfuse/core';
import { amountText, countText, limitText } from '../output.ts';
import type { Totals } from './wire.ts';

/** `14 calls, 12,345 in / 2,345 out tokens, $0.0123 spent ($4.0123 of $5.00/day), 1 refused` */
export function summaryText(totals: Totals): string {
  const { calls, inputTokens, outputTokens, costNanoUsd, refused, unpriced, balances } = totals;
  const budget = tightest(balances);
  const parts = [
    `${countText(calls)} ${calls === 1 ? 'call' : 'calls'}`,
    `${countText(inputTokens)} in / ${countText(outputTokens)} out tokens`,
    `${formatUsd(costNanoUsd)} spent${budget ? ` (${share(budget)})` : ''}`,
    ...(unpriced > 0 ? [`${countText(unpriced)} without a price`] : []),
    ...(refused > 0 ? [`${countText(refused)} refused`] : []),
  ];
  return parts.join(', ');
}

/** `$4.0123 of $5.00/day spent`: all that can be said of a sidecar that others use as well. */
export function budgetText(balances: readonly Balance[]): string | undefined {
  const budget = tightest(balances);
  return budget && `${share(budget)} spent`;
}

function share(balance: Balance): string {
  const { unit, committed } = balance;
  const used = unit === 'cost' ? amountText(unit, committed) : countText(committed);
  return `${used} of ${limitText(balance)}`;
}

/** The limit with the least left of it; places for calls in flight are all free again. */
function tightest(balances: readonly Balance[]): Balance | undefined {
  const left = ({ remaining, limit }: Balance) => (limit === 0 ? 0 : remaining / limit);
  const spendable = balances.filter(({ unit }) => unit !== 'concurrency');
  return spendable.toSorted((a, b) => left(a) - left(b))[0];
}
