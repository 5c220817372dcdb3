// The service tiers of one model: which price list a call of a tier gets.
import { modelPrice } from './cost.ts';
import { DEAREST_TIER, type ModelPrice, type PriceSource, STANDARD_TIER } from './price.ts';
import { dearestSteps, type PriceSteps } from './steps.ts';

/** What providers call the tier of a call that asks for none. */
const STANDARD_NAMES: ReadonlySet<string> = new Set([
  STANDARD_TIER,
  'default',
  'on_demand',
  'standard_only',
]);

/** Price lists by tier; `standard` is always there, and first. */
export type TierSteps = ReadonlyMap<string, PriceSteps>;

/** A model's prices at one time. */
export interface TieredPrice {
  readonly steps: TierSteps;
  /** As `ModelQuery.tier`. */
  of(tier: string | undefined): ModelPrice;
}

export function tieredPrice(steps: TierSteps, source: PriceSource): TieredPrice {
  const standard = modelPrice({
    steps: steps.get(STANDARD_TIER) ?? [],
    source,
    tier: STANDARD_TIER,
  });
  const made = new Map<string, ModelPrice>();
  return {
    steps,
    of(tier) {
      if (tier === undefined) return standard;
      const name = tier.toLowerCase();
      if (name === '' || STANDARD_NAMES.has(name)) return standard;
      const known = steps.has(name) ? name : DEAREST_TIER;
      const before = made.get(known);
      if (before) return before;
      const list = steps.get(name) ?? dearestSteps([...steps.values()]);
      const price = modelPrice({ steps: list, source, tier: known });
      made.set(known, price);
      return price;
    },
  };
}
