// What no exchange shows: requests of all kinds, changes, and garbage. The rest is in test/conformance.
import { expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { template } from './index.ts';

const say = { kind: 'metered', api: 'say', operation: 'chat', path: '/v1/say' } as Metered;
const turns = [{ role: 'user', text: 'Polly?' }];

test.each([
  ['POST', '/v1/say', 'metered'],
  ['POST', '/gateway/v1/say/', 'metered'],
  ['GET', '/v1/say', 'free'],
  ['POST', '/v1/count', 'free'],
  ['POST', '/v1/sing', 'unknown'],
])('%s %s is %s', (method, path, kind) => {
  expect(template.match({ method, path }).kind).toBe(kind);
});

test('a request says what it asks for', () => {
  const body = { model: 'parrot-1', turns, max_tokens: 50, think: true, stream: true };
  expect(template.request(say, body)).toMatchObject({
    model: 'parrot-1',
    stream: true,
    maxOutputTokens: 50,
    hiddenOutput: true,
  });
});

test('every text counts, and bytes bound them', () => {
  const { texts, extraTokens, maxTokens } = template.bound(say, { turns });
  expect(texts).toEqual(['Polly?']);
  expect(maxTokens).toBe(6 + extraTokens);
});

test.each<[object, JsonObject]>([
  [{ model: 'parrot-0' }, { model: 'parrot-0', turns, max_tokens: 50 }],
  [{ maxOutputTokens: 8 }, { model: 'parrot-1', turns, max_tokens: 8 }],
  [{ maxOutputTokens: 80 }, { model: 'parrot-1', turns, max_tokens: 50 }],
])('changed by %j', (change, expected) => {
  const body = { model: 'parrot-1', turns, max_tokens: 50 };
  expect(template.rewrite(say, body, change).body).toEqual(expected);
});

test.each([undefined, null, 7, 'text', [], {}, { usage: {} }, { usage: { read: -1, said: '5' } }])(
  'garbage is no exception: %j',
  (garbage) => {
    expect(template.usage('say', garbage).usage).toBeUndefined();
    expect(template.request(say, { max_tokens: garbage }).maxOutputTokens).not.toBe(-1);
  },
);
