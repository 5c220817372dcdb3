// What pricing offers the authority: exact costs of a usage, and the dearest a call can become.
import type { Usage } from '@spendfuse/core';

/** Where a price comes from: the public data, the user's own entry, or the rule for unknown models. */
export type PriceSource = 'catalogue' | 'override' | 'fallback';

/** Tier of a call that names none. */
export const STANDARD_TIER = 'standard';
/** Stands for every tier at once: the highest of their prices, kind by kind. */
export const DEAREST_TIER = 'dearest';

/** The prices of one model in force. Costs are nano-USD, summed exactly in pico-USD, rounded up once. */
export interface ModelPrice {
  readonly source: PriceSource;
  /**
   * The service tier these prices are of: `standard`, `batch`, …; or `dearest`, because the provider
   * may choose the tier, or the one asked for is not known of this model.
   */
  readonly tier: string;
  /** What the call has cost. */
  costOf(usage: Usage): number;
  /**
   * The most that a call within these bounds can cost: every token at the dearest price this model
   * has for it (tier, long context, cache write, audio), and every search.
   */
  worstCostOf(most: CallBounds): number;
}

/** The most that a call can use. */
export interface CallBounds {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Default 0. */
  readonly webSearches?: number | undefined;
}

export interface ModelQuery {
  /** As in `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  /** Prices have start dates. */
  readonly nowMs: number;
  /**
   * Service tier as the provider calls it: `batch`, `flex`, `priority`, …; undefined, `default` and
   * `standard` are the standard one. `auto`, and one not known of the model: the dearest of all.
   */
  readonly tier?: string | undefined;
}

/** All prices, versioned. */
export interface PriceCatalogue {
  /** Of the data set and the overrides on top, such as `genai-prices@0.1.8` or `…+overrides.1a2b3c4d`. */
  readonly version: string;
  /** Undefined where the model has no price and there is no fallback (L7: never taken for 0). */
  priceOf(query: ModelQuery): ModelPrice | undefined;
  /** The model's own maximum of output tokens; else its context window; undefined: neither is known. */
  maxOutputTokensOf(query: ModelQuery): number | undefined;
}
