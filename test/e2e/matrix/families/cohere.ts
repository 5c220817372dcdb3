// cohere-ai against Cohere.
import type { Cohere, CohereClient } from 'cohere-ai';
import { collect } from '../../../support/collect.ts';
import type { Family } from '../family.ts';
import { scripted } from '../scripted.ts';

const model = 'command-a-03-2025';
const message = 'Say something about the sea.';
const messages = [{ role: 'user' as const, content: message }];
const embed: Cohere.V2EmbedRequest = {
  model: 'embed-v4.0',
  texts: ['The sea'],
  inputType: 'search_query',
  embeddingTypes: ['float'],
};
const rerank = { model: 'rerank-v3.5', query: 'sea', documents: ['calm', 'wind'] };

const abortOf = (abortSignal: AbortSignal | undefined) => (abortSignal ? { abortSignal } : {});

const { setTimeout } = globalThis;

/** The SDK never clears those of calls that fail, which keep a program alive for five minutes. */
function letTimersGo(): void {
  const unheld = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout =>
    setTimeout(...args).unref();
  globalThis.setTimeout = Object.assign(unheld, setTimeout);
}

export const family: Family = {
  title: 'Cohere',
  provider: 'cohere',
  sdks: [
    { name: 'cohere-ai', version: '8', module: 'cohere-ai' },
    { name: 'cohere-ai', version: '7', module: 'cohere-7' },
  ],
  clientOf(sdk: { CohereClient: typeof CohereClient }, { origin, headers, retries }) {
    letTimersGo();
    const maxRetries = retries ? 2 : 0;
    return new sdk.CohereClient({ token: 'key', environment: origin, headers, maxRetries });
  },
  styles: [
    {
      name: 'v2.chat',
      streams: false,
      run: (client: CohereClient, signal) => client.v2.chat({ model, messages }, abortOf(signal)),
    },
    {
      name: 'v2.chatStream',
      streams: true,
      run: async (client: CohereClient, signal, goesOn) =>
        collect(await client.v2.chatStream({ model, messages }, abortOf(signal)), goesOn),
    },
    {
      name: 'chat',
      streams: false,
      run: (client: CohereClient, signal) => client.chat({ model, message }, abortOf(signal)),
    },
    {
      name: 'chatStream',
      streams: true,
      run: async (client: CohereClient, signal, goesOn) =>
        collect(await client.chatStream({ model, message }, abortOf(signal)), goesOn),
    },
    {
      name: 'v2.embed',
      streams: false,
      run: (client: CohereClient, signal) => client.v2.embed(embed, abortOf(signal)),
    },
    {
      name: 'v2.rerank',
      streams: false,
      run: (client: CohereClient, signal) => client.v2.rerank(rerank, abortOf(signal)),
    },
  ],
  fake: ({ startFakeCohere }) => scripted(startFakeCohere, /rerank/u),
  prices: {
    [model]: { inputUsdPerMTok: '2.5', outputUsdPerMTok: '10' },
    [embed.model]: { inputUsdPerMTok: '0.12', outputUsdPerMTok: '0' },
  },
};
