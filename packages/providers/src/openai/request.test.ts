// What OpenAI requests ask for, and how they are changed.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { openai } from './index.ts';

const metered = (api: string): Metered => ({ kind: 'metered', api, operation: 'chat', path: '/' });

describe('match', () => {
  test.each([
    ['POST', '/v1/chat/completions', 'chat.completions'],
    ['POST', '/openai/v1/chat/completions', 'chat.completions'],
    ['POST', '/v1/responses', 'responses'],
    ['POST', '/v1/responses/', 'responses'],
    ['POST', '/v1/responses/compact', 'responses.compact'],
    ['POST', '/v1/completions', 'completions'],
    ['POST', '/gateway/v1/embeddings', 'embeddings'],
    ['POST', '/v1/images/generations', 'images.generations'],
    ['POST', '/v1/images/edits', 'images.edits'],
    ['POST', '/v1/images/variations', 'images.variations'],
    ['POST', '/v1/audio/transcriptions', 'audio.transcriptions'],
    ['POST', '/v1/audio/translations', 'audio.translations'],
    ['POST', '/v1/audio/speech', 'audio.speech'],
  ])('%s %s is metered as %s', (method, path, api) => {
    expect(openai.match({ method, path })).toMatchObject({ kind: 'metered', api });
  });

  test.each([
    ['GET', '/v1/models', 'free'],
    ['GET', '/v1/responses/resp_1', 'free'],
    ['DELETE', '/v1/files/file-1', 'free'],
    ['POST', '/v1/files', 'free'],
    ['POST', '/v1/moderations', 'free'],
    ['POST', '/v1/traces/ingest', 'free'],
    ['POST', '/v1/responses/resp_1/cancel', 'free'],
    ['POST', '/v1/responses/input_tokens', 'free'],
    ['POST', '/v1/chat/completions/chatcmpl-1', 'free'],
    ['POST', '/v1/assistants', 'free'],
    ['POST', '/v1/threads', 'free'],
    ['POST', '/v1/threads/thread_1/messages', 'free'],
    ['POST', '/v1/threads/runs', 'unknown'],
    ['POST', '/v1/threads/thread_1/runs', 'unknown'],
    ['POST', '/v1/threads/thread_1/runs/run_1/submit_tool_outputs', 'unknown'],
    ['POST', '/v1/threads/thread_1/runs/run_1/cancel', 'free'],
    ['POST', '/v1/vector_stores', 'unknown'],
    ['POST', '/v1/videos', 'unknown'],
    ['POST', '/v1/batches', 'unknown'],
    ['POST', '/v1/batches/batch_1/cancel', 'free'],
    ['POST', '/v1/fine_tuning/jobs', 'unknown'],
    ['GET', '/v1/realtime', 'unknown'],
  ])('%s %s is %s', (method, path, kind) => {
    expect(openai.match({ method, path })).toEqual({ kind });
  });
});

describe('the most output', () => {
  const cases: readonly [string, JsonObject, number | undefined, number][] = [
    ['chat.completions', {}, undefined, 1],
    ['chat.completions', { max_tokens: 5, n: 3 }, 5, 3],
    ['chat.completions', { max_completion_tokens: 7 }, 7, 1],
    ['chat.completions', { max_completion_tokens: 7, max_tokens: 9 }, 9, 1],
    ['chat.completions', { max_tokens: -1, n: 'many' }, undefined, 1],
    ['chat.completions', { max_tokens: null, n: null }, undefined, 1],
    ['responses', { max_output_tokens: 50 }, 50, 1],
    ['completions', {}, 16, 1],
    ['completions', { max_tokens: 0 }, 0, 1],
    ['completions', { n: 2, best_of: 5 }, 16, 5],
    ['completions', { n: 2, prompt: ['a', 'b', 'c'] }, 16, 6],
    ['completions', { prompt: [1, 2, 3] }, 16, 1],
    ['completions', { prompt: [[1, 2], [3]] }, 16, 2],
    ['embeddings', { input: 'x' }, 0, 1],
  ];
  test.each(cases)('%s %j: %s × %i', (api, body, maxOutputTokens, choices) => {
    expect(openai.request(metered(api), body)).toMatchObject({ maxOutputTokens, choices });
  });
});

describe('input that the request does not show', () => {
  const soft: readonly [string, JsonObject][] = [
    ['responses', { previous_response_id: 'resp_1' }],
    ['responses.compact', { previous_response_id: 'resp_1' }],
    ['responses', { conversation: 'conv_1' }],
    ['responses', { conversation: { id: 'conv_1' } }],
    ['responses', { prompt: { id: 'pmpt_1' } }],
    ['responses', { tools: [{ type: 'web_search' }] }],
    ['responses', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['responses', { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }],
    ['chat.completions', { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }],
    ['chat.completions', { web_search_options: {} }],
  ];
  test.each(soft)('%s %j is soft', (api, body) => {
    expect(openai.request(metered(api), body).softInput).toBe(true);
  });

  test.each([
    ['responses', { input: 'hello', tools: [{ type: 'function', name: 'f' }], conversation: null }],
    ['chat.completions', { messages: [{ role: 'user', content: 'hello' }] }],
  ])('%s %j is hard', (api, body) => {
    expect(openai.request(metered(api), body).softInput).toBe(false);
  });
});

describe('another model', () => {
  test.each([
    ['chat.completions', { model: 'gpt-5' }, true],
    ['responses', { model: 'gpt-5' }, true],
    ['completions', { model: 'gpt-3.5-turbo-instruct' }, true],
    // Vectors of two models cannot be compared.
    ['embeddings', { model: 'text-embedding-3-small' }, false],
    // The model is part of a prompt that the provider keeps.
    ['responses', { prompt: { id: 'pmpt_1' } }, false],
    // What it keeps is for the model that goes on.
    ['responses.compact', { model: 'gpt-5' }, false],
  ])('of %s %j can be sent: %s', (api, body, downgradable) => {
    expect(openai.request(metered(api), body)).toMatchObject({ downgradable });
  });

  test('is all that changes', () => {
    const body = { model: 'gpt-5', input: 'Hello', max_output_tokens: 5 };
    expect(openai.rewrite(metered('responses'), body, { model: 'gpt-5-mini' })).toEqual({
      body: { ...body, model: 'gpt-5-mini' },
    });
  });
});

test.each([
  [{ service_tier: 'flex' }, 'flex'],
  [{ service_tier: 'auto' }, 'auto'],
  [{ service_tier: null }, undefined],
  [{}, undefined],
])('the tier of %j is %s', (body, tier) => {
  expect(openai.request(metered('responses'), body).tier).toBe(tier);
});

describe('rewrite', () => {
  const cases: readonly [string, JsonObject, JsonObject][] = [
    ['chat.completions', {}, { max_completion_tokens: 8 }],
    ['chat.completions', { max_tokens: 100 }, { max_tokens: 8 }],
    ['chat.completions', { max_tokens: 3 }, { max_tokens: 3 }],
    ['chat.completions', { max_completion_tokens: 99 }, { max_completion_tokens: 8 }],
    ['responses', {}, { max_output_tokens: 8 }],
    ['completions', {}, { max_tokens: 8 }],
    ['embeddings', {}, {}],
  ];
  test.each(cases)('%s %j with at most 8 becomes %j', (api, body, expected) => {
    const changed = openai.rewrite(metered(api), { ...body, model: 'm' }, { maxOutputTokens: 8 });
    expect(changed).toEqual({ body: { ...expected, model: 'm' } });
  });

  test('usage is asked for only where a stream does not already', () => {
    const stream = { stream: true, stream_options: { include_obfuscation: false } };
    expect(openai.request(metered('chat.completions'), stream).wantsUsageOption).toBe(true);
    expect(openai.rewrite(metered('chat.completions'), stream, { includeUsage: true })).toEqual({
      body: { stream: true, stream_options: { include_obfuscation: false, include_usage: true } },
    });
    const asked = { stream: true, stream_options: { include_usage: true } };
    expect(openai.request(metered('chat.completions'), asked).wantsUsageOption).toBe(false);
    expect(openai.request(metered('responses'), { stream: true }).wantsUsageOption).toBe(false);
    expect(openai.request(metered('chat.completions'), {}).wantsUsageOption).toBe(false);
  });
});

describe('bound', () => {
  test('counts every text of the conversation, and bytes bound them', () => {
    const { texts, extraTokens, maxTokens } = openai.bound(metered('chat.completions'), {
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', name: 'ada', content: [{ type: 'text', text: 'Grüße 🌊' }] },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          ],
        },
      ],
    });
    expect(texts).toEqual(['Be brief.', 'ada', 'Grüße 🌊', 'f', '{"a":1}']);
    expect(maxTokens).toBe(extraTokens + 9 + 3 + 12 + 1 + 7);
  });

  test('schemas of tools and outputs are input', () => {
    const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
    const { texts } = openai.bound(metered('chat.completions'), { messages: [], tools: [tool] });
    expect(texts).toEqual([JSON.stringify(tool)]);
  });

  test('an image costs its worst case, however long its data is', () => {
    const image = {
      type: 'image_url',
      image_url: { url: `data:image/png;base64,${'A'.repeat(1e6)}` },
    };
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content: [image] }] };
    const { texts, maxTokens } = openai.bound(metered('chat.completions'), body);
    expect(texts).toEqual([]);
    expect(maxTokens).toBeGreaterThanOrEqual(1445);
    expect(maxTokens).toBeLessThan(1500);
    const unknown = openai.bound(metered('chat.completions'), { ...body, model: 'someone-else' });
    expect(unknown.maxTokens).toBeGreaterThan(48_000);
  });

  test.each([
    ['embeddings', { input: ['ab', 'c'] }, ['ab', 'c'], 0],
    ['embeddings', { input: [[1, 2], [3]] }, [], 3],
    ['completions', { prompt: [1, 2, 3], suffix: 'end' }, ['end'], 3],
  ])('%s %j', (api, body, texts, extraTokens) => {
    expect(openai.bound(metered(api), body)).toMatchObject({ texts, extraTokens });
  });

  test('what makes no sense is no exception', () => {
    for (const body of [
      {},
      { messages: 7, tools: 'x' },
      { messages: [null, [], { content: {} }] },
    ]) {
      expect(openai.bound(metered('chat.completions'), body).maxTokens).toBeGreaterThan(0);
    }
  });
});
