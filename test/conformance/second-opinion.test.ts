// What every exchange costs, worked out twice more by the library of the price data: from its own reading of
// the body, and from the counts that the exchange was kept with. Where they say something else, a table
// says why ours stands; what is in no table fails.
import { createRequire } from 'node:module';
import { createCatalogue } from '@spendfuse/authority';
import { type Usage, usageOf } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { factsOf } from '../support/conformance.ts';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';

type Counts = Readonly<Record<string, number | undefined>>;

interface LibraryProvider {
  readonly models: readonly { readonly id: string }[];
}

/** What is used of `@pydantic/genai-prices`, on which the authority alone depends. */
interface Library {
  findProvider(by: { readonly providerId: string }): LibraryProvider | undefined;
  extractUsage(
    provider: LibraryProvider,
    body: unknown,
    flavor: string,
  ): { readonly usage: Counts };
  calcPrice(
    usage: Counts,
    model: string,
    options: { readonly providerId: string; readonly timestamp: Date },
  ): { readonly total_price: number } | null;
}

const authority = new URL('../../packages/authority/package.json', import.meta.url);
const library = createRequire(authority)('@pydantic/genai-prices') as Library;

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const catalogue = createCatalogue();
const exchanges = loadExchanges().filter(({ status }) => status < 400);
const areRecordingsHere = exchanges.some(({ isRecorded }) => isRecorded);

/** Where the library calls a provider something else. */
const IDS: Readonly<Record<string, string>> = {
  'aws.bedrock': 'aws',
  'azure.ai.openai': 'azure',
  'gcp.gemini': 'google',
  'gcp.vertex_ai': 'google',
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  voyage: 'voyageai',
  x_ai: 'x-ai',
};

/** What it calls a form of answers; without a name of its own: `default`. */
const FLAVORS: Readonly<Record<string, string>> = {
  'chat.completions': 'chat',
  responses: 'responses',
  embeddings: 'embeddings',
  'images.edits': 'images',
  'images.generations': 'images',
  messages: 'anthropic',
};

/** Nano-USD, and how it was worked out. */
interface Opinion {
  readonly from: 'body' | 'counts';
  readonly costNanoUsd: number;
}

function secondOpinions(exchange: Exchange, model: string): readonly Opinion[] {
  const { provider, usage } = exchange;
  const providerId = IDS[provider.name] ?? provider.name;
  const { reasoning_tokens: reasoned, ...counted } = usage ?? {};
  const counts = usage ? { ...counted, output_reasoning_tokens: reasoned } : undefined;
  const sources = [
    ['body', extracted(exchange, providerId)],
    ['counts', counts],
  ] as const;
  return sources.flatMap(([from, read]) => {
    const costNanoUsd = read && priced(read, { model, providerId });
    return costNanoUsd === undefined ? [] : [{ from, costNanoUsd }];
  });
}

/** Undefined: a stream, or a form of answer that the library does not know. */
function extracted({ match, isStream, body }: Exchange, providerId: string): Counts | undefined {
  const provider = library.findProvider({ providerId });
  if (!provider || isStream) return undefined;
  const json: unknown = JSON.parse(new TextDecoder().decode(body));
  for (const flavor of [FLAVORS[match.api] ?? 'default', 'default']) {
    try {
      return library.extractUsage(provider, json, flavor).usage;
    } catch {
      // It throws at what it cannot read.
    }
  }
  return undefined;
}

function priced(
  usage: Counts,
  { model, providerId }: { readonly model: string; readonly providerId: string },
): number | undefined {
  const timestamp = new Date(nowMs);
  try {
    const price = library.calcPrice(usage, model, { providerId, timestamp });
    // Its sums are floats: what lies that close above a whole number is that number.
    return price ? Math.ceil(price.total_price * 1e9 - 1e-3) : undefined;
  } catch {
    return undefined;
  }
}

interface Ours {
  readonly exchange: Exchange;
  readonly model: string;
  readonly costNanoUsd: number | undefined;
}

const ours: readonly Ours[] = exchanges.map((exchange) => {
  const { usage, model: answered, tier } = factsOf(exchange);
  const { provider, match, request } = exchange;
  const model = answered ?? provider.request(match, request).model;
  const price = catalogue.priceOf({ provider: provider.name, model, nowMs, tier });
  return { exchange, model, costNanoUsd: usage && price?.costOf(usage) };
});

interface Reason {
  readonly exchanges: RegExp;
  /** Which opinion differs. */
  readonly from: Opinion['from'];
  readonly why: string;
  /** None of the fixtures shows it. */
  readonly isRecordedOnly?: boolean;
}

/** Why ours is right where an opinion is another. */
const DIFFERENT: readonly Reason[] = [
  {
    exchanges: /^anthropic\/.*compaction/u,
    from: 'body',
    why: 'the top level leaves compactions out, `iterations` has them',
  },
  {
    exchanges: /^anthropic\/message-caches/u,
    from: 'counts',
    why: 'they do not tell that some of the writes are kept for an hour',
  },
  {
    exchanges: /^bedrock\/(?:converse|invoke-claude)-caches/u,
    from: 'counts',
    why: 'the same; an hour costs twice the input, which the public data lacks at Amazon',
  },
  {
    exchanges: /^bedrock\/converse-caches/u,
    from: 'body',
    why: 'the library does not read `cacheDetails`',
  },
  {
    exchanges: /^deepseek\/chat-hits-and-misses/u,
    from: 'body',
    why: 'older answers tell the hits of the cache only as `prompt_cache_hit_tokens`',
  },
  {
    exchanges: /^gemini\/(?:generate-content-thoughts-in-total-only|openai-style)/u,
    from: 'body',
    why: 'thoughts that have no field of their own are what the total has on top',
  },
  {
    exchanges: /^mistral\/chat-audio/u,
    from: 'body',
    why: 'audio is in the total alone',
  },
  {
    exchanges: /^moonshot\/chat\.completions\/moonshotai-reasoning/u,
    from: 'body',
    why: 'what was cached stands at the top of `usage`',
    isRecordedOnly: true,
  },
  {
    exchanges: /^openai\/chat-singular-details/u,
    from: 'body',
    why: 'the details are called `prompt_token_details`',
  },
  {
    exchanges: /^(?:gemini\/generate-content-cache-and-tools|openai\/(?:audio|images-edits))/u,
    from: 'counts',
    why: 'they do not tell how much of the input is audio or images, or what was heard is no tokens',
  },
  {
    exchanges: /^(?:groq|mistral)\/audio-transcription/u,
    from: 'counts',
    why: 'billed by the second, which are no tokens to the library',
  },
  {
    exchanges: /^mistral\/audio-transcriptions\.json/u,
    from: 'body',
    why: 'the library looks for tokens, which have no price there',
  },
  {
    exchanges: /^openai\/(?:responses-tools|responses\/openai-(?:responses-records-)?web-search)/u,
    from: 'body',
    why: 'searches are in the output or in `tool_usage`, where the library does not look',
  },
  {
    exchanges: /^openai\/responses\/openai-(?:responses-records-)?web-search/u,
    from: 'counts',
    why: 'they have no searches',
    isRecordedOnly: true,
  },
  {
    exchanges: /^anthropic\/messages\/anthropic-web-search/u,
    from: 'counts',
    why: 'they have no searches',
    isRecordedOnly: true,
  },
  {
    exchanges: /^xai\/responses/u,
    from: 'counts',
    why: 'the public data has no price of searches, the bill beside the answer has',
  },
];

/** What the library has no price for at all, and we have. */
const PRICED_BY_US: readonly Omit<Reason, 'from'>[] = [
  { exchanges: /^(?:ollama|vllm|lmstudio)\//u, why: "a server of one's own bills nothing" },
  { exchanges: /^(?:cohere\/v2-rerank|voyage\/rerank)/u, why: 'published prices of rerank' },
  {
    exchanges: /^openai-compatible\//u,
    why: 'a gateway that names the provider in front of the model',
  },
  { exchanges: /^perplexity\/responses/u, why: 'a model of another provider, at its price' },
];

test('our costs are those of the library, or it is said why not', () => {
  const unexplained: object[] = [];
  const used = new Set<object>();
  let agreed = 0;
  for (const { exchange, model, costNanoUsd } of ours) {
    const { name } = exchange;
    const opinions = secondOpinions(exchange, model);
    const others = opinions.filter((each) => each.costNanoUsd !== costNanoUsd);
    agreed += opinions.length - others.length;
    for (const { from, costNanoUsd: theirs } of others) {
      const reason = DIFFERENT.find((each) => each.from === from && each.exchanges.test(name));
      if (reason) used.add(reason);
      else unexplained.push({ name, model, from, theirs, ours: costNanoUsd });
    }
    if (costNanoUsd === undefined || opinions.length > 0) continue;
    const reason = PRICED_BY_US.find((each) => each.exchanges.test(name));
    if (reason) used.add(reason);
    else unexplained.push({ name, model, ours: costNanoUsd });
  }
  expect(unexplained).toEqual([]);
  expect(agreed).toBeGreaterThan(areRecordingsHere ? 200 : 80);
  const unused = [...DIFFERENT, ...PRICED_BY_US].filter(
    (reason) => !used.has(reason) && (areRecordingsHere || !reason.isRecordedOnly),
  );
  expect(unused).toEqual([]);
});

/** Bills that our prices do not come to. */
const NOT_OUR_PRICE: readonly Omit<Reason, 'from'>[] = [
  {
    exchanges: /^openrouter\/chat-own-key/u,
    why: 'with a key of his own a customer pays the maker of the model, and OpenRouter a share',
  },
  {
    exchanges: /^perplexity\/chat-stream/u,
    why: 'the fee goes by how much context was searched for: ours is that for the most',
  },
  {
    exchanges: /^perplexity\/responses/u,
    why: "its searches have the price that the model's own maker takes, which is higher",
  },
];

test('where an answer has its own bill, ours is the same', () => {
  const billed = ours.filter(({ exchange }) => exchange.billedUsd !== undefined);
  expect(billed.length).toBeGreaterThan(0);
  const different = billed.flatMap(({ exchange: { name, billedUsd = 0 }, costNanoUsd }) => {
    const theirs = Math.round(billedUsd * 1e9);
    const isKnown = NOT_OUR_PRICE.some(({ exchanges: names }) => names.test(name));
    return costNanoUsd === theirs || isKnown ? [] : [{ name, theirs, ours: costNanoUsd }];
  });
  expect(different).toEqual([]);
});

/** Each kind of token, below and above the steps for long inputs; in its words and ours. */
const USAGES: readonly (readonly [Partial<Usage>, Counts])[] = [
  [
    { inputTokens: 1_001, outputTokens: 503 },
    { input_tokens: 1_001, output_tokens: 503 },
  ],
  [
    { inputTokens: 200_000, outputTokens: 503 },
    { input_tokens: 200_000, output_tokens: 503 },
  ],
  [
    { inputTokens: 300_001, outputTokens: 70_003, cacheReadTokens: 100_007 },
    { input_tokens: 300_001, output_tokens: 70_003, cache_read_tokens: 100_007 },
  ],
  [
    { inputTokens: 3_001, cacheReadTokens: 1_007, cacheWriteTokens: 907 },
    { input_tokens: 3_001, cache_read_tokens: 1_007, cache_write_tokens: 907 },
  ],
  [
    { outputTokens: 703, reasoningTokens: 509 },
    { output_tokens: 703, output_reasoning_tokens: 509 },
  ],
  [
    { inputTokens: 3_001, outputTokens: 703, inputAudioTokens: 509, outputAudioTokens: 307 },
    {
      input_tokens: 3_001,
      output_tokens: 703,
      input_audio_tokens: 509,
      output_audio_tokens: 307,
    },
  ],
  [
    { inputTokens: 3_001, outputTokens: 703, webSearches: 3 },
    { input_tokens: 3_001, output_tokens: 703, web_searches: 3 },
  ],
];

/** A price of ours beside the library's: of searches, and of seconds, which are no tokens to it. */
const PRICED_BESIDE = [
  { models: /^x-ai /u, kind: 'webSearches' },
  { models: /whisper|gpt-transcribe|voxtral-mini-2602/u, kind: undefined },
];

test('what a usage of each kind costs is the same for every model that both have a price of', () => {
  const models = Object.values(IDS)
    .concat('anthropic', 'cohere', 'deepseek', 'fireworks', 'groq', 'openai', 'openrouter')
    .concat('perplexity', 'together')
    .flatMap((providerId) =>
      (library.findProvider({ providerId })?.models ?? []).map(({ id }) => ({ providerId, id })),
    );
  let compared = 0;
  const different = models.flatMap(({ providerId, id: model }) =>
    USAGES.flatMap(([usage, counts]) => {
      const name = `${providerId} ${model}`;
      const isBeside = PRICED_BESIDE.some(
        ({ models: beside, kind }) => beside.test(name) && (kind === undefined || kind in usage),
      );
      const theirs = priced(counts, { model, providerId });
      const price = catalogue.priceOf({ provider: providerId, model, nowMs });
      if (isBeside || theirs === undefined || !price) return [];
      compared += 1;
      const costNanoUsd = price.costOf(usageOf(usage));
      return costNanoUsd === theirs ? [] : [{ name, usage, theirs, ours: costNanoUsd }];
    }),
  );
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(5_000);
});
