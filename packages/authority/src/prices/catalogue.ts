// The price catalogue: the user's overrides, then the public data set, remembered per model.
import { createHash } from 'node:crypto';
import { invalid } from '@spendfuse/core';
import { BUILT_IN, type DataSet, type ModelName } from './data-set.ts';
import {
  type Override,
  type PriceFallback,
  type PriceOverride,
  readOverride,
  readSteps,
} from './overrides.ts';
import { type ModelQuery, type PriceCatalogue, type PriceSource, STANDARD_TIER } from './price.ts';
import {
  checkAliases,
  type KnownModel,
  resolveElsewhere,
  resolveModel,
  type Sources,
} from './resolve.ts';
import { nearestModels } from './suggest.ts';
import { type TieredPrice, tieredPrice, type TierSteps } from './tiers.ts';

export interface CatalogueOptions {
  /** The first that matches wins. */
  readonly overrides?: readonly PriceOverride[] | undefined;
  /** Other names of models, `*` as a glob, after the overrides: `{ 'my-deployment': 'gpt-5' }`. */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /** What a model costs that has no price; without it such a model has none. */
  readonly fallback?: PriceFallback | undefined;
  /** Default: the public data that came with this package. */
  readonly data?: DataSet | undefined;
}

/** Everything that is known of a model, for people. */
export interface ModelDescription extends Omit<KnownModel, 'priceAt'> {
  /** Undefined where it has no price. */
  readonly source: PriceSource | undefined;
  /** Price lists by tier, the standard one first; empty where it has no price. */
  readonly tiers: TierSteps;
}

/** A catalogue that can be looked through. */
export interface BrowsableCatalogue extends PriceCatalogue {
  describe(query: ModelQuery): ModelDescription;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for an override, an alias or a fallback that is none. */
export function createCatalogue(options: CatalogueOptions = {}): BrowsableCatalogue {
  const { aliases = {}, data = BUILT_IN } = options;
  const entries = (options.overrides ?? []).map((entry, index) =>
    readOverride(entry, `prices[${index}]`),
  );
  const named = Object.entries(aliases).map(([model, alias]) =>
    readOverride({ model, alias }, `aliases.${model}`),
  );
  const overrides = [...entries, ...named];
  checkAliases(overrides);
  const sources: Sources = { overrides, data };
  const fallback = options.fallback && readFallback(sources, options.fallback);
  const known = rememberModels((name) => resolveModel(sources, name));
  const priceAt = (query: ModelQuery): TieredPrice | undefined =>
    known(query).priceAt(query.nowMs) ?? fallback?.(query.nowMs);
  return {
    version: data.version + versionSuffix({ overrides, fallback: options.fallback }),
    priceOf: (query) => priceAt(query)?.of(query.tier),
    maxOutputTokensOf: (name) => known(name).maxOutputTokens?.tokens,
    describe(query) {
      const { priceAt: _, ...rest } = known(query);
      const price = priceAt(query);
      return { ...rest, source: price?.of(undefined).source, tiers: price?.steps ?? new Map() };
    },
  };
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field below `unpriced`. */
function readFallback(sources: Sources, fallback: PriceFallback): KnownModel['priceAt'] {
  if (!('as' in fallback)) {
    const steps = readSteps(fallback, { field: 'unpriced' });
    const price = tieredPrice(new Map([[STANDARD_TIER, steps]]), 'fallback');
    return () => price;
  }
  const target = resolveElsewhere(sources, { provider: '', model: fallback.as });
  if (target.priceAt(Date.now()) === undefined) {
    const near = nearestModels(sources.data, fallback.as);
    const advice = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
    throw invalid('unpriced.as', `there is no price of "${fallback.as}" either${advice}`);
  }
  const made = new Map<TieredPrice, TieredPrice>();
  return (nowMs) => {
    const price = target.priceAt(nowMs);
    if (!price) return undefined;
    const before = made.get(price) ?? tieredPrice(price.steps, 'fallback');
    made.set(price, before);
    return before;
  };
}

/** `''`, or `+overrides.` and eight digits that stand for their content. */
function versionSuffix(content: {
  readonly overrides: readonly Override[];
  readonly fallback: PriceFallback | undefined;
}): string {
  const { overrides, fallback } = content;
  if (overrides.length === 0 && !fallback) return '';
  const text = JSON.stringify(
    [overrides, fallback && 'input' in fallback ? readSteps(fallback, { field: '' }) : fallback],
    (_, value: unknown) => (value instanceof Map ? [...value] : value),
  );
  return `+overrides.${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

/** Model names come from requests, so there is no end to them. */
const MOST_REMEMBERED = 10_000;

/** A look-up in the data set walks hundreds of models; a remembered one is two map reads. */
function rememberModels(describe: (name: ModelName) => KnownModel) {
  const providers = new Map<string, Map<string, KnownModel>>();
  let count = 0;
  return ({ provider, model }: ModelName): KnownModel => {
    const remembered = providers.get(provider)?.get(model);
    if (remembered) return remembered;
    if (count >= MOST_REMEMBERED) {
      providers.clear();
      count = 0;
    }
    const described = describe({ provider, model });
    const models = providers.get(provider) ?? new Map<string, KnownModel>();
    providers.set(provider, models.set(model, described));
    count += 1;
    return described;
  };
}
