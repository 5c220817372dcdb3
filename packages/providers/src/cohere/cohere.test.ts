// What Cohere requests ask for, how they are bounded, and what is changed in them.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { cohere } from './index.ts';

const at = (path: string): Metered => {
  const match = cohere.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is ${match.kind}`);
  return match;
};
const model = 'command-a-03-2025';
const messages = [{ role: 'user', content: 'Hello.' }];

test.each([
  ['/v2/chat', 'chat-v2'],
  ['/v1/chat', 'chat-v1'],
  ['/chat', 'chat-v1'],
  ['/v1/generate', 'generate'],
  ['/v2/embed', 'embed'],
  ['/v1/embed', 'embed'],
  ['/v2/rerank', 'rerank-v2'],
  ['/v1/rerank', 'rerank-v1'],
  ['/compatibility/v1/chat/completions', 'chat.completions'],
  ['/compatibility/v1/embeddings', 'embeddings'],
])('%s is %s', (path, api) => {
  expect(cohere.match({ method: 'POST', path })).toMatchObject({ kind: 'metered', api, path });
});

test.each([
  ['/v1/tokenize', 'free'],
  ['/v1/models', 'free'],
  ['/v1/classify', 'unknown'],
  ['/v1/embed-jobs', 'unknown'],
  ['/v2/parse', 'unknown'],
])('%s is %s', (path, kind) => {
  expect(cohere.match({ method: 'POST', path }).kind).toBe(kind);
});

describe('request', () => {
  test.each<[string, JsonObject, object]>([
    ['/v2/chat', {}, { maxOutputTokens: undefined, clampable: true, softInput: false }],
    ['/v2/chat', { max_tokens: 70, stream: true }, { maxOutputTokens: 70, stream: true }],
    ['/v1/chat', { conversation_id: 'c1' }, { softInput: true }],
    ['/v1/chat', { connectors: [{ id: 'web-search' }] }, { softInput: true }],
    ['/v1/generate', { num_generations: 3 }, { choices: 3 }],
    ['/v2/embed', {}, { maxOutputTokens: 0, clampable: false, downgradable: false }],
    ['/v2/chat', { num_generations: 3 }, { choices: 1, webSearches: 0 }],
  ])('%s %j', (path, fields, facts) => {
    expect(cohere.request(at(path), { model, messages, ...fields })).toMatchObject(facts);
  });
});

describe('search units of a rerank', () => {
  const units = (path: string, documents: readonly unknown[], more: JsonObject = {}) =>
    cohere.request(at(path), { query: 'When?', documents, ...more }).webSearches;
  const many = (count: number, document: unknown = 'Noon.') =>
    Array.from({ length: count }, () => document);

  test.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [1000, 10],
  ])('%i short documents are %i', (count, expected) => {
    expect(units('/v2/rerank', many(count))).toBe(expected);
    expect(units('/v1/rerank', many(count, { text: 'Noon.' }))).toBe(expected);
  });

  test('long documents count by the part, as far as they are read', () => {
    // 495 bytes a part beside the query.
    const long = 'x'.repeat(4950);
    expect(units('/v2/rerank', many(100, long))).toBe(9);
    expect(units('/v2/rerank', many(100, long), { max_tokens_per_doc: 990 })).toBe(2);
    expect(units('/v1/rerank', many(100, 'x'.repeat(100_000)))).toBe(10);
    expect(units('/v1/rerank', many(100, long), { max_chunks_per_doc: 1 })).toBe(1);
  });

  test('a long query leaves no less than half of each part', () => {
    const query = 'q'.repeat(9000);
    expect(units('/v2/rerank', many(100, 'x'.repeat(244)), { query })).toBe(1);
    expect(units('/v2/rerank', many(100, 'x'.repeat(245)), { query })).toBe(2);
  });

  test('its tokens are not billed', () => {
    const body = { query: 'When?', documents: many(3) };
    expect(cohere.bound(at('/v2/rerank'), body).maxTokens).toBe(0);
  });
});

describe('bound', () => {
  test('everything that is sent to be read, in either version', () => {
    const v2 = cohere.bound(at('/v2/chat'), {
      model,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello.' }] }],
      documents: ['one', { data: { title: 'two' } }],
      tools: [{ type: 'function', function: { name: 'tide' } }],
    });
    expect(v2.texts).toEqual([
      'Hello.',
      'one',
      '{"data":{"title":"two"}}',
      '{"type":"function","function":{"name":"tide"}}',
    ]);
    const v1 = cohere.bound(at('/v1/chat'), {
      message: 'Now?',
      preamble: 'Be short.',
      chat_history: [{ role: 'USER', message: 'Hello.' }],
    });
    expect(v1.texts.toSorted()).toEqual(['Be short.', 'Hello.', 'Now?']);
    expect(v1.maxTokens).toBe(v1.extraTokens + 19);
  });

  test('images by the worst case, not by their bytes', () => {
    const images = [`data:image/png;base64,${'A'.repeat(50_000)}`];
    const { imageTokens, texts } = cohere.bound(at('/v1/embed'), { model, images });
    expect({ imageTokens, texts }).toEqual({ imageTokens: 3328, texts: [] });
    const content = [{ type: 'image_url', image_url: { url: images[0] } }];
    const inputs = cohere.bound(at('/v2/embed'), { model, inputs: [{ content }] });
    expect(inputs).toMatchObject({ imageTokens: 3328, texts: [] });
  });
});

test('a clamp sets max_tokens, and never raises it', () => {
  const rewrite = (fields: JsonObject) =>
    cohere.rewrite(at('/v2/chat'), { model, ...fields }, { maxOutputTokens: 20, model: 'b' }).body;
  expect(rewrite({})).toEqual({ model: 'b', max_tokens: 20 });
  expect(rewrite({ max_tokens: 9, k: 1 })).toEqual({ model: 'b', max_tokens: 9, k: 1 });
});

test.each([null, [], 'text', 7, { usage: 7 }, { meta: { billed_units: [] } }])(
  'nothing is read from %j',
  (body) => {
    expect(cohere.usage('chat-v2', body).usage).toBeUndefined();
  },
);
