// Input that is not where one looks for it is in the bound all the same, and so is every text of a request.
import type { JsonObject } from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { at, named } from '../support/named-provider.ts';
import { loadExchanges } from '../support/outcomes-exchanges.ts';

const CHAT = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';
const messages = [{ role: 'user', content: 'Hello.' }];
const invoke = (model: string): string => `/model/${model}/invoke`;

const LONG = 'tide '.repeat(1_000);
/** As a model would read it, whose tokens are bytes. */
const LONG_TOKENS = LONG.length;

const part = (of: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [of] }] });
const called = (id: string, args: unknown): JsonObject => ({
  messages: [{ role: 'assistant', tool_calls: [{ id, function: { name: 'f', arguments: args } }] }],
});
const anImage = { type: 'image', source: { type: 'url', url: 'https://a.example/a.png' } };

const INPUTS: readonly (readonly [
  what: string,
  provider: string,
  path: string,
  body: JsonObject,
  atLeast: number,
])[] = [
  ['documents', 'groq', CHAT, { messages, documents: [{ text: LONG }] }, LONG_TOKENS],
  [
    'names in documents',
    'cohere',
    '/v2/chat',
    { messages, documents: [{ data: { [LONG]: 1 } }] },
    LONG_TOKENS,
  ],
  [
    'a type in a document',
    'cohere',
    '/v1/chat',
    { message: 'a', documents: [{ type: LONG }] },
    LONG_TOKENS,
  ],
  [
    'names in results',
    'cohere',
    '/v1/chat',
    { tool_results: [{ outputs: [{ [LONG]: 1 }] }] },
    LONG_TOKENS,
  ],
  [
    'names in documents',
    'aws.bedrock',
    invoke('cohere.command-r-v1%3A0'),
    { message: 'a', documents: [{ [LONG]: 1 }] },
    LONG_TOKENS,
  ],
  ['arguments as they are', 'ollama', '/api/chat', called('1', { [LONG]: 1 }), LONG_TOKENS],
  [
    'numbers in arguments',
    'ollama',
    '/api/chat',
    called('1', { a: Array.from({ length: 999 }, () => 123_456) }),
    999 * 6,
  ],
  ['arguments as they are', 'mistral_ai', CHAT, called('1', { [LONG]: 1 }), LONG_TOKENS],
  ['arguments as they are', 'vllm', CHAT, called('1', { [LONG]: 1 }), LONG_TOKENS],
  ['ids of calls', 'moonshot_ai', CHAT, called(LONG, '{}'), LONG_TOKENS],
  ['ids of calls', 'mistral_ai', CHAT, called(LONG, '{}'), LONG_TOKENS],
  ['roles', 'vllm', CHAT, { messages: [{ role: LONG, content: 'a' }] }, LONG_TOKENS],
  ['a template', 'vllm', CHAT, { messages, chat_template: LONG }, LONG_TOKENS],
  [
    'words for a template',
    'vllm',
    CHAT,
    { messages, chat_template_kwargs: { [LONG]: 1 } },
    LONG_TOKENS,
  ],
  ['a template around a word', 'ollama', CHAT, { messages }, 512],
  ['a template around a word', 'ollama', '/v1/messages', { messages }, 512],
  ['a template around a word', 'mistral_ai', CHAT, { messages }, 256],
  ['a template around a word', 'aws.bedrock', invoke('qwen.qwen3-32b-v1%3A0'), { messages }, 256],
  [
    'starts and ends of texts',
    'mistral_ai',
    '/v1/embeddings',
    { input: Array.from({ length: 999 }, () => 'a') },
    3 * 999,
  ],
  [
    'starts and ends of texts',
    'together',
    '/v1/embeddings',
    { input: Array.from({ length: 999 }, () => 'a') },
    3 * 999,
  ],
  ['objects to embed', 'vllm', '/v1/embeddings', { input: [{ text: LONG }] }, LONG_TOKENS],
  [
    'a chat to embed',
    'vllm',
    '/v1/embeddings',
    { messages: [{ role: 'user', content: LONG }] },
    LONG_TOKENS,
  ],
  ['vectors', 'vllm', COMPLETIONS, { prompt_embeds: LONG }, LONG_TOKENS],
  [
    'an image without a type',
    'vllm',
    CHAT,
    part({ image_url: { url: 'https://a.example' } }),
    16_384,
  ],
  [
    'audio, 8 kbit a second',
    'gcp.gemini',
    '/v1beta/openai/chat/completions',
    part({ type: 'input_audio', input_audio: { data: 'A'.repeat(80_000) } }),
    60 * 32,
  ],
  [
    'an image for a model of another',
    'openrouter',
    '/api/v1/messages',
    { model: 'openai/gpt-4o-mini', ...part(anImage) },
    36_835,
  ],
  [
    'an image for a model of another',
    'ollama',
    '/v1/messages',
    { model: 'llama3.2-vision', ...part(anImage) },
    6_404,
  ],
  [
    "MCP's tools",
    'openai',
    '/v1/responses',
    {
      input: [
        {
          type: 'mcp_list_tools',
          tools: [{ input_schema: { properties: { [LONG]: { type: 'string' } } } }],
        },
      ],
    },
    LONG_TOKENS,
  ],
];

test.each(INPUTS)('the input of %s: %s %s', (_, name, path, body, atLeast) => {
  const provider = named(name);
  const { maxTokens, texts, extraTokens } = provider.bound(at(provider, path), body);
  expect(maxTokens).toBeGreaterThanOrEqual(atLeast);
  // An exact count has it as well: in a text, or beside the texts.
  expect(texts.join('').length + extraTokens).toBeGreaterThanOrEqual(atLeast);
});

test("a profile that is Claude's by its body is held for images as Claude takes them", () => {
  const provider = named('aws.bedrock');
  const match = at(
    provider,
    invoke('arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Aapplication-inference-profile%2Fa1'),
  );
  const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, ...part(anImage) };
  const { extraTokens } = provider.bound(match, body);
  expect(extraTokens).toBeGreaterThan(4_784);
  expect(extraTokens).toBeLessThan(5_000);
});

/** Fields whose values no model reads, wherever they stand. */
const UNREAD_NAMES = [
  'model|role|type|id|ttl|stream|format|name|stop|size|quality|truncation|summary|include|trace',
  'function_call|schemaVersion|cachedContent|embedding_types',
  String.raw`guardrail\w+|\w+_(?:id|type|format|version|choice)`,
];
const UNREAD = new RegExp(String.raw`(?:^|\.)(?:${UNREAD_NAMES.join('|')})(?:\.\d+)?$`, 'u');
/** By the search, by the image, or by the size of a file. */
const NOT_BY_TEXT = /rerank|images\.|audio\./u;
/** Media, whose tokens have nothing to do with their letters. */
const MEDIA = /(?:^|\.)(?:images|input_audio|image_url|image_base64|data|bytes)(?:\.|$)/u;

test('every text of every request counts: what is put in its place is in the bound', () => {
  const forgotten = new Set<string>();
  const exchanges = loadExchanges().filter(
    ({ hasRequest, match }) => hasRequest && !NOT_BY_TEXT.test(match.api),
  );
  for (const { provider, match, request } of exchanges) {
    const longer = (path: string): number => {
      const body = JSON.parse(JSON.stringify(request)) as JsonObject;
      const names = path.split('.');
      const last = names.pop() ?? '';
      const place = names.reduce<unknown>((value, name) => Object(value)[name] as unknown, body);
      Object.assign(place as object, { [last]: LONG });
      return provider.bound(match, body).maxTokens;
    };
    for (const path of textsOf(request, '')) {
      if (UNREAD.test(path) || MEDIA.test(path)) continue;
      if (longer(path) < LONG_TOKENS) forgotten.add(`${provider.name} ${match.api}: ${path}`);
    }
  }
  expect([...forgotten]).toEqual([]);
  expect(exchanges.length).toBeGreaterThan(60);
});

/** Where the texts of a value are: `messages.0.content`. */
function textsOf(value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textsOf(inner, path === '' ? name : `${path}.${name}`),
  );
}
