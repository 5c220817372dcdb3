// Ways in which Cohere, Mistral, Ollama and Voyage report usage that plain reading gets wrong, each from
// the wire to what is charged.
import { createAuthority, createCatalogue, openMemoryLedger } from '@spendfuse/authority';
import { createFakeClock } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { askProvider, lines, sse } from '../support/ask-provider.ts';

const question = [{ role: 'user', content: 'When does the tide turn at Husum?' }];

describe('Cohere', () => {
  const model = 'command-a-03-2025';
  const url = 'https://api.cohere.com/v2/chat';
  const usage = {
    billed_units: { input_tokens: 8, output_tokens: 50 },
    tokens: { input_tokens: 1394, output_tokens: 54 },
    cached_tokens: 1360,
  };

  test('billed units are charged, not the tokens that the model read and wrote', async () => {
    const body = { id: 'c', message: { role: 'assistant', content: [] }, usage };
    const { commit } = await askProvider({
      url,
      provider: 'cohere',
      body: { model, messages: question },
      answer: JSON.stringify({ ...body, finish_reason: 'COMPLETE' }),
    });
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 8, outputTokens: 50 },
    });
  });

  test('cached tokens exceed the billed input: they are no part of it, and make nothing cheaper', async () => {
    const { commit } = await askProvider({
      url,
      provider: 'cohere',
      body: { model, messages: question, stream: true },
      type: 'text/event-stream',
      answer: sse([
        { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Noon.' } } } },
        { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } },
      ]),
    });
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 8, cacheReadTokens: 0, outputTokens: 50 },
    });
  });

  test('no usage comes before the end of a stream: one that breaks off is charged what was seen', async () => {
    const { commit, reserve } = await askProvider({
      url,
      provider: 'cohere',
      body: { model, messages: question, stream: true, max_tokens: 90 },
      type: 'text/event-stream',
      answer: sse([
        { type: 'message-start', id: 'c', delta: { message: { role: 'assistant' } } },
        { type: 'content-delta', index: 0, delta: { message: { content: { thinking: 'So' } } } },
        { type: 'content-delta', index: 0, delta: { message: { content: { text: ' noon' } } } },
      ]),
    });
    expect(commit?.usageSource).toBe('estimated');
    expect(commit?.usage.inputTokens).toBe(reserve.estimate.inputBound.tokens);
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(2);
    expect(commit?.usage.outputTokens).toBeLessThan(20);
  });

  test('a stream of v1 is lines, and the last one has documents and usage', async () => {
    const meta = { billed_units: { input_tokens: 9, output_tokens: 2 } };
    const { commit } = await askProvider({
      url: 'https://api.cohere.ai/v1/chat',
      provider: 'cohere',
      body: { model: 'command-r-08-2024', message: question[0]!.content, stream: true },
      type: 'application/stream+json',
      answer: lines([
        { is_finished: false, event_type: 'text-generation', text: 'Noon' },
        { is_finished: false, event_type: 'text-generation', text: '.' },
        {
          is_finished: true,
          event_type: 'stream-end',
          finish_reason: 'COMPLETE',
          response: { documents: [{ snippet: 'A'.repeat(2_000_000) }], meta },
        },
      ]),
    });
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 9, outputTokens: 2 },
    });
  });

  test('a rerank has no tokens: it is held and billed by the search unit, long documents in parts', async () => {
    const documents = [...Array.from({ length: 99 }, () => 'Noon.'), 'Noon. '.repeat(400)];
    const { commit, reserve } = await askProvider({
      url: 'https://api.cohere.com/v2/rerank',
      provider: 'cohere',
      body: { model: 'rerank-v3.5', query: 'When?', documents },
      answer: JSON.stringify({ results: [], meta: { billed_units: { search_units: 2 } } }),
    });
    expect(reserve.estimate).toMatchObject({ webSearches: 2, inputBound: { tokens: 0 } });
    expect(commit?.usage).toMatchObject({ inputTokens: 0, outputTokens: 0, webSearches: 2 });
    // At $2.00 a thousand.
    const authority = createAuthority({
      budgets: [],
      catalogue: createCatalogue(),
      store: openMemoryLedger(),
      clock: createFakeClock(Date.now()),
    });
    expect(await authority.reserve(reserve)).toMatchObject({
      kind: 'granted',
      held: { costNanoUsd: 4_000_000, tokens: 0 },
    });
    expect(await authority.commit(commit!)).toMatchObject({
      costNanoUsd: 4_000_000,
      overrunNanoUsd: 0,
    });
    await authority.close();
  });
});

describe('Mistral', () => {
  const url = 'https://api.mistral.ai/v1/chat/completions';
  const model = 'mistral-small-latest';
  const chunk = (delta: object, more: object = {}, reason: string | null = null) => ({
    id: 'm',
    model,
    choices: [{ index: 0, delta, finish_reason: reason }],
    ...more,
  });

  test('usage comes unasked in the last chunk, beside a choice: nothing is added to the request', async () => {
    const usage = { prompt_tokens: 14, completion_tokens: 3, total_tokens: 17 };
    const { commit, sent } = await askProvider({
      url,
      provider: 'mistral_ai',
      body: { model, messages: question, stream: true },
      type: 'text/event-stream',
      answer: sse([chunk({ content: 'Noon.' }), chunk({ content: '' }, { usage }, 'stop')]),
    });
    expect(sent).toBeUndefined();
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 14, outputTokens: 3 },
    });
  });

  test('content is a list of parts while the model thinks: what was seen of it is charged', async () => {
    const thinking = [{ type: 'text', text: 'The table says that it turns at noon today.' }];
    const { commit } = await askProvider({
      url,
      provider: 'mistral_ai',
      body: { model: 'magistral-small-2509', messages: question, stream: true },
      type: 'text/event-stream',
      answer: sse([chunk({ content: [{ type: 'thinking', thinking }] })]),
    });
    expect(commit?.usageSource).toBe('estimated');
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(9);
    expect(commit?.usage.outputTokens).toBeLessThan(100);
  });

  test('audio is in the total alone: its tokens are input', async () => {
    const usage = {
      prompt_audio_seconds: 203,
      prompt_tokens: 4,
      completion_tokens: 635,
      total_tokens: 3264,
    };
    const message = { role: 'assistant', content: 'Noon.' };
    const { commit } = await askProvider({
      url,
      provider: 'mistral_ai',
      body: { model: 'voxtral-small-latest', messages: question },
      answer: JSON.stringify({ choices: [{ message, finish_reason: 'stop' }], usage }),
    });
    expect(commit?.usage).toMatchObject({
      inputTokens: 2629,
      inputAudioTokens: 2625,
      outputTokens: 635,
    });
  });
});

describe('Ollama', () => {
  const url = 'http://localhost:11434/api/chat';
  const model = 'llama3.2:3b';
  const done = { model, done: true, done_reason: 'stop', eval_count: 7 };

  test('a request that says nothing of it streams', async () => {
    const { commit } = await askProvider({
      url,
      provider: 'ollama',
      body: { model, messages: question },
      type: 'application/x-ndjson',
      answer: lines([
        { model, message: { role: 'assistant', content: 'Noon.' }, done: false },
        { ...done, prompt_eval_count: 40 },
      ]),
    });
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 40, outputTokens: 7 },
    });
  });

  test.each([true, false])(
    'the count of a prompt in memory is missing: input is estimated and output is not, streamed: %s',
    async (stream) => {
      const { commit, reserve } = await askProvider({
        url,
        provider: 'ollama',
        body: { model, messages: question, stream },
        type: stream ? 'application/x-ndjson' : 'application/json',
        answer: JSON.stringify({ ...done, message: { role: 'assistant', content: 'Noon.' } }),
      });
      expect(commit).toMatchObject({
        usageSource: 'estimated',
        usage: { inputTokens: reserve.estimate.inputBound.tokens, outputTokens: 7 },
      });
    },
  );

  test('a price of 0 is a price, and that of a model which the server passes on is unknown', () => {
    const priceOf = (name: string, provider = 'ollama') =>
      createCatalogue().priceOf({ provider, model: name, nowMs: Date.now() });
    expect(priceOf(model)?.worstCostOf({ inputTokens: 9e6, outputTokens: 9e6 })).toBe(0);
    expect(priceOf('gpt-oss:120b-cloud')).toBeUndefined();
    expect(priceOf('gpt-oss:120b', 'ollama_cloud')).toBeUndefined();
  });
});

test('Voyage reports the total alone: it is input', async () => {
  const { commit } = await askProvider({
    url: 'https://api.voyageai.com/v1/embeddings',
    provider: 'voyage',
    body: { model: 'voyage-3.5', input: ['When?', 'At noon.'] },
    answer: JSON.stringify({ data: [], model: 'voyage-3.5', usage: { total_tokens: 12 } }),
  });
  expect(commit).toMatchObject({
    usageSource: 'provider',
    usage: { inputTokens: 12, outputTokens: 0 },
  });
});
