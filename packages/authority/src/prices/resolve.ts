// What is known of a model: through overrides, aliases and the data set, else nothing.
import { invalid } from '@spendfuse/core';
import { localPriceOf, publishedPriceOf } from './built-in-prices.ts';
import { stepsOverTime } from './data-prices.ts';
import {
  type DataSet,
  findModel,
  type FoundModel,
  type ModelName,
  providerOfModel,
} from './data-set.ts';
import { publishedMaxOutputTokens } from './max-output.ts';
import { type Override, overrideMatches } from './overrides.ts';
import { publishedTiers } from './published-tiers.ts';
import { withGapsFilled } from './data-gaps.ts';
import { type TieredPrice, tieredPrice } from './tiers.ts';

/** How a limit of a model is known; `context window` where that has to do as the maximum output. */
export type LimitSource = 'override' | 'published' | 'catalogue' | 'context window';

export interface KnownLimit {
  readonly tokens: number;
  readonly source: LimitSource;
}

export interface KnownModel {
  /** Undefined where it has no price at that time. */
  readonly priceAt: (nowMs: number) => TieredPrice | undefined;
  /** In words: `genai-prices@0.1.8: openai/gpt-5`, `prices[0]`; undefined for a model not known. */
  readonly from: string | undefined;
  /** Names it was looked up by after its own. */
  readonly aliases: readonly string[];
  readonly maxOutputTokens: KnownLimit | undefined;
  readonly contextWindow: KnownLimit | undefined;
}

export interface Sources {
  /** The first that matches wins. */
  readonly overrides: readonly Override[];
  readonly data: DataSet;
}

export function resolveModel(sources: Sources, name: ModelName): KnownModel {
  const override = sources.overrides.find((each) => overrideMatches(each, name));
  if (!override) return fromData(sources.data, name);
  const own = limitsOf(override);
  if ('alias' in override.prices) {
    const { alias } = override.prices;
    const target = resolveElsewhere(sources, { provider: name.provider, model: alias });
    return {
      ...target,
      aliases: [alias, ...target.aliases],
      maxOutputTokens: own.maxOutputTokens ?? target.maxOutputTokens,
      contextWindow: own.contextWindow ?? target.contextWindow,
    };
  }
  const public_ = fromData(sources.data, name);
  const price = tieredPrice(override.prices.tiers, 'override');
  return {
    priceAt: () => price,
    from: override.field,
    aliases: [],
    maxOutputTokens: maxOutputOf({
      said: own.maxOutputTokens,
      name,
      contextWindow: own.contextWindow ?? public_.contextWindow,
    }),
    contextWindow: own.contextWindow ?? public_.contextWindow,
  };
}

/**
 * A model that an alias or a fallback names: at the provider of the call, else at the one whose model
 * it is by its name.
 */
export function resolveElsewhere(sources: Sources, name: ModelName): KnownModel {
  const known = resolveModel(sources, name);
  // A server of one's own serves models of every name; what is meant is the one that is sold.
  const local = localPriceOf(name)?.from;
  if (known.from !== undefined && known.from !== local) return known;
  const provider = providerOfModel(sources.data, name.model) ?? '';
  const sold = resolveModel(sources, { ...name, provider });
  return sold.from === undefined ? known : sold;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for aliases that lead back to themselves. */
export function checkAliases(overrides: readonly Override[]): void {
  for (const start of overrides) {
    const seen = new Set<Override>();
    let at: Override | undefined = start;
    while (at && 'alias' in at.prices) {
      const target: ModelName = { provider: start.provider, model: at.prices.alias };
      if (seen.has(at)) {
        const path = [...seen].map(({ model }) => model).join(' → ');
        throw invalid(start.field, `the aliases go round in a circle: ${path} → ${at.model}`);
      }
      seen.add(at);
      at = overrides.find((each) => overrideMatches(each, target));
    }
  }
}

function fromData(data: DataSet, name: ModelName): KnownModel {
  const local = localPriceOf(name);
  const found = local ? undefined : findModel(data, name);
  const builtIn = local ?? (found ? undefined : publishedPriceOf(name));
  const tokens = found?.model.context_window;
  const contextWindow: KnownLimit | undefined =
    tokens === undefined ? undefined : { tokens, source: 'catalogue' };
  return {
    priceAt: found ? scheduleOf(found) : () => builtIn?.price,
    from: found ? `${data.version}: ${found.providerId}/${found.model.id}` : builtIn?.from,
    aliases: [],
    maxOutputTokens: maxOutputOf({ said: undefined, name, contextWindow }),
    contextWindow,
  };
}

/** The prices of a model of the data set, over time. */
export function scheduleOf(found: FoundModel): KnownModel['priceAt'] {
  return stepsOverTime(found.model, (standard) =>
    tieredPrice(publishedTiers(found, withGapsFilled(found, standard)), 'catalogue'),
  );
}

interface MaxOutputInput {
  readonly said: KnownLimit | undefined;
  readonly name: ModelName;
  readonly contextWindow: KnownLimit | undefined;
}

function maxOutputOf({ said, name, contextWindow }: MaxOutputInput): KnownLimit | undefined {
  if (said) return said;
  const published = publishedMaxOutputTokens(name.model);
  if (published !== undefined) return { tokens: published, source: 'published' };
  return contextWindow && { tokens: contextWindow.tokens, source: 'context window' };
}

function limitsOf({ maxOutputTokens, contextWindow }: Override) {
  const said = (tokens: number | undefined): KnownLimit | undefined =>
    tokens === undefined ? undefined : { tokens, source: 'override' };
  return { maxOutputTokens: said(maxOutputTokens), contextWindow: said(contextWindow) };
}
