// What requests to Ollama ask for, how they are bounded, and what is changed in them.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { ollama, ollamaCloud } from './index.ts';

const at = (path: string): Metered => {
  const match = ollama.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is ${match.kind}`);
  return match;
};
const chat = at('/api/chat');
const model = 'qwen3:4b';
const messages = [{ role: 'user', content: 'Hello.' }];

test.each([
  ['/api/chat', 'ollama.chat'],
  ['/api/generate', 'ollama.generate'],
  ['/api/embed', 'ollama.embed'],
  ['/api/embeddings', 'ollama.embed'],
  ['/v1/chat/completions', 'chat.completions'],
  ['/v1/completions', 'completions'],
  ['/v1/embeddings', 'embeddings'],
  ['/v1/responses', 'responses'],
  ['/v1/messages', 'messages'],
])('%s is %s', (path, api) => {
  expect(at(path).api).toBe(api);
  expect(ollamaCloud.match({ method: 'POST', path })).toMatchObject({ kind: 'metered', api });
});

test.each(['pull', 'push', 'create', 'copy', 'show', 'blobs/sha256:1'])(
  '/api/%s is free',
  (name) => {
    expect(ollama.match({ method: 'POST', path: `/api/${name}` }).kind).toBe('free');
  },
);

test('to search the web is billed in ways that are not known', () => {
  expect(ollama.match({ method: 'POST', path: '/api/web_search' }).kind).toBe('unknown');
});

describe('request', () => {
  test.each<[JsonObject, object]>([
    [{}, { stream: true, maxOutputTokens: undefined, clampable: true, downgradable: true }],
    [{ stream: false }, { stream: false }],
    [{ options: { num_predict: 90 } }, { maxOutputTokens: 90 }],
    [{ options: { num_predict: -1 } }, { maxOutputTokens: undefined }],
    [{ options: { num_predict: 0 } }, { maxOutputTokens: undefined }],
    [{ options: { num_predict: -2, num_ctx: 2048 } }, { maxOutputTokens: 20_480 }],
    [{ options: { num_predict: 9, num_ctx: 2048 } }, { maxOutputTokens: 9 }],
    [{ options: { num_predict: 90_000, num_ctx: 2048 } }, { maxOutputTokens: 20_480 }],
    [{ context: [1, 2] }, { downgradable: false }],
    [{ think: true }, { hiddenOutput: false }],
  ])('%j', (fields, facts) => {
    expect(ollama.request(chat, { model, messages, ...fields })).toMatchObject(facts);
  });

  test('to load a model has no output', () => {
    const load = { model, keep_alive: -1 };
    expect(ollama.request(chat, { ...load, messages: [] }).maxOutputTokens).toBe(0);
    expect(ollama.request(at('/api/generate'), load).maxOutputTokens).toBe(0);
    const asked = ollama.request(at('/api/generate'), { ...load, prompt: 'Hello.' });
    expect(asked.maxOutputTokens).toBeUndefined();
  });

  test('embeddings neither stream nor answer', () => {
    const facts = ollama.request(at('/api/embed'), { model, input: 'a' });
    expect(facts).toMatchObject({ stream: false, maxOutputTokens: 0, clampable: false });
  });
});

test('bound: texts by their bytes, a context by its length, images by the worst case', () => {
  const input = ollama.bound(at('/api/generate'), {
    model,
    prompt: 'Hello.',
    system: 'Be short.',
    context: [1, 2, 3],
    images: ['A'.repeat(9000)],
    format: { type: 'object' },
  });
  expect(input.texts.toSorted()).toEqual(['Be short.', 'Hello.', '{"type":"object"}']);
  expect(input.imageTokens).toBe(6404);
  const inMessage = ollama.bound(chat, { model, messages: [{ content: 'a', images: ['A', 'B'] }] });
  expect(inMessage).toMatchObject({ texts: ['a'], imageTokens: 2 * 6404 });
});

describe('rewrite', () => {
  const clamped = (options?: JsonObject) =>
    ollama.rewrite(chat, { model, ...(options && { options }) }, { maxOutputTokens: 20 }).body;

  test('a clamp sets num_predict, which is without a limit below 1', () => {
    expect(clamped()).toEqual({ model, options: { num_predict: 20 } });
    expect(clamped({ num_predict: -1, seed: 4 })).toEqual({
      model,
      options: { num_predict: 20, seed: 4 },
    });
    expect(clamped({ num_predict: 9 })).toEqual({ model, options: { num_predict: 9 } });
    const none = ollama.rewrite(chat, { model }, { maxOutputTokens: 0 }).body;
    expect(none).toEqual({ model, options: { num_predict: 1 } });
  });

  test('as OpenAI is spoken, it knows the older limit alone', () => {
    const { body } = ollama.rewrite(at('/v1/chat/completions'), { model }, { maxOutputTokens: 20 });
    expect(body).toEqual({ model, max_tokens: 20 });
  });
});
