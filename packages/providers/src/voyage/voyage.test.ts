// What Voyage requests ask for, and how they are bounded.
import { expect, test } from 'vitest';
import type { Metered } from '../provider.ts';
import { voyage } from './index.ts';

const at = (path: string): Metered => {
  const match = voyage.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is ${match.kind}`);
  return match;
};

test.each([
  ['/v1/embeddings', 'embeddings', 'embeddings'],
  ['/v1/multimodalembeddings', 'multimodalembeddings', 'embeddings'],
  ['/v1/contextualizedembeddings', 'contextualizedembeddings', 'embeddings'],
  ['/v1/rerank', 'rerank', 'rerank'],
])('%s is %s', (path, api, operation) => {
  expect(at(path)).toMatchObject({ api, operation });
});

test('batches are not known, and files are free', () => {
  expect(voyage.match({ method: 'POST', path: '/v1/batches' }).kind).toBe('unknown');
  expect(voyage.match({ method: 'POST', path: '/v1/batches/b/cancel' }).kind).toBe('free');
  expect(voyage.match({ method: 'POST', path: '/v1/files' }).kind).toBe('free');
});

test('nothing in it can be lowered', () => {
  const body = { model: 'voyage-3.5', input: 'When?' };
  const facts = voyage.request(at('/v1/embeddings'), body);
  expect(facts).toMatchObject({ maxOutputTokens: 0, clampable: false, downgradable: false });
  expect(voyage.rewrite(at('/v1/embeddings'), body, { maxOutputTokens: 3 }).body).toBe(body);
});

test('each text has a frame of its own', () => {
  const input = voyage.bound(at('/v1/embeddings'), { input: ['a', 'b', 'c'] });
  expect(input).toMatchObject({ texts: ['a', 'b', 'c'], extraTokens: 16 + 3 * 4 });
  const nested = voyage.bound(at('/v1/contextualizedembeddings'), { inputs: [['a', 'b'], ['c']] });
  expect(nested).toMatchObject({ texts: ['a', 'b', 'c'], extraTokens: 16 + 3 * 4 });
});

test('the query of a rerank is read with each document', () => {
  const body = { query: 'When?', documents: ['At noon.', 'Never.'] };
  const { texts } = voyage.bound(at('/v1/rerank'), body);
  expect(texts).toEqual(['At noon.', 'Never.', 'When?', 'When?']);
});

test('an image is 16 million pixels at most', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'image_base64', image_base64: 'A'.repeat(9000) },
    { type: 'image_url', image_url: 'https://example.com/a.png' },
  ];
  const input = voyage.bound(at('/v1/multimodalembeddings'), { inputs: [{ content }] });
  expect(input).toMatchObject({ texts: ['a'], imageTokens: 2 * 28_572 });
});
