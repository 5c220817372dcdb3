// What pricing offers the authority: exact costs of a usage, and the dearest a call can become.
import type { Usage } from '@spendfuse/core';

/** The prices of one model in force. Costs are nano-USD, summed exactly in pico-USD, rounded up once. */
export interface ModelPrice {
  /** What the call has cost. */
  costOf(usage: Usage): number;
  /**
   * The most that `inputTokens` and `outputTokens` can cost: every token at the dearest price this
   * model has for it (tier, long context, cache write, audio).
   */
  worstCostOf(tokens: { readonly inputTokens: number; readonly outputTokens: number }): number;
}

export interface ModelQuery {
  /** As in `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  /** Prices have start dates. */
  readonly nowMs: number;
}

/** All prices, versioned. */
export interface PriceCatalogue {
  /** Of the data set and the overrides on top, such as `genai-prices@0.1.8` or `…+overrides.1a2b3c4d`. */
  readonly version: string;
  /** Undefined where the model has no price (L7: never taken for 0). */
  priceOf(query: ModelQuery): ModelPrice | undefined;
  /** The model's own maximum of output tokens; else its context window; undefined: neither is known. */
  maxOutputTokensOf(query: ModelQuery): number | undefined;
}
