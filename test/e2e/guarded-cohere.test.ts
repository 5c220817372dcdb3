// The real Cohere SDK behind the guarded fetch, two major versions of it and both of the API.
import { BudgetExceededError } from '@spendfuse/guard';
import { type ScriptedReply, startFakeCohere } from '@spendfuse/testkit';
// Its index loads the client of AWS, which vitest's conditions break.
import { CohereClient as CohereClient7 } from 'cohere-7/Client.js';
import { CohereClient } from 'cohere-ai';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/call-endings.ts';
import { collect } from '../support/collect.ts';
import { startGuardedFake } from '../support/guarded-fake.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { denial, grant } from '../support/recording-authority.ts';
import { scenarios, type Start, type Style } from '../support/scripted-scenarios.ts';

const model = 'command-a-03-2025';
const messages = [{ role: 'user' as const, content: 'Hello, sea.' }];

/** Left to itself the SDK tries again after some errors, such as HTTP 429. */
const once = (abortSignal: AbortSignal | undefined) => ({
  maxRetries: 0,
  ...(abortSignal ? { abortSignal } : undefined),
});

const styles: readonly Style<CohereClient>[] = [
  {
    name: 'v2.chat',
    model,
    run: (client, signal) => client.v2.chat({ model, messages }, once(signal)),
  },
  {
    name: 'v2.chatStream',
    model,
    streams: true,
    run: async (client, signal) =>
      collect(await client.v2.chatStream({ model, messages }, once(signal))),
  },
  {
    name: 'chat',
    model,
    run: (client, signal) => client.chat({ model, message: 'Hello, sea.' }, once(signal)),
  },
  {
    name: 'chatStream',
    model,
    streams: true,
    run: async (client, signal) =>
      collect(await client.chatStream({ model, message: 'Hello, sea.' }, once(signal))),
  },
  {
    name: 'v2.embed',
    model: 'embed-v4.0',
    hasNoOutput: true,
    run: (client, signal) =>
      client.v2.embed(
        {
          model: 'embed-v4.0',
          texts: ['sea'],
          inputType: 'search_query',
          embeddingTypes: ['float'],
        },
        once(signal),
      ),
  },
  {
    name: 'v2.rerank',
    model: 'rerank-v3.5',
    hasNoOutput: true,
    run: (client, signal) =>
      client.v2.rerank(
        { model: 'rerank-v3.5', query: 'sea', documents: ['calm', 'wind'] },
        once(signal),
      ),
  },
];

const versions = [
  ['cohere-ai 8', CohereClient],
  ['cohere-ai 7', CohereClient7 as unknown as typeof CohereClient],
] as const;

const startOf = (Client: typeof CohereClient): Start<CohereClient> =>
  oneAtATime((reply: ScriptedReply = {}) =>
    startGuardedFake({
      provider: 'cohere',
      startFake: () => startFakeCohere({ script: () => reply }),
      clientOf: ({ origin: environment }) => new Client({ token: 'key', environment }),
      looksFetchUp: true,
    }),
  );

describe.each(versions)('%s', (_, Client) => {
  const start = startOf(Client);
  scenarios({ start, provider: 'cohere', styles, throwsOurs: false });
  describe('and besides', () => more(start));
});

function more(start: Start<CohereClient>): void {
  test('a refusal is not tried again, and carried by what the SDK throws', async () => {
    const { guarded, authority, guardedFake } = await start();
    authority.decide = () => denial;
    const error = await errorOf(() => guarded.v2.chat({ model, messages }));
    expect(BudgetExceededError.from(error)).toMatchObject({ reason: 'EXHAUSTED' });
    // As Cohere's own errors are, and none that is thrown by fetch: that would leave a timer behind.
    expect(error).toMatchObject({
      statusCode: 402,
      body: { message: expect.stringContaining('"team-daily" is exhausted') },
    });
    expect(authority.reserves).toHaveLength(1);
    expect(guardedFake.calls).toEqual([]);
  });

  test('a clamp lowers max_tokens', async () => {
    const { guarded, authority, guardedFake } = await start();
    authority.decide = (request) =>
      ({ ...grant(request), model: 'command-r7b-12-2024', maxOutputTokens: 20 }) as never;
    await guarded.v2.chat({ model, messages, maxTokens: 500 });
    expect(guardedFake.calls[0]?.json).toMatchObject({
      model: 'command-r7b-12-2024',
      max_tokens: 20,
    });
  });

  test('a rerank is held and charged by the search', async () => {
    const { guarded, authority } = await start();
    const documents = Array.from({ length: 150 }, (_, at) => `Tide table ${at}.`);
    await guarded.v2.rerank({ model: 'rerank-v3.5', query: 'sea', documents });
    expect(authority.reserves[0]?.estimate).toMatchObject({
      inputBound: { tokens: 0 },
      maxOutputTokens: 0,
      webSearches: 2,
    });
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 0, outputTokens: 0, webSearches: 2 },
    });
  });
}
