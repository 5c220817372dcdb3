// What changes from one catalogue to another: models that come and go, prices that rise and fall.
import type { BrowsableCatalogue } from './catalogue.ts';
import type { DataSet, ModelName } from './data-set.ts';
import { STANDARD_TIER } from './price.ts';
import { PRICED_KINDS, type PricedKind, type PriceSteps, stepAt } from './steps.ts';

export interface PriceChange {
  readonly kind: PricedKind;
  /** Of calls with more input than this; undefined: of all, or of those below the first step. */
  readonly aboveInputTokens: number | undefined;
  /** Pico-USD of one token, or of one call. */
  readonly before: number;
  readonly after: number;
}

export interface ModelChange extends ModelName {
  /** `added` and `removed` are models that had or have no price. */
  readonly change: 'added' | 'removed' | 'changed';
  /** Of the standard tier, where both sides have a price. */
  readonly prices: readonly PriceChange[];
}

export interface CompareInput {
  readonly before: BrowsableCatalogue;
  readonly after: BrowsableCatalogue;
  readonly names: readonly ModelName[];
  readonly nowMs: number;
}

/** In the order of the names; models that stay as they are are left out. */
export function compareCatalogues(input: CompareInput): readonly ModelChange[] {
  const { before, after, names, nowMs } = input;
  return names.flatMap((name): readonly ModelChange[] => {
    const was = before.describe({ ...name, nowMs }).tiers.get(STANDARD_TIER);
    const is = after.describe({ ...name, nowMs }).tiers.get(STANDARD_TIER);
    if (!was && !is) return [];
    if (!was || !is) return [{ ...name, change: is ? 'added' : 'removed', prices: [] }];
    const prices = compareSteps(was, is);
    return prices.length === 0 ? [] : [{ ...name, change: 'changed', prices }];
  });
}

/** Every model of the data sets, once, by provider and name. */
export function modelNames(...sets: readonly DataSet[]): readonly ModelName[] {
  const names = new Map<string, ModelName>();
  for (const { providers } of sets) {
    for (const { id, models } of providers) {
      for (const { id: model } of models) names.set(`${id}/${model}`, { provider: id, model });
    }
  }
  return [...names.keys()].toSorted().flatMap((key) => names.get(key) ?? []);
}

function compareSteps(before: PriceSteps, after: PriceSteps): readonly PriceChange[] {
  const starts = [...before, ...after].map(({ aboveInputTokens }) => aboveInputTokens);
  const ascending = [...new Set(starts)].toSorted((a, b) => a - b);
  return ascending.flatMap((above) => {
    const was = stepAt(before, above + 1)?.prices;
    const is = stepAt(after, above + 1)?.prices;
    if (!was || !is) return [];
    return PRICED_KINDS.filter((kind) => was[kind] !== is[kind]).map((kind) => ({
      kind,
      aboveInputTokens: above < 0 ? undefined : above,
      before: was[kind],
      after: is[kind],
    }));
  });
}
