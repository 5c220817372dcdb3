// Ways in which OpenAI, Azure, Anthropic, Gemini and Vertex AI report usage that plain reading gets
// wrong, through a guarded call to what it is charged. docs/adding-a-provider.md lists all traps.
import { readdirSync, readFileSync } from 'node:fs';
import type { CommitRequest, Usage } from '@spendfuse/core';
import {
  anthropic,
  azureOpenai,
  gemini,
  type JsonObject,
  openai,
  type Provider,
  vertex,
} from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { replay, type Replayed } from '../support/outcomes-replay.ts';

interface Played {
  readonly provider: Provider;
  readonly path: string;
  readonly request?: JsonObject;
  /** A stream has many. */
  readonly answer: JsonObject | readonly JsonObject[];
}

async function play({ provider, path, request = {}, answer }: Played): Promise<Replayed> {
  const isStream = Array.isArray(answer);
  const match = provider.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is not metered`);
  const events = [answer].flat() as readonly JsonObject[];
  const text = isStream
    ? events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    : JSON.stringify(answer);
  const body = new TextEncoder().encode(text);
  const exchange = {
    name: path,
    isRecorded: false,
    provider,
    match,
    url: new URL(path, 'https://provider.example'),
    request: { model: 'm', messages: [{ role: 'user', content: 'Hi.' }], ...request },
    hasRequest: true,
    isStream,
    status: 200,
    contentType: isStream ? 'text/event-stream' : 'application/json',
    headers: new Headers(),
    body,
    model: null,
    usage: null,
    billedUsd: undefined,
    errorType: undefined,
    notes: '',
  };
  return replay({ exchange, chunks: [body] });
}

/** The one commit of a call whose provider has told its usage. */
async function charged(played: Played): Promise<CommitRequest> {
  const { commits } = await play(played);
  expect(commits).toHaveLength(1);
  expect(commits[0]?.usageSource).toBe('provider');
  return commits[0]!;
}

async function usageOf(played: Played): Promise<Usage> {
  return (await charged(played)).usage;
}

/** What a message says at its beginning, and at its end. */
async function messages(start: JsonObject, end: JsonObject): Promise<Replayed> {
  const model = 'claude-fable-5';
  return play({
    provider: anthropic,
    path: '/v1/messages',
    request: { model, max_tokens: 5000, stream: true },
    answer: [
      { type: 'message_start', message: { id: 'msg_1', model, usage: start } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Calm.' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: end },
      { type: 'message_stop' },
    ],
  });
}

const pass = (type: string, input: number, output: number, model?: string): JsonObject => ({
  type,
  model,
  input_tokens: input,
  output_tokens: output,
});

test('Anthropic: compaction lowers the input at the end, and its passes are summed', async () => {
  const iterations = [pass('compaction', 60_385, 522), pass('message', 612, 2819)];
  const { commits } = await messages(
    { input_tokens: 60_385, output_tokens: 5 },
    { input_tokens: 612, output_tokens: 2819, iterations },
  );
  expect(commits).toMatchObject([{ usage: { inputTokens: 60_997, outputTokens: 3341 } }]);
});

test('Anthropic: the end of a stream raises input and caches, too', async () => {
  const { commits } = await messages(
    { input_tokens: 2, cache_creation_input_tokens: 3068, output_tokens: 69 },
    {
      input_tokens: 6,
      cache_creation_input_tokens: 3337,
      cache_read_input_tokens: 6289,
      output_tokens: 198,
    },
  );
  expect(commits).toMatchObject([
    { usage: { inputTokens: 9632, cacheReadTokens: 6289, cacheWriteTokens: 3337 } },
  ]);
});

test('Anthropic: an advisor is another model, and not in the totals', async () => {
  const iterations = [
    pass('message', 1051, 35),
    pass('advisor_message', 2728, 3880, 'claude-opus-4-7'),
    pass('message', 3676, 3356),
  ];
  const { commits, records } = await messages(
    { input_tokens: 1051, output_tokens: 35 },
    { input_tokens: 4727, output_tokens: 3391, iterations },
  );
  expect(commits).toMatchObject([{ usage: { inputTokens: 4727, outputTokens: 3391 } }]);
  expect(records).toMatchObject([
    {
      call: { model: 'claude-opus-4-7' },
      usageSource: 'provider',
      usage: { inputTokens: 2728, outputTokens: 3880 },
    },
  ]);
  expect(records[0]?.id).not.toBe(commits[0]?.id);
});

test('Anthropic: with a fallback the start names the wrong model', async () => {
  const iterations = [
    pass('message', 408, 0, 'claude-fable-5'),
    pass('fallback_message', 412, 264, 'claude-opus-4-8'),
  ];
  const { commits } = await messages(
    { input_tokens: 408, output_tokens: 1 },
    { input_tokens: 412, output_tokens: 264, iterations },
  );
  expect(commits).toMatchObject([
    { responseModel: 'claude-opus-4-8', usage: { inputTokens: 412, outputTokens: 264 } },
  ]);
});

test('Anthropic: an ordinary turn can have one iteration', async () => {
  const { commits } = await messages(
    { input_tokens: 20, output_tokens: 1 },
    { input_tokens: 20, output_tokens: 9, iterations: [pass('message', 20, 9)] },
  );
  expect(commits).toMatchObject([{ usage: { inputTokens: 20, outputTokens: 9 } }]);
});

test('Anthropic: caches stand beside the input, and are summed', async () => {
  const usage = await usageOf({
    provider: anthropic,
    path: '/v1/messages',
    request: { max_tokens: 100 },
    answer: {
      model: 'claude-sonnet-4-6',
      stop_reason: 'end_turn',
      usage: {
        input_tokens: 3,
        cache_read_input_tokens: 500,
        cache_creation_input_tokens: 40,
        output_tokens: 7,
      },
    },
  });
  expect(usage).toMatchObject({ inputTokens: 543, cacheReadTokens: 500, cacheWriteTokens: 40 });
});

const GEMINI = '/v1beta/models/gemini-2.5-pro:streamGenerateContent';
const VERTEX = `/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:streamGenerateContent`;
const contents = [{ role: 'user', parts: [{ text: 'Hi.' }] }];
const said = (text: string, usageMetadata: JsonObject, finishReason?: string): JsonObject => ({
  candidates: [{ content: { parts: [{ text }] }, finishReason }],
  modelVersion: 'gemini-2.5-pro',
  usageMetadata,
});

test('Gemini: counts are running totals, and the last one stands', async () => {
  const usage = await usageOf({
    provider: gemini,
    path: GEMINI,
    request: { contents },
    answer: [
      said('Calm', { promptTokenCount: 5, candidatesTokenCount: 2 }),
      said(' sea.', { promptTokenCount: 5, candidatesTokenCount: 4 }, 'STOP'),
    ],
  });
  expect(usage).toMatchObject({ inputTokens: 5, outputTokens: 4 });
});

test('Gemini: thoughts come on top of the answer, and results of tools on top of the prompt', async () => {
  const usageMetadata = {
    promptTokenCount: 5,
    toolUsePromptTokenCount: 100,
    candidatesTokenCount: 19,
    thoughtsTokenCount: 29,
    totalTokenCount: 153,
  };
  const usage = await usageOf({
    provider: gemini,
    path: GEMINI,
    request: { contents },
    answer: [said('Calm.', usageMetadata, 'STOP')],
  });
  expect(usage).toMatchObject({ inputTokens: 105, outputTokens: 48, reasoningTokens: 29 });
});

test('Vertex AI: most chunks have usage without counts, and the last with counts stands', async () => {
  const counts = { promptTokenCount: 61, candidatesTokenCount: 9, totalTokenCount: 70 };
  const usage = await usageOf({
    provider: vertex,
    path: VERTEX,
    request: { contents },
    answer: [
      said('Calm', { trafficType: 'ON_DEMAND' }),
      said(' sea.', { ...counts, trafficType: 'ON_DEMAND' }, 'STOP'),
      said('', { trafficType: 'ON_DEMAND' }),
    ],
  });
  expect(usage).toMatchObject({ inputTokens: 61, outputTokens: 9 });
});

test('OpenAI: what a response draws is not in its usage, and another model', async () => {
  const { commits, records } = await play({
    provider: openai,
    path: '/v1/responses',
    request: { model: 'gpt-5-mini', input: 'Draw the sea.', max_output_tokens: 100 },
    answer: {
      model: 'gpt-5-mini',
      status: 'completed',
      usage: { input_tokens: 900, output_tokens: 80 },
      tools: [{ type: 'image_generation', model: 'gpt-image-1' }],
      tool_usage: { image_gen: { input_tokens: 20, output_tokens: 272 } },
    },
  });
  expect(commits).toMatchObject([{ usage: { inputTokens: 900, outputTokens: 80 } }]);
  expect(records).toMatchObject([
    { call: { model: 'gpt-image-1' }, usage: { inputTokens: 20, outputTokens: 272 } },
  ]);
});

const chunk = (content: string, finish_reason: string | null = null): JsonObject => ({
  model: 'gpt-4o-mini',
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const counted = {
  model: 'gpt-4o-mini',
  choices: [],
  usage: { prompt_tokens: 12, completion_tokens: 2 },
};

test('OpenAI, Azure: a chat in a stream reports only when asked', async () => {
  for (const [provider, path] of [
    [openai, '/v1/chat/completions'],
    [azureOpenai, '/openai/deployments/prod/chat/completions'],
  ] as const) {
    const request = { model: 'gpt-4o-mini', stream: true };
    const answer = [chunk('Calm'), chunk('.', 'stop'), counted];
    // The guard asks, and the caller does not see that it did.
    const { commits, bytes } = await play({ provider, path, request, answer });
    expect(commits).toMatchObject([{ usage: { inputTokens: 12, outputTokens: 2 } }]);
    expect(String(bytes)).not.toContain('prompt_tokens');
    // Who had asked sees it.
    const asked = { ...request, stream_options: { include_usage: true } };
    const seen = await play({ provider, path, request: asked, answer });
    expect(String(seen.bytes)).toContain('prompt_tokens');
    // And a stream that ends without is charged what was seen of it.
    const cut = await play({
      provider,
      path,
      request,
      answer: [chunk('Calm'), chunk('.', 'stop')],
    });
    expect(cut.commits).toMatchObject([{ usageSource: 'estimated' }]);
  }
});

test('Azure: the first chunk has no choices, and no usage either', async () => {
  const first = { model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
  const { commits, bytes } = await play({
    provider: azureOpenai,
    path: '/openai/deployments/prod/chat/completions',
    request: { stream: true },
    answer: [first, chunk('Calm', 'stop'), counted],
  });
  expect(commits).toMatchObject([{ usage: { inputTokens: 12, outputTokens: 2 } }]);
  // It is the caller's, unlike the last one.
  expect(String(bytes)).toContain('prompt_filter_results');
});

test('each trap that the documentation lists has a test of its name', () => {
  const here = new URL('.', import.meta.url);
  const tests = readdirSync(here)
    .filter((file) => /^traps.*\.test\.ts$/u.test(file))
    .map((file) => readFileSync(new URL(file, here), 'utf8'))
    .join('\n');
  const page = readFileSync(new URL('../../docs/adding-a-provider.md', here), 'utf8');
  const [, list = ''] = /^## Traps$([^]*?)(?=^## |(?![^]))/mu.exec(page) ?? [];
  const names = [...list.matchAll(/^- (.+)$/gmu)].map(([, name]) => String(name));
  expect(names.length).toBeGreaterThan(30);
  const isThere = (name: string): boolean =>
    ["'", '"', '`'].some((quote) => tests.includes(quote + name + quote));
  // Or a test of a group: `Cohere: …`.
  const isNamed = (name: string): boolean => {
    const [group, ...rest] = name.split(': ');
    return isThere(name) || (isThere(String(group)) && isThere(rest.join(': ')));
  };
  expect(names.filter((name) => !isNamed(name))).toEqual([]);
});
