// The hosts that speak OpenAI's API: what each is asked for, held for, and what of it no stream shows.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered, Provider } from '../provider.ts';
import { providers } from '../registry.ts';

function named(name: string): Provider {
  const provider = providers.find((each) => each.name === name);
  if (!provider) throw new Error(`there is no provider ${name}`);
  return provider;
}

const metered = (api = 'chat.completions'): Metered => ({
  kind: 'metered',
  api,
  operation: 'chat',
  path: '/',
});
const request = (name: string, body: JsonObject, api?: string) =>
  named(name).request(metered(api), { messages: [], ...body });

/** Name, whether a stream is asked for its usage, the limit a clamp adds, the limit of a completion. */
const HOSTS = [
  ['groq', false, 'max_completion_tokens', 16],
  ['deepseek', false, 'max_tokens', undefined],
  ['x_ai', true, 'max_completion_tokens', undefined],
  ['perplexity', false, 'max_tokens', 16],
  ['openrouter', false, 'max_tokens', undefined],
  ['together', true, 'max_tokens', undefined],
  ['fireworks', false, 'max_tokens', undefined],
  ['vllm', true, 'max_completion_tokens', 16],
  ['lmstudio', true, 'max_tokens', undefined],
  ['moonshot_ai', false, 'max_tokens', undefined],
  ['alibaba', true, 'max_tokens', undefined],
  ['openai-compatible', false, 'max_tokens', undefined],
] as const;

/** Only `max_tokens` is documented there. */
const IGNORE_NEW_LIMIT: ReadonlySet<string> = new Set(['deepseek', 'perplexity', 'together']);

describe.each(HOSTS)('%s', (name, asks, limit, completions) => {
  test(`a stream is ${asks ? '' : 'not '}asked for its usage`, () => {
    expect(request(name, { stream: true }).wantsUsageOption).toBe(asks);
    const stream_options = { include_usage: true };
    expect(request(name, { stream: true, stream_options }).wantsUsageOption).toBe(false);
    expect(request(name, {}).wantsUsageOption).toBe(false);
  });

  test(`a clamp adds ${limit}, and lowers the limit that is there`, () => {
    const { rewrite } = named(name);
    const change = { maxOutputTokens: 5 };
    expect(rewrite(metered(), {}, change).body).toEqual({ [limit]: 5 });
    const ignored = IGNORE_NEW_LIMIT.has(name);
    for (const given of ['max_tokens', 'max_completion_tokens']) {
      const isIgnored = ignored && given === 'max_completion_tokens';
      const added = isIgnored ? { [given]: 9, max_tokens: 5 } : { [given]: 5 };
      expect(rewrite(metered(), { [given]: 9 }, change).body).toEqual(added);
      expect(request(name, { [given]: 9 }).maxOutputTokens).toBe(isIgnored ? undefined : 9);
    }
  });

  test('a completion without a limit', () => {
    expect(request(name, { prompt: 'The' }, 'completions').maxOutputTokens).toBe(completions);
  });
});

describe('reasoning', () => {
  test.each<[string, string, JsonObject, boolean]>([
    ['groq', 'qwen/qwen3-32b', {}, false],
    ['groq', 'qwen/qwen3-32b', { reasoning_format: 'hidden' }, true],
    ['groq', 'openai/gpt-oss-20b', { include_reasoning: false }, true],
    ['deepseek', 'deepseek-reasoner', {}, false],
    ['x_ai', 'grok-3-mini', {}, false],
    ['x_ai', 'grok-code-fast-1', {}, false],
    ['x_ai', 'grok-3', {}, false],
    ['x_ai', 'grok-4-fast-non-reasoning', {}, false],
    ['x_ai', 'grok-4-0709', {}, true],
    ['x_ai', 'grok-4.3', { reasoning_effort: 'none' }, false],
    ['x_ai', 'grok-3', { deferred: true }, true],
    ['perplexity', 'sonar-reasoning-pro', {}, false],
    ['perplexity', 'sonar-deep-research', { reasoning_effort: 'low' }, true],
    ['openrouter', 'openai/gpt-5', {}, true],
    ['openrouter', 'openai/gpt-4o', {}, false],
    ['openrouter', 'openai/gpt-5', { reasoning: { effort: 'none' } }, false],
    ['openrouter', 'deepseek/deepseek-r1', {}, false],
    ['openrouter', 'deepseek/deepseek-r1', { reasoning: { exclude: true } }, true],
    ['openrouter', 'deepseek/deepseek-r1', { include_reasoning: false }, true],
    ['openrouter', 'anthropic/claude-sonnet-4.5', {}, false],
    ['openrouter', 'anthropic/claude-sonnet-4.5', { reasoning: { max_tokens: 2000 } }, true],
    ['openrouter', 'google/gemini-2.5-pro', {}, true],
    ['openrouter', 'openrouter/auto', {}, true],
    ['vllm', 'Qwen/Qwen3-8B', {}, false],
    ['vllm', 'Qwen/Qwen3-8B', { include_reasoning: false }, true],
    ['openai-compatible', 'openai/gpt-5', {}, true],
    ['openai-compatible', 'llama-3', {}, false],
  ])('%s %s %j is kept back: %s', (name, model, body, hidden) => {
    expect(request(name, { model, ...body }).hiddenOutput).toBe(hidden);
  });

  test('of models that show it in chats, responses may not', () => {
    expect(request('x_ai', { model: 'grok-3-mini' }, 'responses').hiddenOutput).toBe(true);
    expect(request('perplexity', { model: 'openai/gpt-5' }, 'responses').hiddenOutput).toBe(true);
  });
});

test.each([
  ['groq', '/openai/v1/chat/completions', 'chat.completions'],
  ['groq', '/openai/v1/audio/translations', 'audio.translations'],
  ['groq', '/openai/v1/audio/speech', 'unknown'],
  ['groq', '/openai/v1/batches', 'unknown'],
  ['deepseek', '/beta/completions', 'completions'],
  ['deepseek', '/anthropic/v1/messages', 'messages'],
  ['deepseek', '/anthropic/v1/messages/count_tokens', 'free'],
  ['x_ai', '/v1/responses', 'responses'],
  ['x_ai', '/v1/images/generations', 'unknown'],
  ['perplexity', '/v1/sonar', 'chat.completions'],
  ['perplexity', '/async/chat/completions', 'unknown'],
  ['perplexity', '/search', 'unknown'],
  ['openrouter', '/api/v1/messages', 'messages'],
  ['openrouter', '/api/v1/embeddings', 'embeddings'],
  ['fireworks', '/inference/v1/completions', 'completions'],
  ['moonshot_ai', '/v1/tokenizers/estimate-token-count', 'free'],
  ['alibaba', '/compatible-mode/v1/embeddings', 'embeddings'],
  ['alibaba', '/apps/anthropic/v1/messages', 'messages'],
  ['alibaba', '/api/v1/services/aigc/text-generation/generation', 'unknown'],
  ['vllm', '/v1/messages', 'messages'],
  ['vllm', '/tokenize', 'free'],
  ['lmstudio', '/api/v0/chat/completions', 'chat.completions'],
  ['lmstudio', '/api/v1/chat', 'unknown'],
  ['lmstudio', '/hmr', 'free'],
  ['openai-compatible', '/proxy/v1/chat/completions', 'chat.completions'],
])('%s: POST %s is %s', (name, path, expected) => {
  const match = named(name).match({ method: 'POST', path });
  expect(match.kind === 'metered' ? match.api : match.kind).toBe(expected);
});

test('messages are read and changed as Anthropic has them, chats are not', () => {
  const { rewrite, usage, stream } = named('openrouter');
  const change = { maxOutputTokens: 5, includeUsage: true };
  expect(rewrite(metered('messages'), { max_tokens: 9 }, change).body).toEqual({ max_tokens: 5 });
  const wire = { input_tokens: 3, cache_read_input_tokens: 10, output_tokens: 4 };
  expect(usage('messages', { usage: wire }).usage?.inputTokens).toBe(13);
  expect(usage('chat.completions', { usage: wire }).usage?.inputTokens).toBe(3);
  const reader = stream('messages');
  const data = JSON.stringify({ type: 'message_start', message: { usage: wire } });
  reader.read({ name: 'message_start', data });
  expect(reader.facts().usage?.inputTokens).toBe(13);
});

describe('transcription at Groq', () => {
  const api = 'audio.transcriptions';
  const file = { name: 'a.mp3', type: 'audio/mpeg', bytes: 80_000 };

  test('is held by the second, and charged ten at least', () => {
    const body = { model: 'whisper-large-v3', file };
    const { bound, usage } = named('groq');
    expect(bound(metered(api), body)).toMatchObject({ maxTokens: 100, audioTokens: 100 });
    const short = { ...body, file: { ...file, bytes: 80 } };
    expect(bound(metered(api), short).maxTokens).toBe(10);
    expect(usage(api, { text: 'x', duration: 61.2 }).usage?.inputAudioTokens).toBe(62);
    expect(usage(api, { text: 'x', duration: 1 }).usage?.inputTokens).toBe(10);
  });

  test.each([{ text: 'x' }, { duration: '61' }, { duration: -1 }, { duration: 1e12 }, null])(
    '%j does not tell how long it was',
    (body) => {
      expect(named('groq').usage(api, body).usage).toBeUndefined();
    },
  );
});

test('reports of unknown shape are left out, and parts are no more than their whole', () => {
  for (const { usage } of HOSTS.map(([name]) => named(name))) {
    for (const wire of [null, [], 'x', 5, { prompt_tokens: 'x' }, { cost: {}, cost_details: 1 }]) {
      expect(usage('chat.completions', { usage: wire, choices: 'x' }).usage).toBeUndefined();
    }
    const odd = {
      prompt_tokens: 5,
      completion_tokens: 5,
      total_tokens: 10,
      cached_tokens: 90,
      prompt_tokens_details: { cached_tokens: 90, cache_creation_input_tokens: 90 },
      completion_tokens_details: { reasoning_tokens: 90 },
    };
    const read = usage('chat.completions', { usage: odd }).usage!;
    expect(read.cacheReadTokens + read.cacheWriteTokens).toBeLessThanOrEqual(read.inputTokens);
    expect(read.reasoningTokens).toBeLessThanOrEqual(read.outputTokens);
  }
});
