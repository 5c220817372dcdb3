// The tiers of a model of the data set, from its standard prices and what is published of tiers.
import { globMatches } from '@spendfuse/core';
import type { FoundModel } from './data-set.ts';
import { STANDARD_TIER } from './price.ts';
import { type PriceSteps, scaleSteps } from './steps.ts';
import { PUBLISHED_TIERS } from './tier-data.ts';
import type { TierSteps } from './tiers.ts';

export function publishedTiers({ providerId, model }: FoundModel, standard: PriceSteps): TierSteps {
  const tiers = new Map([[STANDARD_TIER, standard]]);
  for (const published of PUBLISHED_TIERS) {
    const { provider, model: glob, tier } = published;
    if (provider !== providerId || tiers.has(tier) || !globMatches(glob, model.id)) continue;
    tiers.set(tier, scaleSteps(standard, published));
  }
  return tiers;
}
