// The real Google GenAI SDK behind the guarded fetch: granted, refused, failed, aborted, cut, left.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BudgetExceededError } from '@spendfuse/guard';
import { until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { aborted, cut, denied, errorOf, failed } from '../support/call-endings.ts';
import { geminiCallStyles } from '../support/call-styles-gemini.ts';
import { type GuardedGemini, startGuardedGemini } from '../support/guarded-gemini.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { denial, grant, MODEL_MAX_OUTPUT } from '../support/recording-authority.ts';

const start = oneAtATime(startGuardedGemini);

const model = 'gemini-2.5-flash';
const contents = 'Hello, sea.';

const both = geminiCallStyles.flatMap((style) =>
  style.onlyGemini
    ? [{ ...style, vertexai: false, at: 'Gemini API' }]
    : [
        { ...style, vertexai: false, at: 'Gemini API' },
        { ...style, vertexai: true, at: 'Vertex AI' },
      ],
);

describe.each(both)('$name, $at', (style) => {
  const { run, vertexai } = style;

  test('granted: the program sees what it would see without us, and the bill is recorded', async () => {
    const script = () => ({ reasoningTokens: 30, outputTokens: 70 });
    const { guarded, plain, guardedFake, authority } = await start({ vertexai, script });
    const seen = await run(guarded);
    // The commit is there when the program goes on.
    expect(authority.commits).toHaveLength(1);
    expect(seen).toEqual(await run(plain));
    const [call] = guardedFake.calls;
    const [commit] = authority.commits;
    expect(commit?.usageSource).toBe('provider');
    expect(commit?.usage).toMatchObject({
      inputTokens: call?.inputTokens,
      outputTokens: call?.outputTokens,
    });
    expect(commit?.id).toBe(authority.reserves[0]?.id);
    expect(authority.reserves[0]?.call).toMatchObject({
      provider: vertexai ? 'gcp.vertex_ai' : 'gcp.gemini',
      model: call?.model,
    });
    expect(authority.releases).toEqual([]);
  });

  test('denied: our error after one attempt, and nothing reaches the provider', async () => {
    await denied(await start({ vertexai }), { run, wraps: style.hasOwnClient });
  });

  test('aborted before the answer: charged with what was reserved', async () => {
    const script = () => ({ hold: new Promise(() => {}) });
    await aborted(await start({ vertexai, script }), style);
  });
});

describe.each(both.filter(({ hasOwnClient }) => !hasOwnClient))('$name, $at', (style) => {
  test.each([400, 403, 429, 500, 503])('HTTP %i is released as sent', async (status) => {
    const { vertexai } = style;
    const script = () => ({ error: { status } });
    await failed(await start({ vertexai, script }), style, { attempts: 1 });
  });
});

describe.each(both.filter(({ streams }) => streams))('$name, $at, cut', (style) => {
  test('a lost connection is charged for what was made and never more than was reserved', async () => {
    const { vertexai } = style;
    const script = () => ({ cutAfterChunks: 6, reasoningTokens: 30 });
    await cut(await start({ vertexai, script }), style);
  });
});

describe('streams', () => {
  const slowly = () => ({ outputTokens: 400, chunkDelayMs: 5, reasoningTokens: 20 });

  test.each([
    ['models.generateContentStream', false],
    ['models.generateContentStream', true],
  ])(
    'an early break of %s signals nothing, Vertex AI: %s: over after the idle limit',
    async (_, vertexai) => {
      const { guarded, authority } = await start({
        vertexai,
        script: slowly,
        times: { idleMs: 60 },
      });
      for await (const _chunk of await guarded.models.generateContentStream({ model, contents }))
        break;
      expect(authority.commits).toEqual([]);
      await until(() => authority.commits.length === 1, { what: 'the commit' });
      // Nobody has told the provider to stop, so that it may have made all that was held.
      expect(authority.commits[0]).toMatchObject({
        usageSource: 'estimated',
        usage: { outputTokens: MODEL_MAX_OUTPUT },
      });
    },
  );

  test('a stream that is left is charged when it is collected, and its connection ends', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { guarded, guardedFake, authority } = await start({ script: slowly });
    const leave = async (): Promise<void> => {
      for await (const _ of await guarded.models.generateContentStream({ model, contents })) break;
    };
    await leave();
    const collected = (): boolean => {
      gc();
      return authority.commits.length === 1 && guardedFake.calls[0]?.aborted === true;
    };
    await until(collected, { what: 'the stream to be collected', intervalMs: 25 });
    const [commit] = authority.commits;
    expect(commit?.usageSource).toBe('estimated');
    // What the provider had counted up to the break, thoughts included.
    expect(commit?.usage.reasoningTokens).toBe(20);
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(21);
    expect(commit?.usage.outputTokens).toBeLessThan(MODEL_MAX_OUTPUT);
    expect(guardedFake.calls[0]!.outputTokens).toBeLessThan(420);
  });

  test('a stream that is never iterated is over after the idle limit', async () => {
    const { guarded, authority } = await start({ times: { idleMs: 50 } });
    const stream = await guarded.models.generateContentStream({ model, contents });
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
    await stream.return(undefined);
  });

  test('an abort between chunks is charged, and stops the provider', async () => {
    const { guarded, guardedFake, authority } = await start({ script: slowly });
    const controller = new AbortController();
    const config = { abortSignal: controller.signal };
    const stream = await guarded.models.generateContentStream({ model, contents, config });
    await stream.next();
    controller.abort();
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
    await until(() => guardedFake.calls[0]?.aborted === true, { what: 'the end of the call' });
  });

  const readAll = async ({ guarded }: GuardedGemini): Promise<void> => {
    for await (const _ of await guarded.models.generateContentStream({ model, contents }));
  };

  test('an error before any output costs nothing; after some it is charged for that', async () => {
    const first = await start({ script: () => ({ errorEventAfterChunks: 0 }) });
    const error = await errorOf(() => readAll(first));
    expect(error).toMatchObject({ name: 'ApiError', status: 503 });
    expect(first.authority.releases).toEqual([{ id: first.authority.reserves[0]?.id, sent: true }]);
    const later = await start({ script: () => ({ errorEventAfterChunks: 8 }) });
    await errorOf(() => readAll(later));
    const [call] = later.guardedFake.calls;
    expect(later.authority.commits[0]?.usage.outputTokens).toBe(call?.outputTokens);
  });

  test('an error as bare JSON is no event: charged like a stream that nobody reads on', async () => {
    const it = await start({
      script: () => ({ errorEventAfterChunks: 8, isErrorBare: true }),
      times: { idleMs: 50 },
    });
    const { authority } = it;
    const error = await errorOf(() => readAll(it));
    expect(error).toMatchObject({ name: 'ApiError', status: 503 });
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usage.outputTokens).toBe(MODEL_MAX_OUTPUT);
  });

  test('without alt=sse a stream is one JSON array, and is read when it is whole', async () => {
    const { guardedFetch, guardedFake, plainFake, authority } = await start();
    const path = `/v1beta/models/${model}:streamGenerateContent`;
    const body = JSON.stringify({ contents: [{ parts: [{ text: contents }] }] });
    const post = { method: 'POST', body };
    const seen = await (await guardedFetch(guardedFake.origin + path, post)).text();
    expect(seen).toBe(await (await fetch(plainFake.origin + path, post)).text());
    expect(JSON.parse(seen)).toHaveLength(41);
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      usage: { outputTokens: guardedFake.calls[0]!.outputTokens },
    });
  });
});

describe('the request', () => {
  test('every attempt of the SDK is a call of its own', async () => {
    let attempt = 0;
    const { guarded, authority, guardedFake } = await start({
      attempts: 3,
      script: () => (++attempt < 3 ? { error: { status: 429 } } : {}),
    });
    await guarded.models.generateContent({ model, contents });
    expect(guardedFake.calls).toHaveLength(3);
    expect(new Set(authority.reserves.map(({ id }) => id)).size).toBe(3);
    expect(authority.releases).toHaveLength(2);
    expect(authority.commits).toHaveLength(1);
  });

  test('a denial is not tried again, also where the SDK was told to', async () => {
    const { guarded, authority, guardedFake } = await start({ attempts: 3 });
    authority.decide = () => denial;
    const error = await errorOf(() => guarded.models.generateContent({ model, contents }));
    expect(BudgetExceededError.from(error)).toMatchObject({ reason: 'EXHAUSTED' });
    expect(authority.reserves).toHaveLength(1);
    expect(guardedFake.calls).toHaveLength(0);
  });

  test.each([false, true])(
    'a grant for another model moves the call, Vertex AI: %s',
    async (vertexai) => {
      const { guarded, authority, guardedFake } = await start({ vertexai });
      authority.decide = (request) =>
        ({ ...grant(request), model: 'gemini-2.5-flash-lite', maxOutputTokens: 9 }) as never;
      const answer = await guarded.models.generateContent({ model, contents });
      expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
      const [call] = guardedFake.calls;
      expect(call?.model).toBe('gemini-2.5-flash-lite');
      expect(call?.body).toMatchObject({ generationConfig: { maxOutputTokens: 9 } });
      expect(call?.outputTokens).toBe(9);
      expect(authority.commits[0]?.usage.outputTokens).toBe(9);
    },
  );

  test('counting tokens and listing models is free', async () => {
    const { guarded, guardedFake, authority } = await start();
    const counted = await guarded.models.countTokens({ model, contents });
    expect(counted.totalTokens).toBeGreaterThan(0);
    await guarded.models.list();
    expect(guardedFake.calls).toHaveLength(2);
    expect(authority.reserves).toEqual([]);
  });

  test('a function that the SDK calls by itself: each round is a call of its own', async () => {
    const { guarded, authority } = await start({
      script: ({ index }) =>
        index === 0 ? { toolCalls: [{ name: 'tide', arguments: { place: 'Husum' } }] } : {},
    });
    const tool = {
      tool: async () => ({ functionDeclarations: [{ name: 'tide' }] }),
      callTool: async () => [{ functionResponse: { name: 'tide', response: { height: 3 } } }],
    };
    await guarded.models.generateContent({ model, contents, config: { tools: [tool] } });
    expect(authority.commits).toHaveLength(2);
    expect(authority.commits.every(({ usageSource }) => usageSource === 'provider')).toBe(true);
  });

  test('a blocked prompt costs its input', async () => {
    const { guarded, authority } = await start({ script: () => ({ blockReason: 'SAFETY' }) });
    const answer = await guarded.models.generateContent({ model, contents });
    expect(answer.promptFeedback?.blockReason).toBe('SAFETY');
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      usage: { outputTokens: 0 },
    });
    expect(authority.commits[0]!.usage.inputTokens).toBeGreaterThan(0);
  });

  test('an interaction is tried again by the SDK, which leaves the first answer unread', async () => {
    const { guarded, authority, guardedFake } = await start({
      script: ({ index }) => (index === 0 ? { error: { status: 503 } } : {}),
      times: { idleMs: 50 },
    });
    await guarded.interactions.create({ model, input: contents });
    expect(guardedFake.calls).toHaveLength(2);
    expect(authority.commits).toHaveLength(1);
    await until(() => authority.releases.length === 1, { what: 'the release' });
  });
});
