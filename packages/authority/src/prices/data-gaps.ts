// Prices of models in the public data that it leaves out of them.
import type { FoundModel } from './data-set.ts';
import type { PriceSteps } from './steps.ts';

/** Of a search, by the provider's id in the data set; pico-USD. */
const SEARCH_PRICES: Readonly<Record<string, number>> = {
  // https://docs.x.ai/docs/models, tools: $5 for a thousand searches of the web or X. Its bills agree.
  'x-ai': 5_000_000_000,
};

/**
 * A write that is kept for an hour costs twice the input, wherever Claude is sold
 * (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, "Pricing").
 */
const CLAUDE_HOUR = 2;

export function withGapsFilled({ providerId, model }: FoundModel, steps: PriceSteps): PriceSteps {
  const webSearch = SEARCH_PRICES[providerId] ?? 0;
  const isClaude = model.id.includes('claude');
  return steps.map(({ aboveInputTokens, prices }) => {
    const { input, cacheWrite, cacheWrite1h } = prices;
    // Left out, it is that of any write.
    const isHourMissing = isClaude && cacheWrite > input && cacheWrite1h === cacheWrite;
    return {
      aboveInputTokens,
      prices: {
        ...prices,
        webSearch: prices.webSearch || webSearch,
        cacheWrite1h: isHourMissing ? CLAUDE_HOUR * input : cacheWrite1h,
      },
    };
  });
}
