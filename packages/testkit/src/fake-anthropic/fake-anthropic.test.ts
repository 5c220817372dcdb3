// The fake Anthropic answers as the real one does, and bills what it has made.
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../wait.ts';
import { startFakeAnthropic } from './server.ts';
import type { FakeAnthropic, FakeAnthropicOptions } from './server.ts';

const prices = {
  'claude-sonnet-4-6': {
    inputUsdPerMTok: '3',
    cachedInputUsdPerMTok: '0.3',
    cacheWriteUsdPerMTok: '3.75',
    outputUsdPerMTok: '15',
  },
};
const ask = {
  model: 'claude-sonnet-4-6',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'How is the sea today, captain?' }],
};

let fake: FakeAnthropic;
afterEach(() => fake.close());

async function start(options: FakeAnthropicOptions = {}): Promise<void> {
  fake = await startFakeAnthropic({ prices, ...options });
}

function post(body: unknown, path = '/v1/messages', headers: Record<string, string> = {}) {
  return fetch(fake.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function events(response: Response): Promise<readonly Record<string, never>[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((block) => JSON.parse(/^data: (.*)$/mu.exec(block)?.[1] ?? '') as Record<string, never>);
}

describe('messages', () => {
  test('a whole one', async () => {
    await start({ script: () => ({ text: 'Calm.', inputTokens: 20 }) });
    const response = await post(ask);
    expect(response.headers.get('request-id')).toMatch(/^req_01/u);
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-6',
      content: [{ type: 'text', text: 'Calm.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 20, cache_read_input_tokens: 0, output_tokens: 1 },
    });
    expect(fake.billedNanoUsd()).toBe(20n * 3000n + 15_000n);
  });

  test('a streamed one has the same content and counts', async () => {
    await start({ script: () => ({ outputTokens: 5, inputTokens: 20 }) });
    const all = await events(await post({ ...ask, stream: true }));
    expect(all.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...Array<string>(5).fill('content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(all[0]).toMatchObject({ message: { usage: { input_tokens: 20, output_tokens: 1 } } });
    expect(all.at(-2)).toMatchObject({
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 5 },
    });
    expect(fake.calls[0]).toMatchObject({ outputTokens: 5, finished: true, aborted: false });
  });

  test('caches stand beside the input, and have prices of their own', async () => {
    await start({
      script: () => ({ inputTokens: 100, cachedTokens: 60, cacheWriteTokens: 30, outputTokens: 1 }),
    });
    const body = (await (await post(ask)).json()) as { readonly usage: object };
    expect(body.usage).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 },
    });
    expect(fake.billedNanoUsd()).toBe(10n * 3000n + 60n * 300n + 30n * 3750n + 15_000n);
  });

  test('of thinking only a little is shown', async () => {
    await start({ script: () => ({ reasoningTokens: 50, outputTokens: 52 }) });
    const all = await events(await post({ ...ask, stream: true }));
    const deltas = all.map(({ delta }) => (delta as { readonly type?: string } | undefined)?.type);
    expect(deltas.filter((type) => type === 'thinking_delta')).toHaveLength(4);
    expect(deltas.filter((type) => type === 'text_delta')).toHaveLength(2);
    expect(fake.calls[0]?.outputTokens).toBe(52);
  });

  test('a tool is called', async () => {
    await start();
    const tools = [{ name: 'look', input_schema: { type: 'object', required: [] } }];
    const tool_choice = { type: 'tool', name: 'look' };
    const body: unknown = await (await post({ ...ask, tools, tool_choice })).json();
    expect(body).toMatchObject({
      content: [{ type: 'tool_use', name: 'look', input: {} }],
      stop_reason: 'tool_use',
    });
  });

  test('the maximum cuts an answer short', async () => {
    await start();
    const body: unknown = await (await post({ ...ask, max_tokens: 3 })).json();
    expect(body).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } });
  });
});

describe('bills', () => {
  test('a stream that is left is billed as far as it was made', async () => {
    await start({ script: () => ({ outputTokens: 500, chunkDelayMs: 2, inputTokens: 10 }) });
    const response = await post({ ...ask, max_tokens: 1000, stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const [call] = await until(() => fake.calls[0]?.finished && fake.calls, { what: 'the end' });
    expect(call?.aborted).toBe(true);
    expect(call?.outputTokens).toBeLessThan(500);
    expect(call?.billedNanoUsd).toBe(30_000n + BigInt(call?.outputTokens ?? 0) * 15_000n);
  });

  test('an error event as the first costs nothing, and is an overload', async () => {
    await start({ script: () => ({ errorEventAfterChunks: 0 }) });
    const all = await events(await post({ ...ask, stream: true }));
    expect(all).toEqual([
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ]);
    expect(fake.billedNanoUsd()).toBe(0n);
  });

  test('a cut connection', async () => {
    await start({ script: () => ({ cutAfterChunks: 5, inputTokens: 10 }) });
    await expect(post({ ...ask, stream: true }).then((it) => it.text())).rejects.toThrow();
    expect(fake.calls[0]).toMatchObject({ outputTokens: 2, chunksSent: 5 });
  });
});

describe('refusals', () => {
  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [404, 'not_found_error'],
    [429, 'rate_limit_error'],
    [529, 'overloaded_error'],
  ])('%i is a %s, and free', async (status, type) => {
    await start({ script: () => ({ error: { status } }) });
    const response = await post(ask);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '1' : null);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type } });
    expect(fake.billedNanoUsd()).toBe(0n);
  });

  test.each<[string, unknown]>([
    ['no JSON', 'no json'],
    ['no model', { ...ask, model: undefined }],
    ['no messages', { ...ask, messages: [] }],
    ['no maximum', { ...ask, max_tokens: undefined }],
    ['a thinking budget too small', { ...ask, thinking: { type: 'enabled', budget_tokens: 9 } }],
    ['one above the maximum', { ...ask, thinking: { type: 'enabled', budget_tokens: 1024 } }],
  ])('%s', async (_, body) => {
    await start();
    expect((await post(body)).status).toBe(400);
  });

  test('a wrong key, and a path that is not there', async () => {
    await start({ apiKey: 'sk-ant' });
    expect((await post(ask)).status).toBe(401);
    const key = { 'x-api-key': 'sk-ant' };
    expect((await post(ask, '/v1/messages', key)).status).toBe(200);
    const bearer = { authorization: 'Bearer sk-ant' };
    expect((await post(ask, '/v1/messages', bearer)).status).toBe(200);
    expect((await post(ask, '/v1/nothing', key)).status).toBe(404);
  });
});

test('tokens are counted, and models listed, for free', async () => {
  await start();
  expect(await (await post(ask, '/v1/messages/count_tokens')).json()).toEqual({ input_tokens: 12 });
  const models: unknown = await (await fetch(`${fake.origin}/v1/models`)).json();
  expect(models).toMatchObject({ data: [{ type: 'model', id: 'claude-sonnet-4-6' }] });
  expect(fake.billedNanoUsd()).toBe(0n);
});
