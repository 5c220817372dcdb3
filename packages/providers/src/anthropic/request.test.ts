// What a request to Anthropic asks for, as the guard needs to know it.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { request } from './request.ts';
import { ASSUMED_SEARCHES } from './tools.ts';

const messages: Metered = { kind: 'metered', api: 'messages', operation: 'chat', path: '/' };
const base = { model: 'claude-sonnet-4-6', max_tokens: 500, messages: [] };
const factsOf = (more: JsonObject): RequestFacts => request(messages, { ...base, ...more });

test('a plain request', () => {
  expect(factsOf({})).toEqual({
    model: 'claude-sonnet-4-6',
    stream: false,
    maxOutputTokens: 500,
    choices: 1,
    clampable: true,
    downgradable: true,
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    hiddenOutput: false,
    webSearches: 0,
  });
  expect(factsOf({ stream: true }).stream).toBe(true);
});

test('the older API has a limit of another name', () => {
  const body = { model: 'claude-2.1', prompt: 'Human: hello', max_tokens_to_sample: 300 };
  const facts = request({ ...messages, api: 'complete' }, body);
  expect(facts).toMatchObject({ maxOutputTokens: 300, hiddenOutput: false, softInput: false });
});

test.each([
  ['none at all: the cache is only warmed', { max_tokens: 0 }, 0],
  ['what the API would refuse', { max_tokens: '12' }, undefined],
  ['the largest of all models that may be asked', fallback({ max_tokens: 900 }), 900],
  ['a fallback without one has that of the request', fallback({}), 500],
])('the most output: %s', (_, more, most) => {
  expect(factsOf(more).maxOutputTokens).toBe(most);
});

function fallback(entry: JsonObject): JsonObject {
  return { fallbacks: [{ model: 'claude-opus-4-8', ...entry }] };
}

test('what a change would break is not changed', () => {
  expect(factsOf(fallback({}))).toMatchObject({ clampable: true, downgradable: false });
  const credit = factsOf({ fallback_credit_token: 'token' });
  expect(credit).toMatchObject({ clampable: false, downgradable: false });
  const edits = {
    thinking: { type: 'enabled', budget_tokens: 2000 },
    context_management: { edits: [{ type: 'clear_thinking_20251015' }] },
  };
  expect(factsOf(edits).clampable).toBe(false);
});

describe('output that no stream shows', () => {
  test.each<[string, unknown, boolean]>([
    ['claude-3-opus-20240229', undefined, false],
    ['claude-haiku-4-5', undefined, false],
    ['claude-opus-4-8', undefined, false],
    // These think unless they are told not to.
    ['claude-sonnet-5', undefined, true],
    ['claude-fable-5', undefined, true],
    ['someones-alias', undefined, true],
    ['claude-sonnet-5', { type: 'disabled' }, false],
    // A summary is shown, and the whole is billed.
    ['claude-sonnet-4-6', { type: 'enabled', budget_tokens: 1024 }, true],
    ['claude-opus-4-8', { type: 'adaptive', display: 'summarized' }, true],
    ['claude-opus-4-8', { type: 'adaptive', display: 'omitted' }, true],
    ['claude-opus-5', { type: 'between_tools' }, true],
  ])('%s with thinking %j: %s', (model, thinking, hidden) => {
    expect(factsOf({ model, thinking }).hiddenOutput).toBe(hidden);
  });

  test('calls that a search tool is told to leave out', () => {
    const tool = {
      type: 'web_search_20260318',
      name: 'web_search',
      response_inclusion: 'excluded',
    };
    expect(factsOf({ tools: [tool] }).hiddenOutput).toBe(true);
  });
});

describe('searches', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };

  test.each([
    ['as many as the tool allows', [{ ...search, max_uses: 3 }], 3],
    ['a documented guess where it allows any number', [search], ASSUMED_SEARCHES],
    ['null is no limit either', [{ ...search, max_uses: null }], ASSUMED_SEARCHES],
    [
      'the sum of all tools',
      [
        { ...search, max_uses: 3 },
        { ...search, max_uses: 4 },
      ],
      7,
    ],
    ['none where the tool is of the caller', [{ name: 'web_search', input_schema: {} }], 0],
    ['a fetch is not billed apart', [{ type: 'web_fetch_20250910', name: 'web_fetch' }], 0],
  ])('%s', (_, tools, searches) => {
    expect(factsOf({ tools }).webSearches).toBe(searches);
  });
});

describe('input that the request does not show', () => {
  const block = (content: JsonObject): JsonObject => ({
    messages: [{ role: 'user', content: [content] }],
  });
  const document = (source: JsonObject): JsonObject => block({ type: 'document', source });

  test.each<[string, JsonObject]>([
    ['a search tool', { tools: [{ type: 'web_search_20260209', name: 'web_search' }] }],
    ['code that runs there', { tools: [{ type: 'code_execution_20260120' }] }],
    ['a tool nobody knows yet', { tools: [{ type: 'telepathy_20270101' }] }],
    ['MCP servers', { mcp_servers: [{ type: 'url', url: 'https://mcp.example', name: 'x' }] }],
    ['a container', { container: 'container_1' }],
    ['a conversation kept there', { thread: { type: 'continue', previous_message_id: 'msg_1' } }],
    ['a conversation that is shortened', { context_management: { edits: [] } }],
    ['a file by its id', document({ type: 'file', file_id: 'file_1' })],
    ['a file by its URL', document({ type: 'url', url: 'https://example.com/a.pdf' })],
    ['a PDF', document({ type: 'base64', media_type: 'application/pdf', data: 'AAAA' })],
    ['a file in a container', block({ type: 'container_upload', file_id: 'file_1' })],
    [
      'a document that is cut up to be cited',
      block({
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'hello' },
        citations: { enabled: true },
      }),
    ],
    [
      'a PDF in the result of a tool',
      block({
        type: 'tool_result',
        tool_use_id: 'toolu_1',
        content: [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }],
      }),
    ],
  ])('%s', (_, more) => {
    expect(factsOf(more).softInput).toBe(true);
  });

  test.each<[string, JsonObject]>([
    ['tools of the caller', { tools: [{ name: 'get_weather', input_schema: {} }] }],
    ['a shell of the caller', { tools: [{ type: 'bash_20250124', name: 'bash' }] }],
    ['a conversation that is to be kept', { thread: { type: 'create' } }],
    ['an image by its URL', block({ type: 'image', source: { type: 'url', url: 'https://x' } })],
    ['a plain text document', document({ type: 'text', media_type: 'text/plain', data: 'hello' })],
    ['an answer with citations', block({ type: 'text', text: 'hello', citations: [{}] })],
  ])('not %s', (_, more) => {
    expect(factsOf(more).softInput).toBe(false);
  });
});

test.each<[string | undefined, JsonObject]>([
  [undefined, {}],
  [undefined, { service_tier: 'auto' }],
  ['standard_only', { service_tier: 'standard_only' }],
  [undefined, { speed: 'standard', inference_geo: 'global' }],
  ['fast', { speed: 'fast' }],
  ['us', { inference_geo: 'us' }],
  ['fast-us', { speed: 'fast', inference_geo: 'us', service_tier: 'auto' }],
])('tier %s of %j', (tier, more) => {
  expect(factsOf(more).tier).toBe(tier);
});

test('garbage is no request, and no reason to throw', () => {
  const garbage = { model: 1, tools: 'x', messages: 7, thinking: [], fallbacks: {}, system: null };
  expect(request(messages, garbage)).toMatchObject({ model: '', maxOutputTokens: undefined });
});
