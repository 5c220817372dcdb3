// Data: what the service tiers of providers cost beside their standard prices.
//
// The public data set has standard prices only. A factor too low would charge less than the provider
// does, so where a page gives a range, or nothing for a model, the larger figure stands here.
import type { TierFactor } from './steps.ts';

export interface PublishedTier extends TierFactor {
  /** Id in the data set. */
  readonly provider: string;
  /** Glob of the model's id in the data set; of one tier the first that matches wins. */
  readonly model: string;
  readonly tier: string;
}

const HALF = [1, 2] as const;

// https://developers.openai.com/api/docs/pricing, the tables Batch, Flex and Priority; for GPT-5.5
// also https://openai.com/index/introducing-gpt-5-5. Batch prices of models before GPT-5 give no
// discount for cached input. A model without a line of its own gets the highest premium there is.
const OPENAI: readonly Omit<PublishedTier, 'provider'>[] = [
  { tier: 'batch', model: 'gpt-5*', factor: HALF },
  { tier: 'batch', model: '*', factor: HALF, cacheRead: 'input' },
  // $0.13 and not $0.125.
  { tier: 'flex', model: 'gpt-5.4', factor: HALF, cacheRead: [13, 25] },
  { tier: 'flex', model: '*', factor: HALF },
  { tier: 'priority', model: 'gpt-4.1-nano', factor: [2, 1] },
  { tier: 'priority', model: 'gpt-4.1*', factor: [7, 4] },
  { tier: 'priority', model: 'gpt-4o-2024-05-13', factor: [7, 4] },
  { tier: 'priority', model: 'gpt-4o-mini', factor: [5, 3] },
  { tier: 'priority', model: 'gpt-4o', factor: [17, 10] },
  { tier: 'priority', model: 'gpt-5-mini', factor: [9, 5] },
  { tier: 'priority', model: 'gpt-5.1-codex-mini', factor: [9, 5] },
  { tier: 'priority', model: 'gpt-5', factor: [2, 1] },
  { tier: 'priority', model: 'gpt-5.1', factor: [2, 1] },
  { tier: 'priority', model: 'gpt-5.2', factor: [2, 1] },
  { tier: 'priority', model: 'gpt-5.3*', factor: [2, 1] },
  { tier: 'priority', model: 'gpt-5.4*', factor: [2, 1] },
  { tier: 'priority', model: 'o3', factor: [7, 4] },
  { tier: 'priority', model: 'o4-mini', factor: [20, 11] },
  { tier: 'priority', model: '*', factor: [5, 2] },
];

export const PUBLISHED_TIERS: readonly PublishedTier[] = [
  ...OPENAI.map((tier) => ({ ...tier, provider: 'openai' })),
  // Azure sells the same models: https://azure.microsoft.com/pricing/details/azure-openai
  ...OPENAI.map((tier) => ({ ...tier, provider: 'azure' })),

  // https://platform.claude.com/docs/en/build-with-claude/batch-processing: half of everything,
  // cache reads and writes included. The price of the priority tier is a matter of contract.
  { provider: 'anthropic', tier: 'batch', model: '*', factor: HALF },
  // `auto` takes what is left of such a contract, and else the standard tier.
  { provider: 'anthropic', tier: 'priority', model: '*', factor: [1, 1] },
  { provider: 'anthropic', tier: 'auto', model: '*', factor: [1, 1] },
  // No tiers but prices of their own: https://platform.claude.com/docs/en/about-claude/pricing, "Fast
  // mode pricing" and "Data residency pricing", which multiply.
  { provider: 'anthropic', tier: 'fast', model: 'claude-opus-5*', factor: [2, 1] },
  { provider: 'anthropic', tier: 'fast', model: 'claude-opus-4-8*', factor: [2, 1] },
  { provider: 'anthropic', tier: 'us', model: '*', factor: [11, 10] },
  { provider: 'anthropic', tier: 'fast-us', model: 'claude-opus-5*', factor: [11, 5] },
  { provider: 'anthropic', tier: 'fast-us', model: 'claude-opus-4-8*', factor: [11, 5] },

  // https://ai.google.dev/gemini-api/docs/pricing and /docs/optimization: priority is 75 % to 100 %
  // more, and 1.8 × for the models of generation 3; the price of cached input stays in batches.
  { provider: 'google', tier: 'batch', model: 'claude-*', factor: HALF },
  { provider: 'google', tier: 'batch', model: '*', factor: HALF, cacheRead: [1, 1] },
  { provider: 'google', tier: 'flex', model: 'gemini-*', factor: HALF, cacheRead: [1, 1] },
  { provider: 'google', tier: 'priority', model: 'gemini-3*', factor: [9, 5] },
  { provider: 'google', tier: 'priority', model: 'gemini-*', factor: [2, 1] },

  // https://aws.amazon.com/bedrock/pricing
  { provider: 'aws', tier: 'batch', model: '*', factor: HALF, cacheRead: 'input' },
  { provider: 'aws', tier: 'flex', model: '*', factor: HALF, cacheRead: 'input' },
  { provider: 'aws', tier: 'priority', model: '*', factor: [7, 4] },
  // Latency-optimized inference; the price of the reserved tier is a matter of contract.
  { provider: 'aws', tier: 'optimized', model: '*', factor: [5, 4] },
  { provider: 'aws', tier: 'reserved', model: '*', factor: [1, 1] },

  // https://docs.mistral.ai/capabilities/batch
  { provider: 'mistral', tier: 'batch', model: '*', factor: HALF, cacheRead: [1, 1] },

  // https://console.groq.com/docs/batch and /docs/flex-processing: flex costs what on-demand costs.
  { provider: 'groq', tier: 'batch', model: '*', factor: HALF, cacheRead: [1, 1] },
  { provider: 'groq', tier: 'flex', model: '*', factor: [1, 1] },
];
