// Changes of prices, as a table for people and as data for machines.
import type { ModelChange, PriceChange } from '@spendfuse/authority';
import { type Column, countText, table } from '../output.ts';
import { decimalText, KIND_TEXT, priceText, stepText } from './format.ts';

const COLUMNS: readonly Column[] = [
  { head: 'provider' },
  { head: 'model' },
  { head: 'price' },
  { head: 'before', align: 'right' },
  { head: 'after', align: 'right' },
];

/** More lines than this say less. */
const MOST_ROWS = 40;

/** `3 models changed, 12 added, 1 removed`. */
export function summaryOf(changes: readonly ModelChange[]): string {
  const count = (kind: ModelChange['change']) =>
    changes.filter(({ change }) => change === kind).length;
  const counts = [
    [count('changed'), 'changed'],
    [count('added'), 'added'],
    [count('removed'), 'removed'],
  ] as const;
  const [first, ...others] = counts.filter(([models]) => models > 0);
  if (!first) return 'no price changes';
  const models = `${countText(first[0])} model${first[0] === 1 ? '' : 's'} ${first[1]}`;
  return [models, ...others.map(([n, what]) => `${countText(n)} ${what}`)].join(', ');
}

/** One line for each price that changes; `most` undefined: all of them. */
export function changesTable(changes: readonly ModelChange[], most = MOST_ROWS): string {
  const rows = changes.flatMap(rowsOf);
  const shown = table(COLUMNS, rows.slice(0, most));
  const more = rows.length - most;
  return more > 0 ? `${shown}\nand ${countText(more)} more; --json has them all` : shown;
}

function rowsOf({ provider, model, change, prices }: ModelChange): readonly (readonly string[])[] {
  if (change !== 'changed') return [[provider, model, change, '', '']];
  // What follows from another price of the same step says nothing new.
  return notable(prices).map(({ kind, aboveInputTokens, before, after }) => [
    provider,
    model,
    [KIND_TEXT[kind], stepText(aboveInputTokens)].filter(Boolean).join(', '),
    priceText(kind, before),
    priceText(kind, after),
  ]);
}

/** Kinds that go along with their whole are left out. */
function notable(prices: readonly PriceChange[]): readonly PriceChange[] {
  const same = (one: PriceChange, other: PriceChange) =>
    one.aboveInputTokens === other.aboveInputTokens &&
    one.before === other.before &&
    one.after === other.after;
  return prices.filter((one, index) => !prices.slice(0, index).some((each) => same(one, each)));
}

export function changesJson(changes: readonly ModelChange[]) {
  return changes.map(({ prices, ...rest }) => ({
    ...rest,
    prices: prices.map(({ kind, aboveInputTokens, before, after }) => ({
      kind,
      aboveInputTokens: aboveInputTokens ?? 0,
      beforeUsd: decimalText(kind, before),
      afterUsd: decimalText(kind, after),
    })),
  }));
}
