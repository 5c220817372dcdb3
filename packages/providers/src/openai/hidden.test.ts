// Output that no stream shows, and searches that are billed apart.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { openai } from './index.ts';

const metered = (api: string): Metered => ({ kind: 'metered', api, operation: 'x', path: '/' });
const hidden = (body: JsonObject, api = 'responses') =>
  openai.request(metered(api), body).hiddenOutput;

const HIDDEN =
  'o1 o3-mini-2025-01-31 o4-mini-deep-research codex-mini-latest ft:o4-mini:acme gpt-5 gpt-5-mini ' +
  'gpt-5-search-api gpt-5.1-codex gpt-5.2-pro gpt-5.5 gpt-5.1-chat-latest chat-latest gpt-6.1-sol ' +
  'gpt-rosalind-research computer-use-preview gpt-10';

test.each(HIDDEN.split(' '))('%s reasons unseen', (model) => {
  expect(hidden({ model })).toBe(true);
  expect(hidden({ model, reasoning: { effort: 'none' } })).toBe(false);
  expect(hidden({ model, reasoning_effort: 'none' }, 'chat.completions')).toBe(false);
});

const SHOWN =
  'gpt-4o-mini gpt-4.1 gpt-4 gpt-3.5-turbo chatgpt-4o-latest ft:gpt-4o:acme gpt-4o-search-preview ' +
  'gpt-audio gpt-5-chat-latest gpt-oss-120b llama-4 gpt-5.1 gpt-5.2-2025-12-11';

test.each(SHOWN.split(' '))('%s shows all it makes', (model) => {
  expect(hidden({ model })).toBe(false);
});

test.each([
  ['gpt-5.1 that is asked to reason', { model: 'gpt-5.1', reasoning: { effort: 'low' } }],
  ['a run in the background', { model: 'gpt-4o', background: true }],
  ['words of a prediction that are rejected', { model: 'gpt-4o', prediction: { content: 'x' } }],
  ['speech', { model: 'gpt-audio', modalities: ['text', 'audio'] }],
])('%s is not all seen', (_, body) => {
  expect(hidden(body)).toBe(true);
});

test('what a chat may say aloud is charged as audio where nobody reports it', () => {
  const facts = openai.request(metered('chat.completions'), { modalities: ['text', 'audio'] });
  expect(facts.outputMedia).toBe('audio');
  const input_audio = { format: 'wav', data: 'A'.repeat(4_000) };
  const messages = [{ role: 'user', content: [{ type: 'input_audio', input_audio }] }];
  expect(openai.bound(metered('chat.completions'), { messages }).audioTokens).toBe(38);
});

describe('searches', () => {
  const search = [{ type: 'web_search_preview' }];
  const most: readonly [string, JsonObject, number][] = [
    ['responses', { tools: search }, 10],
    ['responses', { tools: search, max_tool_calls: 3 }, 3],
    ['responses', { tools: [{ type: 'web_search' }], model: 'o3-deep-research' }, 100],
    ['responses', { tools: [{ type: 'file_search' }] }, 0],
    ['chat.completions', { model: 'gpt-4o-mini-search-preview-2025-03-11' }, 1],
    ['chat.completions', { model: 'gpt-5-search-api' }, 1],
    ['chat.completions', { model: 'gpt-4o' }, 0],
  ];
  test.each(most)('%s %j: at most %i', (api, body, webSearches) => {
    expect(openai.request(metered(api), body).webSearches).toBe(webSearches);
  });

  const usage = { input_tokens: 9, output_tokens: 5 };
  const call = (action?: string) => ({
    type: 'web_search_call',
    ...(action ? { action: { type: action } } : {}),
  });

  test('are the calls that searched, or what the provider bills', () => {
    const output = [call('search'), call('open_page'), call('find_in_page'), call(), {}];
    expect(openai.usage('responses', { usage, output }).usage?.webSearches).toBe(2);
    const tool_usage = { web_search: { num_requests: 1 } };
    expect(openai.usage('responses', { usage, output, tool_usage }).usage?.webSearches).toBe(1);
  });

  test('are not all that a tool may cost: an image model has its own usage', () => {
    const image_gen = {
      input_tokens: 30,
      output_tokens: 1056,
      input_tokens_details: { text_tokens: 30, image_tokens: 0 },
      output_tokens_details: { text_tokens: 0, image_tokens: 1056 },
    };
    const tools = [{ type: 'function' }, { type: 'image_generation', model: 'gpt-image-1-mini' }];
    const response = { status: 'completed', usage, tools, tool_usage: { image_gen } };
    const drawn = {
      model: 'gpt-image-1-mini',
      usage: { inputTokens: 30, outputTokens: 1056, outputImageTokens: 1056 },
    };
    expect(openai.usage('responses', response).alsoUsed).toMatchObject([drawn]);
    const reader = openai.stream('responses');
    reader.read({
      name: undefined,
      data: JSON.stringify({ type: 'response.completed', response }),
    });
    expect(reader.facts().alsoUsed).toMatchObject([drawn]);
    const unused = { image_gen: { input_tokens: 0, output_tokens: 0 } };
    const without = openai.usage('responses', { ...response, tool_usage: unused });
    expect(without.alsoUsed).toBeUndefined();
  });

  test('are counted in streams', () => {
    const reader = openai.stream('responses');
    const response = { status: 'completed', usage, output: [call('search')] };
    const data = JSON.stringify({ type: 'response.completed', response });
    reader.read({ name: 'response.completed', data });
    expect(reader.facts().usage?.webSearches).toBe(1);

    const chat = openai.stream('chat.completions');
    const chunk = { model: 'gpt-4o-search-preview-2025-03-11', choices: [], usage };
    chat.read({ name: undefined, data: JSON.stringify(chunk) });
    expect(chat.facts().usage?.webSearches).toBe(1);
  });
});
