// Images, audio, work in the background and the paths of Azure, as the fake answers and bills them.

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './server.ts';

const price = { inputUsdPerMTok: '1', outputUsdPerMTok: '10' };
const names = ['gpt-image-1', 'whisper-1', 'gpt-4o-mini-tts', 'tts-1', 'gpt-4o-mini'];

let fake: FakeOpenAI;
beforeEach(async () => {
  fake = await startFakeOpenAI({
    prices: Object.fromEntries(names.map((name) => [name, price])),
    deployments: { prod: 'gpt-4o-mini' },
  });
});
afterEach(() => fake.close());

function post(path: string, body: unknown): Promise<Response> {
  const isForm = body instanceof FormData;
  return fetch(fake.origin + path, {
    method: 'POST',
    body: isForm ? body : JSON.stringify(body),
    headers: isForm ? {} : { 'content-type': 'application/json' },
  });
}

test('every image is billed, and each partial one', async () => {
  const asked = { model: 'gpt-image-1', prompt: 'A boat', quality: 'low' };
  const whole = await (await post('/v1/images/generations', { ...asked, n: 2 })).json();
  expect(whole).toMatchObject({ data: [{}, {}], usage: { output_tokens: 2 * 272 } });
  const streamed = { ...asked, stream: true, partial_images: 2 };
  const events = await (await post('/v1/images/generations', streamed)).text();
  expect(events.match(/^event: .*$/gmu)).toEqual([
    'event: image_generation.partial_image',
    'event: image_generation.partial_image',
    'event: image_generation.completed',
  ]);
  expect(fake.calls.map(({ outputTokens }) => outputTokens)).toEqual([544, 472]);
});

test('files of a form are kept by their size and digest', async () => {
  const bytes = new Uint8Array(64_000).fill(3);
  const form = new FormData();
  form.set('model', 'whisper-1');
  form.set('file', new File([bytes], 'sea.wav', { type: 'audio/wav' }));
  const answer = await (await post('/v1/audio/transcriptions', form)).json();
  expect(answer).toMatchObject({ usage: { type: 'duration', seconds: 2 } });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(fake.calls[0]).toMatchObject({
    body: { file: { name: 'sea.wav', type: 'audio/wav', bytes: 64_000, sha256 } },
    inputTokens: 2,
    outputTokens: 0,
  });
});

test('speech is bytes, or events that report', async () => {
  const asked = { model: 'gpt-4o-mini-tts', input: 'Calm sea', voice: 'coral' };
  const whole = await post('/v1/audio/speech', asked);
  expect(whole.headers.get('content-type')).toBe('audio/mpeg');
  expect((await whole.bytes()).length).toBe(11_000);
  const events = await (await post('/v1/audio/speech', { ...asked, stream_format: 'sse' })).text();
  expect(events).toContain('"output_tokens":11');
  await (await post('/v1/audio/speech', { ...asked, model: 'tts-1' })).bytes();
  expect(fake.calls.map(({ outputTokens }) => outputTokens)).toEqual([11, 11, 0]);
  expect(fake.calls[2]?.inputTokens).toBe(8);
});

test('work in the background is billed at once, and read later', async () => {
  const asked = { model: 'gpt-4o-mini', input: 'Hello', background: true };
  const begun = (await (await post('/v1/responses', asked)).json()) as { readonly id: string };
  expect(begun).toMatchObject({ status: 'queued', usage: null, output: [] });
  const done = await (await fetch(`${fake.baseUrl}/responses/${begun.id}`)).json();
  expect(done).toMatchObject({ status: 'completed', usage: { output_tokens: 40 } });
  expect(fake.calls.map(({ outputTokens }) => outputTokens)).toEqual([40, 0]);
});

test.each([
  '/openai/deployments/prod/chat/completions?api-version=1',
  '/openai/v1/chat/completions',
])('%s is a chat of Azure, with the verdict first', async (path) => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const events = await (await post(path, { model: 'prod', messages, stream: true })).text();
  expect(events.split('\n\n')[0]).toContain('prompt_filter_results');
  expect(events).toContain('"model":"gpt-4o-mini-2024-07-18"');
  expect(fake.calls[0]).toMatchObject({ model: 'gpt-4o-mini', outputTokens: 40 });
  expect(fake.billedNanoUsd()).toBeGreaterThan(0n);
});
