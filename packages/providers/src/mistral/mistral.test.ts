// What Mistral requests ask for, how they are bounded, and what is changed in them.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { mistral } from './index.ts';

const at = (path: string): Metered => {
  const match = mistral.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is ${match.kind}`);
  return match;
};
const chat = at('/v1/chat/completions');
const messages = [{ role: 'user', content: 'Hello.' }];
const model = 'mistral-small-latest';

test.each([
  ['/v1/chat/completions', 'metered'],
  ['/v1/agents/completions', 'metered'],
  ['/v1/fim/completions', 'metered'],
  ['/v1/embeddings', 'metered'],
  ['/v1/audio/transcriptions', 'metered'],
  ['/v1/agents', 'free'],
  ['/v1/files', 'free'],
  ['/v1/batch/jobs/7/cancel', 'free'],
  ['/v1/batch/jobs', 'unknown'],
  ['/v1/conversations', 'unknown'],
  ['/v1/ocr', 'unknown'],
  ['/v1/audio/speech', 'unknown'],
])('%s is %s', (path, kind) => {
  expect(mistral.match({ method: 'POST', path }).kind).toBe(kind);
  expect(mistral.match({ method: 'GET', path }).kind).toBe('free');
});

describe('request', () => {
  test.each<[JsonObject, object]>([
    [{}, { maxOutputTokens: undefined, choices: 1, stream: false, softInput: false }],
    [
      { max_tokens: 90, n: 3 },
      { maxOutputTokens: 90, choices: 3 },
    ],
    [{ stream: true }, { stream: true, wantsUsageOption: false, hiddenOutput: false }],
    [{ reasoning_effort: 'high' }, { hiddenOutput: false }],
    [{ tools: [{ type: 'function', function: {} }] }, { softInput: false }],
    [{ tools: [{ type: 'web_search' }] }, { softInput: true }],
    [{ service_tier: 'auto' }, { tier: 'auto' }],
  ])('%j', (fields, facts) => {
    expect(mistral.request(chat, { model, messages, ...fields })).toMatchObject(facts);
  });

  test('of a document only its place is said', () => {
    const content = [{ type: 'document_url', document_url: 'https://example.com/a.pdf' }];
    const body = { model, messages: [{ role: 'user', content }] };
    expect(mistral.request(chat, body).softInput).toBe(true);
  });

  test('an agent goes by its id, and cannot be another', () => {
    const facts = mistral.request(at('/v1/agents/completions'), { agent_id: 'ag:1', messages });
    expect(facts).toMatchObject({ model: 'ag:1', softInput: true, downgradable: false });
    expect(facts).toMatchObject({ clampable: true, maxOutputTokens: undefined });
  });

  test('what is filled in has no limit of its own', () => {
    const facts = mistral.request(at('/v1/fim/completions'), { model, prompt: 'a' });
    expect(facts).toMatchObject({ maxOutputTokens: undefined, clampable: true });
  });
});

describe('bound', () => {
  test('texts by their bytes, images and audio by their worst case', () => {
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(9000)}` } },
      { type: 'input_audio', input_audio: 'A'.repeat(4096) },
    ];
    const input = mistral.bound(chat, { model, messages: [{ role: 'user', content }] });
    expect(input).toMatchObject({ imageTokens: 4160, audioTokens: 48 });
    expect(input.texts).toEqual(['What is this?']);
    expect(input.maxTokens).toBe(input.extraTokens + 13);
  });

  test('prefix and suffix of what is filled in', () => {
    const { texts } = mistral.bound(at('/v1/fim/completions'), { model, prompt: 'a', suffix: 'b' });
    expect(texts).toEqual(['a', 'b']);
  });

  test.each([
    ['voxtral-mini-latest', 100, 0],
    ['voxtral-small-latest', 1266, undefined],
  ])('audio of %s: %i, with output %s', (name, maxTokens, maxOutputTokens) => {
    const match = at('/v1/audio/transcriptions');
    const body = { model: name, file: { name: 'a.mp3', type: 'audio/mpeg', bytes: 80_000 } };
    expect(mistral.bound(match, body).maxTokens).toBe(maxTokens);
    expect(mistral.request(match, body)).toMatchObject({ maxOutputTokens, softInput: false });
    expect(mistral.request(match, { model: name, file_url: 'https://x' }).softInput).toBe(true);
  });
});

test('the tier that served it stands in the usage', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, service_tier: 'priority' };
  expect(mistral.usage('chat.completions', { usage }).tier).toBe('priority');
  const reader = mistral.stream('chat.completions');
  reader.read({ name: undefined, data: JSON.stringify({ choices: [], usage }) });
  expect(reader.facts().tier).toBe('priority');
});

test('a clamp sets max_tokens, and never raises it', () => {
  const rewrite = (fields: JsonObject, most: number) =>
    mistral.rewrite(chat, { model, messages, ...fields }, { maxOutputTokens: most }).body;
  expect(rewrite({}, 20)).toEqual({ model, messages, max_tokens: 20 });
  expect(rewrite({ max_tokens: 9 }, 20)).toMatchObject({ max_tokens: 9 });
  const fim = at('/v1/fim/completions');
  expect(mistral.rewrite(fim, { prompt: 'a' }, { maxOutputTokens: 5 }).body).toEqual({
    prompt: 'a',
    max_tokens: 5,
  });
});
