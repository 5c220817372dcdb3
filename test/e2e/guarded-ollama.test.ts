// The real Ollama client behind the guarded fetch, two minor versions of it.
import { BudgetExceededError, type GuardTimes } from '@spendfuse/guard';
import { type ScriptedReply, startFakeOllama, until } from '@spendfuse/testkit';
import { Ollama } from 'ollama';
import { Ollama as Ollama05 } from 'ollama-0.5';
import { describe, expect, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { startGuardedFake } from '../support/guarded-fake.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { denial, grant } from '../support/recording-authority.ts';
import { scenarios, type Style } from '../support/scripted-scenarios.ts';

const model = 'llama3.2:3b';
const messages = [{ role: 'user', content: 'Hello, sea.' }];

const styles: readonly Style<Ollama>[] = [
  {
    name: 'chat',
    model,
    cannotAbort: true,
    run: (client) => client.chat({ model, messages }),
  },
  {
    name: 'chat, streamed',
    model,
    streams: true,
    cannotAbort: true,
    run: async (client) => collect(await client.chat({ model, messages, stream: true })),
  },
  {
    name: 'generate',
    model,
    cannotAbort: true,
    run: (client) => client.generate({ model, prompt: 'Hello, sea.' }),
  },
  {
    name: 'generate, streamed',
    model,
    streams: true,
    cannotAbort: true,
    run: async (client) =>
      collect(await client.generate({ model, prompt: 'Hello, sea.', stream: true })),
  },
  {
    name: 'embed',
    model,
    hasNoOutput: true,
    cannotAbort: true,
    run: (client) => client.embed({ model, input: ['Hello, sea.', 'Hello, wind.'] }),
  },
];

const versions = [
  ['ollama 0.6', Ollama],
  ['ollama 0.5', Ollama05 as unknown as typeof Ollama],
] as const;

const startOf = (Client: typeof Ollama) =>
  oneAtATime(({ times, forgetsCachedPrompt = false, ...reply }: OllamaStart = {}) =>
    startGuardedFake({
      provider: 'ollama',
      startFake: () => startFakeOllama({ script: () => reply, forgetsCachedPrompt }),
      clientOf: ({ origin: host }) => new Client({ host }),
      looksFetchUp: true,
      times,
    }),
  );

interface OllamaStart extends ScriptedReply {
  readonly forgetsCachedPrompt?: boolean;
  readonly times?: Partial<GuardTimes>;
}

describe.each(versions)('%s', (_, Client) => {
  const start = startOf(Client);
  scenarios({ start, provider: 'ollama', styles, throwsOurs: true });
  describe('and besides', () => more(start));
});

function more(start: ReturnType<typeof startOf>): void {
  test('a stream is aborted: charged for what was made', async () => {
    const { guarded, authority, guardedFake } = await start({ outputTokens: 400 });
    const stream = await guarded.chat({ model, messages, stream: true });
    let seen = 0;
    const error = await (async () => {
      for await (const _part of stream) {
        seen += 1;
        if (seen === 4) stream.abort();
      }
    })().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'AbortError' });
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    const [commit] = authority.commits;
    expect(commit?.usageSource).toBe('estimated');
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(seen);
    expect(guardedFake.calls).toHaveLength(1);
  });

  test('a program that leaves a stream says nothing: it is over when nobody reads on', async () => {
    const { guarded, authority } = await start({ outputTokens: 400, times: { idleMs: 50 } });
    const stream = await guarded.chat({ model, messages, stream: true });
    for await (const _part of stream) break;
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
  });

  test.each([false, true])('a prompt in memory is not counted, streamed: %s', async (stream) => {
    const { guarded, authority, guardedFake } = await start({ forgetsCachedPrompt: true });
    if (stream) await collect(await guarded.chat({ model, messages, stream: true }));
    else await guarded.chat({ model, messages });
    const { inputBound } = authority.reserves[0]!.estimate;
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'estimated',
      usage: { inputTokens: inputBound.tokens, outputTokens: guardedFake.calls[0]!.outputTokens },
    });
  });

  test('the older embeddings report nothing: charged the bound', async () => {
    const { guarded, authority } = await start();
    await guarded.embeddings({ model, prompt: 'Hello, sea.' });
    const { inputBound } = authority.reserves[0]!.estimate;
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'estimated',
      usage: { inputTokens: inputBound.tokens, outputTokens: 0 },
    });
  });

  test('a grant for less, of another model, changes the request', async () => {
    const { guarded, authority, guardedFake } = await start();
    authority.decide = (request) =>
      ({ ...grant(request), model: 'llama3.2:1b', maxOutputTokens: 20 }) as never;
    await guarded.chat({ model, messages, options: { num_predict: -1, temperature: 0.5 } });
    expect(guardedFake.calls[0]?.json).toMatchObject({
      model: 'llama3.2:1b',
      options: { num_predict: 20, temperature: 0.5 },
    });
  });

  test('to list and to show models is free', async () => {
    const { guarded, authority, guardedFake } = await start();
    await guarded.list();
    await guarded.show({ model });
    expect(guardedFake.calls).toHaveLength(2);
    expect(authority.reserves).toEqual([]);
  });
}

describe('as OpenAI is spoken', () => {
  test('a stream is asked for its usage, and nobody who did not ask sees it', async () => {
    await using world = await startGuardedFake({
      provider: 'ollama',
      startFake: () => startFakeOllama(),
      clientOf: ({ origin }) => origin,
    });
    const { authority, guardedFake, guardedFetch, guarded, plain } = world;
    const body = JSON.stringify({ model, messages, stream: true });
    const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    const seen = await (await guardedFetch(`${guarded}/v1/chat/completions`, post)).text();
    expect(seen).toBe(await (await fetch(`${plain}/v1/chat/completions`, post)).text());
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      usage: { outputTokens: guardedFake.calls[0]!.outputTokens },
    });
    authority.decide = () => denial;
    const refused = guardedFetch(`${guarded}/v1/chat/completions`, post);
    await expect(refused).rejects.toBeInstanceOf(BudgetExceededError);
  });
});
