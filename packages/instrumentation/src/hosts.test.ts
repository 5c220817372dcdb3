// Which provider is spoken where: exact origins, patterns, and what must not slip through one.
import { expect, test } from 'vitest';
import { createHosts } from './hosts.ts';

const hosts = createHosts([
  ['https://api.openai.com', 'openai'],
  ['https://*.openai.azure.com', 'azure.ai.openai'],
  ['https://*-aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['https://special.openai.azure.com', 'openai'],
]);

test.each([
  ['https://api.openai.com', 'openai'],
  ['https://my-resource.openai.azure.com', 'azure.ai.openai'],
  ['https://us-central1-aiplatform.googleapis.com', 'gcp.vertex_ai'],
  // An exact origin is meant more than a pattern.
  ['https://special.openai.azure.com', 'openai'],
  ['https://openai.azure.com', undefined],
  ['http://my-resource.openai.azure.com', undefined],
  ['https://my-resource.openai.azure.com:8443', undefined],
  ['https://a.b.openai.azure.com', undefined],
  ['https://evil.example/x.openai.azure.com', undefined],
  ['https://my-resource.openai.azure.com.evil.example', undefined],
  ['https://my-resourceXopenai.azure.com', undefined],
])('%s is %s', (origin, name) => {
  expect(hosts.at(origin)).toBe(name);
  // Asked again it is remembered, and the same.
  expect(hosts.at(origin)).toBe(name);
});

test('a later entry wins over an earlier one', () => {
  const both = createHosts([
    ['https://*.example.com', 'openai'],
    ['https://*.example.com', 'azure.ai.openai'],
  ]);
  expect(both.at('https://gateway.example.com')).toBe('azure.ai.openai');
});
