// Prices that the public data set does not have: of servers of one's own, and of models billed by the
// search. The user's own prices go before them.
import { globMatches } from '@spendfuse/core';
import type { ModelName } from './data-set.ts';
import { type PriceList, readSteps } from './overrides.ts';
import { STANDARD_TIER } from './price.ts';
import { type TieredPrice, tieredPrice } from './tiers.ts';

interface BuiltInPrice extends PriceList {
  readonly provider: string;
  /** `*` as a glob. */
  readonly model: string;
  /** Of these models, those that the price is not of. */
  readonly except?: string | undefined;
}

/** Nothing is billed there, whatever the model is called: a price of 0 is a real price. */
const LOCAL: readonly BuiltInPrice[] = [
  // Models that the server passes on to ollama.com are part of a subscription.
  { provider: 'ollama', model: '*', except: '*cloud', input: 0, output: 0 },
  { provider: 'vllm', model: '*', input: 0, output: 0 },
  { provider: 'lmstudio', model: '*', input: 0, output: 0 },
  // Tools, of MCP servers and of the program itself: what one costs is for the user to say.
  { provider: 'mcp', model: '*', input: 0, output: 0 },
  { provider: 'tool', model: '*', input: 0, output: 0 },
];

/** A search is what Cohere calls a search unit: a query with up to 100 documents. */
const PUBLISHED: readonly BuiltInPrice[] = [
  // https://cohere.com/pricing, "Rerank", as of June 2026.
  { provider: 'cohere', model: 'rerank-v4.0-pro', input: 0, output: 0, webSearch: 0.0025 },
  { provider: 'cohere', model: 'rerank-v4.0-fast', input: 0, output: 0, webSearch: 0.002 },
  { provider: 'cohere', model: 'rerank-v3.5', input: 0, output: 0, webSearch: 0.002 },
  { provider: 'cohere', model: 'rerank-*-v3.0', input: 0, output: 0, webSearch: 0.002 },
  // https://docs.voyageai.com/docs/pricing, "Rerankers".
  { provider: 'voyage', model: 'rerank-2', input: 0.05, output: 0 },
  { provider: 'voyage', model: 'rerank-2-lite', input: 0.02, output: 0 },
  { provider: 'voyage', model: 'rerank-2.5', input: 0.05, output: 0 },
  { provider: 'voyage', model: 'rerank-2.5-lite', input: 0.02, output: 0 },
];

export interface FoundPrice {
  /** In words: `built in: ollama/*`. */
  readonly from: string;
  readonly price: TieredPrice;
}

const read = (table: readonly BuiltInPrice[]): readonly (BuiltInPrice & FoundPrice)[] =>
  table.map((entry) => {
    const from = `built in: ${entry.provider}/${entry.model}`;
    const steps = new Map([[STANDARD_TIER, readSteps(entry, { field: from })]]);
    return { ...entry, from, price: tieredPrice(steps, 'catalogue') };
  });

const local = read(LOCAL);
const published = read(PUBLISHED);

/** As they are written: with globs. */
export const builtInNames: readonly ModelName[] = [...LOCAL, ...PUBLISHED];

/** Goes before the data set, where the same name is that of a model that is billed. */
export function localPriceOf(name: ModelName): FoundPrice | undefined {
  return find(local, name);
}

/** For what the data set does not have. */
export function publishedPriceOf(name: ModelName): FoundPrice | undefined {
  return find(published, name);
}

function find(
  table: readonly (BuiltInPrice & FoundPrice)[],
  { provider, model }: ModelName,
): FoundPrice | undefined {
  const name = model.toLowerCase().trim();
  return table.find(
    (entry) =>
      entry.provider === provider &&
      globMatches(entry.model, name) &&
      !(entry.except !== undefined && globMatches(entry.except, name)),
  );
}
