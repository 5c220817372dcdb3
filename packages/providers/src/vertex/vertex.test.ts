// Vertex AI: its paths, and the models of others that it serves.
import { describe, expect, test } from 'vitest';
import type { Metered } from '../provider.ts';
import { vertex } from './index.ts';

const project = '/v1/projects/p/locations/us-east5/publishers';
const post = (path: string) => vertex.match({ method: 'POST', path });

test.each([
  [`${project}/google/models/gemini-2.5-pro:generateContent`, 'generateContent', 'gemini-2.5-pro'],
  [
    '/v1beta1/publishers/google/models/gemini-3-pro:streamGenerateContent',
    'streamGenerateContent',
    'gemini-3-pro',
  ],
  [`${project}/google/models/text-embedding-004:predict`, 'predict', 'text-embedding-004'],
  [
    `${project}/google/models/imagen-4.0-generate-001:predict`,
    'predict',
    'imagen-4.0-generate-001',
  ],
  [
    `${project}/anthropic/models/claude-sonnet-4@20250514:rawPredict`,
    'messages',
    'claude-sonnet-4@20250514',
  ],
  [
    `${project}/anthropic/models/claude-sonnet-4%4020250514:streamRawPredict`,
    'messages',
    'claude-sonnet-4@20250514',
  ],
  ['/v1/projects/p/locations/l/endpoints/77:generateContent', 'generateContent', 'endpoints/77'],
])('%s is metered as %s of %s', (path, api, model) => {
  expect(post(path)).toMatchObject({ kind: 'metered', api, model, path });
});

test("OpenAI's style: the model is in the body", () => {
  const path = '/v1/projects/p/locations/l/endpoints/openapi/chat/completions';
  const match = post(path) as Metered;
  expect(match).toMatchObject({ api: 'chat.completions', operation: 'chat' });
  const body = { model: 'google/gemini-2.0-flash', messages: [], max_tokens: 8 };
  const facts = vertex.request(match, body);
  expect(facts).toMatchObject({ model: body.model, maxOutputTokens: 8, hiddenOutput: false });
});

test.each([
  [`${project}/google/models/gemini-2.5-pro:countTokens`, 'free'],
  [`${project}/anthropic/models/count-tokens:rawPredict`, 'free'],
  [`${project}/mistralai/models/mistral-large:rawPredict`, 'unknown'],
  [`${project}/google/models/veo-3.0:predictLongRunning`, 'unknown'],
  ['/v1/projects/p/locations/l/endpoints/77:predict', 'unknown'],
  ['/v1/projects/p/locations/l/batchPredictionJobs', 'unknown'],
  ['/v1/projects/p/locations/l/cachedContents', 'unknown'],
])('%s is %s', (path, kind) => {
  expect(post(path)).toEqual({ kind });
});

describe("Anthropic's models", () => {
  const path = `${project}/anthropic/models/claude-opus-4@1:streamRawPredict`;
  const match = post(path) as Metered;
  const body = {
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 900,
    messages: [{ role: 'user', content: 'Hello, sea.' }],
  };

  test('the model comes from the path, and so does that they stream', () => {
    const facts = vertex.request(match, body);
    expect(facts).toMatchObject({ model: 'claude-opus-4@1', stream: true, maxOutputTokens: 900 });
  });

  test('another model goes into the path, never into the body', () => {
    const change = { model: 'claude-haiku-4@2', maxOutputTokens: 50 };
    const rewritten = vertex.rewrite(match, body, change);
    expect(rewritten.path).toBe(path.replace('claude-opus-4@1', 'claude-haiku-4@2'));
    expect(rewritten.body).toEqual({ ...body, max_tokens: 50 });
  });

  test('usage is read as Anthropic reports it', () => {
    const usage = { input_tokens: 3, cache_read_input_tokens: 10, output_tokens: 4 };
    const facts = vertex.usage('messages', { id: 'm', model: 'claude-opus-4', usage });
    expect(facts.usage).toMatchObject({ inputTokens: 13, cacheReadTokens: 10, outputTokens: 4 });
  });
});

test('embeddings: each prediction tells its own tokens', () => {
  const prediction = (count: number) => ({ embeddings: { statistics: { token_count: count } } });
  const facts = vertex.usage('predict', { predictions: [prediction(5), prediction(6)] });
  expect(facts.usage).toMatchObject({ inputTokens: 11, outputTokens: 0 });
  // One that does not leaves the whole unknown: it has used some.
  const untold = { predictions: [prediction(5), { embeddings: { values: [0.1] } }] };
  expect(vertex.usage('predict', untold).usage).toBeUndefined();
});

test('imagen is billed by the picture: it uses no tokens, and none are held', () => {
  const match = post(`${project}/google/models/imagen-4.0-generate-001:predict`) as Metered;
  const body = { instances: [{ prompt: 'The sea.' }], parameters: { sampleCount: 2 } };
  expect(vertex.bound(match, body).maxTokens).toBe(0);
  expect(vertex.request(match, body)).toMatchObject({ maxOutputTokens: 0, clampable: false });
  const facts = vertex.usage('predict', { predictions: [{ bytesBase64Encoded: 'AAAA' }] });
  expect(facts.usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
});

test('only the chunk with counts is a report: most have a traffic type alone', () => {
  const reader = vertex.stream('streamGenerateContent');
  const chunk = (text: string, usageMetadata: object, finishReason?: string) =>
    reader.read({
      name: undefined,
      data: JSON.stringify({
        candidates: [{ content: { parts: [{ text }] }, finishReason }],
        usageMetadata: { trafficType: 'ON_DEMAND_PRIORITY', ...usageMetadata },
      }),
    });
  chunk('The', {});
  chunk(' sea.', {});
  expect(reader.facts()).toMatchObject({
    usage: undefined,
    tier: 'priority',
    uncountedText: 'The sea.',
    uncountedEvents: 2,
  });
  chunk('', { promptTokenCount: 7, candidatesTokenCount: 3, thoughtsTokenCount: 40 }, 'STOP');
  expect(reader.facts()).toMatchObject({
    isUsageFinal: true,
    usage: { inputTokens: 7, outputTokens: 43, reasoningTokens: 40 },
    uncountedText: '',
  });
});
