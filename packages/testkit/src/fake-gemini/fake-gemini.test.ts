// The fake Gemini answers as the real service does, and bills what it has produced.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../wait.ts';
import { type FakeGemini, startFakeGemini } from './server.ts';

const model = 'gemini-2.5-flash';
const prices = { [model]: { inputUsdPerMTok: '0.3', outputUsdPerMTok: '2.5' } };
const contents = [{ role: 'user', parts: [{ text: 'Hello, sea.' }] }];

let fake: FakeGemini;
beforeEach(async () => {
  fake = await startFakeGemini({ prices, outputTokens: 5 });
});
afterEach(async () => {
  await fake.close();
});

async function post(method: string, body: object, init: RequestInit = {}): Promise<Response> {
  const url = `${fake.origin}/v1beta/models/${model}:${method}`;
  return fetch(url, { ...init, method: 'POST', body: JSON.stringify(body) });
}

interface Piece {
  readonly candidates?: readonly { readonly finishReason?: string }[];
  readonly usageMetadata?: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

async function piecesOf(response: Response): Promise<readonly Piece[]> {
  const blocks = (await response.text()).split('\n\n').filter((block) => block !== '');
  return blocks.map((block) => JSON.parse(block.replace(/^data: /u, '')) as Piece);
}

const streamed = 'streamGenerateContent?alt=sse';

test('a whole answer: thoughts beside the answer, and all of it on the bill', async () => {
  fake.script = () => ({ reasoningTokens: 20, outputTokens: 25, cachedTokens: 2 });
  const answer = (await (await post('generateContent', { contents })).json()) as Piece;
  const [call] = fake.calls;
  expect(answer.usageMetadata).toMatchObject({
    promptTokenCount: call?.inputTokens,
    cachedContentTokenCount: 2,
    candidatesTokenCount: 5,
    thoughtsTokenCount: 20,
    totalTokenCount: call!.inputTokens + 25,
  });
  expect(call).toMatchObject({ model, outputTokens: 25, aborted: false, finished: true });
  expect(fake.billedNanoUsd()).toBe(BigInt(call!.inputTokens * 300 + 25 * 2500));
});

test('the limit holds for thoughts and answer together', async () => {
  fake.script = () => ({ reasoningTokens: 20, outputTokens: 25 });
  const generationConfig = { maxOutputTokens: 12 };
  const answer = (await (
    await post('generateContent', { contents, generationConfig })
  ).json()) as Piece;
  expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  expect(fake.calls[0]?.outputTokens).toBe(12);
});

describe('streams', () => {
  test('counts are running totals, and the last piece has the reason', async () => {
    fake.script = () => ({ reasoningTokens: 9, outputTokens: 12 });
    const pieces = await piecesOf(await post(streamed, { contents }));
    const shown = pieces.map(({ usageMetadata }) => usageMetadata?.['candidatesTokenCount']);
    expect(shown).toEqual([1, 2, 3, 3]);
    expect(pieces.every(({ usageMetadata }) => usageMetadata?.['thoughtsTokenCount'] === 9)).toBe(
      true,
    );
    expect(pieces.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(fake.calls[0]?.outputTokens).toBe(12);
  });

  test('Vertex AI counts in the last piece only', async () => {
    const url = `${fake.origin}/v1/publishers/google/models/${model}:${streamed}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ contents }) });
    const pieces = await piecesOf(response);
    const counted = pieces.map(({ usageMetadata }) => 'totalTokenCount' in usageMetadata!);
    expect(counted).toEqual([false, false, false, false, false, true]);
  });

  test('without alt=sse it is one JSON array', async () => {
    const response = await post('streamGenerateContent', { contents });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toHaveLength(6);
  });

  test('an error inside comes as an event, or bare', async () => {
    fake.script = () => ({ errorEventAfterChunks: 2 });
    const pieces = await piecesOf(await post(streamed, { contents }));
    expect(pieces).toHaveLength(3);
    expect(pieces[2]?.error).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
    fake.script = () => ({ errorEventAfterChunks: 0, isErrorBare: true });
    expect(await (await post(streamed, { contents })).text()).toMatch(/^\{\n {2}"error"/u);
    expect(fake.calls.map(({ outputTokens }) => outputTokens)).toEqual([2, 0]);
  });

  test('what a client leaves is billed up to there', async () => {
    fake.script = () => ({ outputTokens: 500, chunkDelayMs: 2 });
    const controller = new AbortController();
    const { body } = await post(streamed, { contents }, { signal: controller.signal });
    await body!.getReader().read();
    controller.abort();
    const call = await until(() => fake.calls[0]?.finished && fake.calls[0], { what: 'the end' });
    expect(call.aborted).toBe(true);
    expect(call.outputTokens).toBeGreaterThan(0);
    expect(call.outputTokens).toBeLessThan(500);
    expect(fake.billedNanoUsd()).toBe(BigInt(call.inputTokens * 300 + call.outputTokens * 2500));
  });
});

test.each([
  [400, 'INVALID_ARGUMENT'],
  [403, 'PERMISSION_DENIED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [500, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
])('HTTP %i: %s, and nothing is billed', async (status, reason) => {
  fake.script = () => ({ error: { status } });
  const response = await post('generateContent', { contents });
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: { details?: readonly object[] } };
  expect(error).toMatchObject({ code: status, status: reason });
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo' };
  if (status === 429) expect(error.details).toMatchObject([retryInfo]);
  expect(fake.billedNanoUsd()).toBe(0n);
});

test('what is missing, unknown, or without the key is refused', async () => {
  expect((await post('generateContent', {})).status).toBe(400);
  expect((await post('generateNothing', { contents })).status).toBe(404);
  await using locked = await startFakeGemini({ apiKey: 'right' });
  const url = `${locked.origin}/v1beta/models/${model}:generateContent`;
  const ask = (key: string): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'x-goog-api-key': key },
      body: JSON.stringify({ contents }),
    });
  expect((await ask('wrong')).status).toBe(400);
  expect((await ask('right')).status).toBe(200);
});

test('tools are called, counting tokens is free, interactions stream events', async () => {
  fake.script = () => ({ toolCalls: [{ name: 'tide', arguments: { place: 'Husum' } }] });
  const called = await (await post('generateContent', { contents })).text();
  expect(called).toContain('"functionCall"');
  const before = fake.billedNanoUsd();
  expect(await (await post('countTokens', { contents })).json()).toHaveProperty('totalTokens');
  expect(fake.billedNanoUsd()).toBe(before);
  fake.script = () => ({ reasoningTokens: 4, outputTokens: 6 });
  const response = await fetch(`${fake.origin}/v1beta/interactions`, {
    method: 'POST',
    body: JSON.stringify({ model, input: 'Hello, sea.', stream: true }),
  });
  const text = await response.text();
  expect(text.match(/^event: .*$/gmu)).toEqual([
    'event: interaction.created',
    'event: step.start',
    'event: step.delta',
    'event: step.stop',
    'event: step.start',
    'event: step.delta',
    'event: step.delta',
    'event: step.stop',
    'event: interaction.completed',
    'event: done',
  ]);
  expect(text).toContain('"total_thought_tokens":4');
  expect(fake.calls.at(-1)?.outputTokens).toBe(6);
});
