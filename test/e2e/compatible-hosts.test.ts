// The OpenAI and Anthropic SDKs against hosts that speak their APIs, each in its own dialect.
import Anthropic from '@anthropic-ai/sdk';
import { BudgetExceededError } from '@spendfuse/guard';
import { type ProviderAnswer, startFakeProvider } from '@spendfuse/testkit';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.ts';
import { denial } from '../support/recording-authority.ts';
import { guardOrigin } from '../support/recording-guard.ts';

interface Wire {
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
}

const usage = { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34 };
const chunk = (choices: readonly object[], more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'm', choices, ...more })}\n\n`;

/** Says two words, and reports in the last chunk of the answer, in one behind it when asked, or both. */
function host({ reportsUnasked }: { readonly reportsUnasked: boolean }): ProviderAnswer {
  return (response, { body }) => {
    const { stream_options } = JSON.parse(body) as Wire;
    const last = { index: 0, delta: {}, finish_reason: 'stop' };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk([{ index: 0, delta: { role: 'assistant', content: 'Calm ' } }]));
    response.write(chunk([{ index: 0, delta: { content: 'sea.' } }]));
    response.write(chunk([last], reportsUnasked ? { usage } : {}));
    if (stream_options?.include_usage) response.write(chunk([], { usage }));
    response.end('data: [DONE]\n\n');
  };
}

const ask = {
  model: 'm',
  messages: [{ role: 'user' as const, content: 'Name a calm sea.' }],
};

test.each([
  ['together', true],
  ['vllm', true],
  ['lmstudio', true],
  ['alibaba', true],
  ['x_ai', true],
  ['groq', false],
  ['deepseek', false],
  ['openrouter', false],
  ['fireworks', false],
  ['moonshot_ai', false],
  ['perplexity', false],
])('%s is asked for usage: %s, and the program sees what it asked for', async (name, asks) => {
  await using fake = await startFakeProvider(host({ reportsUnasked: !asks }));
  const { authority, guardedFetch } = guardOrigin(fake.origin, { provider: name });
  const client = new OpenAI({ apiKey: 'x', baseURL: `${fake.origin}/v1`, fetch: guardedFetch });
  const stream = await client.chat.completions.create({ ...ask, stream: true });
  const chunks = await collect(stream);
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Calm sea.');
  expect(chunks.filter(({ choices }) => choices.length === 0)).toEqual([]);
  const sent = JSON.parse(fake.requests[0]!.body) as Wire;
  expect(sent.stream_options?.include_usage).toBe(asks || undefined);
  expect(authority.commits).toMatchObject([
    { usageSource: 'provider', usage: { inputTokens: 30, outputTokens: 4 } },
  ]);
  expect(authority.reserves[0]!.call).toMatchObject({ provider: name, model: 'm' });
});

test('a host that nobody knows is not asked, and charged by what was seen', async () => {
  await using fake = await startFakeProvider(host({ reportsUnasked: false }));
  const { authority, guardedFetch } = guardOrigin(fake.origin, {
    provider: 'openai-compatible',
  });
  const client = new OpenAI({ apiKey: 'x', baseURL: `${fake.origin}/v1`, fetch: guardedFetch });
  await collect(await client.chat.completions.create({ ...ask, stream: true }));
  expect(JSON.parse(fake.requests[0]!.body)).not.toHaveProperty('stream_options');
  expect(authority.commits).toMatchObject([{ usageSource: 'estimated' }]);
  // Unless the program asks itself.
  const stream_options = { include_usage: true };
  const asked = { ...ask, stream: true, stream_options } as const;
  const chunks = await collect(await client.chat.completions.create(asked));
  expect(chunks.at(-1)?.usage).toMatchObject(usage);
  expect(authority.commits[1]).toMatchObject({ usageSource: 'provider' });
});

test('a clamp is said in the words that the host understands', async () => {
  for (const [name, word] of [
    ['deepseek', 'max_tokens'],
    ['groq', 'max_completion_tokens'],
  ] as const) {
    await using fake = await startFakeProvider(host({ reportsUnasked: true }));
    const { authority, guardedFetch } = guardOrigin(fake.origin, { provider: name });
    const { decide } = authority;
    authority.decide = async (request) => ({
      ...(await decide(request)),
      maxOutputTokens: 7,
    });
    const client = new OpenAI({ apiKey: 'x', baseURL: fake.origin, fetch: guardedFetch });
    await collect(await client.chat.completions.create({ ...ask, stream: true }));
    const { max_tokens, max_completion_tokens } = JSON.parse(fake.requests[0]!.body) as Wire;
    expect({ max_tokens, max_completion_tokens }).toEqual({
      max_tokens: undefined,
      max_completion_tokens: undefined,
      [word]: 7,
    });
  }
});

test("Anthropic's SDK at the same host: granted, charged, denied before anything is sent", async () => {
  await using fake = await startFakeProvider((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const content = [{ type: 'text', text: 'Sargasso.' }];
    const told = { input_tokens: 5, cache_read_input_tokens: 20, output_tokens: 4 };
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content };
    response.end(JSON.stringify({ ...message, stop_reason: 'end_turn', usage: told }));
  });
  const { authority, guardedFetch } = guardOrigin(fake.origin, { provider: 'deepseek' });
  const baseURL = `${fake.origin}/anthropic`;
  const client = new Anthropic({ apiKey: 'x', baseURL, fetch: guardedFetch });
  await client.messages.create({ ...ask, max_tokens: 50 });
  expect(authority.commits).toMatchObject([{ usage: { inputTokens: 25, cacheReadTokens: 20 } }]);
  authority.decide = () => denial;
  const error = await client.messages.create({ ...ask, max_tokens: 50 }).catch((e: unknown) => e);
  expect(BudgetExceededError.from(error)).toMatchObject({ reason: 'EXHAUSTED' });
  expect(fake.requests).toHaveLength(1);
});
