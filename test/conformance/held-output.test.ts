// Requests made to answer more than they are held for: limits in unusual places and spellings, answers that
// are made more than once, and what nobody but the provider knows.
import type { JsonObject, RequestFacts } from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import { at, named } from '../support/named-provider.ts';

const CHAT = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';
const messages = [{ role: 'user', content: 'Hello.' }];

type Held = Partial<
  Pick<RequestFacts, 'maxOutputTokens' | 'choices' | 'softInput' | 'clampable' | 'webSearches'>
>;

const UNLIMITED: Held = { maxOutputTokens: undefined };
const SOFT: Held = { softInput: true };

const converse = '/model/amazon.nova-lite-v1%3A0/converse';
const invoke = (model: string): string => `/model/${model}/invoke`;

const REQUESTS: readonly (readonly [
  what: string,
  provider: string,
  path: string,
  body: JsonObject,
  held: Held,
])[] = [
  // Which limit counts is not the same everywhere: the larger is held, and what a host ignores is none.
  [
    'both limits',
    'openai',
    CHAT,
    { max_tokens: 900, max_completion_tokens: 9 },
    { maxOutputTokens: 900 },
  ],
  [
    'both limits',
    'vllm',
    CHAT,
    { max_tokens: 9, max_completion_tokens: 900 },
    { maxOutputTokens: 900 },
  ],
  ['no limit', 'groq', CHAT, { max_tokens: null, max_completion_tokens: null }, UNLIMITED],
  ['a limit it ignores', 'ollama', CHAT, { max_completion_tokens: 9 }, UNLIMITED],
  ['a limit it ignores', 'deepseek', CHAT, { max_completion_tokens: 9 }, UNLIMITED],
  ['0 is no limit', 'ollama', CHAT, { max_tokens: 0 }, UNLIMITED],
  ['0 is no limit', 'lmstudio', CHAT, { max_tokens: 0 }, UNLIMITED],
  ['-1 is no limit', 'lmstudio', CHAT, { max_tokens: -1 }, UNLIMITED],
  ['-1 is no limit', 'ollama', '/api/chat', { messages, options: { num_predict: -1 } }, UNLIMITED],
  ['null is no limit', 'vllm', COMPLETIONS, { prompt: 'a', max_tokens: null }, UNLIMITED],
  [
    'a limit in quotes',
    'vllm',
    CHAT,
    { max_tokens: '900', max_completion_tokens: 9 },
    { maxOutputTokens: 900 },
  ],

  // How many answers.
  ['n in quotes', 'vllm', CHAT, { n: '5' }, { choices: 5 }],
  ['best_of in a chat', 'vllm', CHAT, { n: 2, best_of: 5 }, { choices: 5 }],
  [
    'best_of of a beam',
    'vllm',
    COMPLETIONS,
    { prompt: 'a', best_of: 5, use_beam_search: true },
    { choices: 5 },
  ],
  ['a batch of prompts', 'together', COMPLETIONS, { prompt: ['a', 'b'], n: 3 }, { choices: 6 }],
  [
    'prompts and vectors',
    'vllm',
    COMPLETIONS,
    { prompt: ['a'], prompt_embeds: ['AAAA', 'AAAA'] },
    { choices: 3 },
  ],
  ['n', 'mistral_ai', CHAT, { messages, n: 4 }, { choices: 4 }],
  ['generations', 'cohere', '/v1/generate', { prompt: 'a', num_generations: 4 }, { choices: 4 }],
  [
    'candidates in two spellings',
    'gcp.gemini',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    { generationConfig: { candidateCount: 1, candidate_count: 4 } },
    { choices: 4 },
  ],
  [
    'limits in two places',
    'gcp.gemini',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    { generationConfig: { maxOutputTokens: 9 }, generation_config: { max_output_tokens: '900' } },
    { maxOutputTokens: 900 },
  ],

  // Fields for one model, which may go before those of the call.
  [
    'a limit beside that of the call',
    'aws.bedrock',
    converse,
    {
      messages: [],
      inferenceConfig: { maxTokens: 9 },
      additionalModelRequestFields: { inferenceConfig: { maxTokens: 900 } },
    },
    { maxOutputTokens: 900, clampable: false },
  ],
  [
    'a limit for one model alone',
    'aws.bedrock',
    converse,
    { messages: [], additionalModelRequestFields: { max_tokens: 9 } },
    UNLIMITED,
  ],
  [
    'answers for one model',
    'aws.bedrock',
    converse,
    { messages: [], inferenceConfig: { maxTokens: 9 }, additionalModelRequestFields: { n: 4 } },
    { choices: 4 },
  ],
  [
    'both limits',
    'aws.bedrock',
    invoke('amazon.nova-lite-v1%3A0'),
    { messages: [], inferenceConfig: { maxTokens: 9, max_new_tokens: 900 } },
    { maxOutputTokens: 900 },
  ],
  [
    'both limits',
    'aws.bedrock',
    invoke('openai.gpt-oss-20b-1%3A0'),
    { messages, max_completion_tokens: 9, max_tokens: 900 },
    { maxOutputTokens: 900 },
  ],

  // What is thought beside an answer that is limited.
  [
    'a report',
    'perplexity',
    CHAT,
    { model: 'sonar-deep-research', max_tokens: 9 },
    { maxOutputTokens: 400_009, clampable: false, webSearches: 100, ...SOFT },
  ],
  [
    'thoughts without a limit',
    'alibaba',
    CHAT,
    { model: 'qwq-plus', max_tokens: 9 },
    { ...UNLIMITED, clampable: false },
  ],
  [
    'thoughts with a limit',
    'alibaba',
    CHAT,
    { model: 'qwen-plus', max_tokens: 9, enable_thinking: true, thinking_budget: 900 },
    { maxOutputTokens: 909 },
  ],
  [
    'no thoughts',
    'alibaba',
    CHAT,
    { model: 'qwen3-8b', max_tokens: 9, enable_thinking: false },
    { maxOutputTokens: 9, clampable: true },
  ],

  // Input that the provider adds, or another model than the one that is named.
  [
    'fallbacks',
    'openrouter',
    CHAT,
    { model: 'openai/gpt-5-nano', models: ['openai/gpt-5-pro'] },
    SOFT,
  ],
  ['searches by a plugin', 'openrouter', CHAT, { plugins: [{ id: 'web' }] }, SOFT],
  ['no plugins', 'openrouter', CHAT, { plugins: [], models: [] }, { softInput: false }],
  ['searches', 'openrouter', CHAT, { model: 'openai/gpt-5-nano:online' }, SOFT],
  ['any model', 'openrouter', CHAT, { model: 'openrouter/auto' }, SOFT],
  [
    'a model that searches',
    'openai',
    CHAT,
    { model: 'gpt-5-search-api' },
    { ...SOFT, webSearches: 1 },
  ],
  [
    'data of a search index',
    'azure.ai.openai',
    '/openai/deployments/prod/chat/completions',
    { data_sources: [{ type: 'azure_search' }] },
    SOFT,
  ],
  ['searches', 'alibaba', CHAT, { enable_search: true }, SOFT],
  [
    'no searches',
    'alibaba',
    CHAT,
    { enable_search: false, web_search_options: null },
    { softInput: false },
  ],
  [
    'searches',
    'x_ai',
    CHAT,
    { search_parameters: { mode: 'on', max_search_results: 30 } },
    { ...SOFT, webSearches: 30 },
  ],
  ['searches', 'x_ai', CHAT, { search_parameters: { mode: 'auto' } }, { ...SOFT, webSearches: 20 }],
  ['a system of models', 'groq', CHAT, { model: 'groq/compound' }, SOFT],
  [
    'a template',
    'vllm',
    CHAT,
    { chat_template: '{% for each in range(9999) %}a{% endfor %}' },
    SOFT,
  ],
  [
    'a part without a type',
    'vllm',
    CHAT,
    { messages: [{ role: 'user', content: [{ video_url: { url: 'https://a.example' } }] }] },
    SOFT,
  ],
  [
    'a cache',
    'gcp.gemini',
    '/v1beta/openai/chat/completions',
    { extra_body: { google: { cached_content: 'cachedContents/a' } } },
    SOFT,
  ],
  [
    'fallbacks',
    'anthropic',
    '/v1/messages',
    { model: 'claude-haiku-4-5', max_tokens: 9, fallbacks: [{ model: 'claude-opus-4-1' }] },
    SOFT,
  ],
];

test.each(REQUESTS)('%s: %s %s %j', (_, name, path, body, held) => {
  const provider = named(name);
  expect(provider.request(at(provider, path), body)).toMatchObject(held);
});

test('a gateway is charged the thoughts that only the total of its report has', () => {
  const body = { usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 64 } };
  const { usage } = named('openai-compatible').usage('chat.completions', body);
  expect(usage).toMatchObject({ inputTokens: 11, outputTokens: 53, reasoningTokens: 50 });
});

describe('a clamp', () => {
  test.each([
    ['ollama', { max_tokens: 0 }, { max_tokens: 50 }],
    ['ollama', { max_completion_tokens: 9 }, { max_completion_tokens: 9, max_tokens: 50 }],
    ['vllm', { max_tokens: '900' }, { max_tokens: 50 }],
    ['vllm', { max_tokens: 9_000_000_000 }, { max_tokens: 50 }],
    ['vllm', { max_tokens: null }, { max_tokens: null, max_completion_tokens: 50 }],
  ] as const)('of %s replaces what limits nothing: %j', (name, body, sent) => {
    const provider = named(name);
    const { body: changed } = provider.rewrite(at(provider, CHAT), body, { maxOutputTokens: 50 });
    expect(changed).toEqual(sent);
  });
});
