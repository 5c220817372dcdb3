// Ways in which hosts that speak OpenAI's API report usage that plain reading gets wrong, through a
// guarded call to what it is charged. docs/adding-a-provider.md lists all traps.
import type { CommitRequest, Usage } from '@spendfuse/core';
import {
  type JsonObject,
  type Metered,
  openaiCompatible,
  together,
  xai,
} from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { factsOf } from '../support/conformance.ts';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import { boundariesOf, replay, type Replayed } from '../support/outcomes-replay.ts';

const exchanges = new Map(
  loadExchanges()
    .filter(({ isRecorded }) => !isRecorded)
    .map((exchange) => [exchange.name, exchange]),
);

function fixture(name: string): Exchange {
  const exchange = exchanges.get(`${name}.json`);
  if (!exchange) throw new Error(`there is no fixture ${name}`);
  return exchange;
}

function play(name: string, options: { readonly until?: number } = {}): Promise<Replayed> {
  const exchange = fixture(name);
  const end = boundariesOf(exchange).at(options.until ?? -1) ?? Infinity;
  const chunks = [exchange.body.subarray(0, exchange.isStream ? end : Infinity)];
  const error = new TypeError('terminated');
  return replay({ exchange, chunks, ...(options.until === undefined ? {} : { error }) });
}

async function charged(name: string): Promise<CommitRequest> {
  const { commits } = await play(name);
  expect(commits).toHaveLength(1);
  return commits[0]!;
}

async function usageOf(name: string): Promise<Usage> {
  const { usage, usageSource } = await charged(name);
  expect(usageSource).toBe('provider');
  return usage;
}

const chat: Metered = {
  kind: 'metered',
  api: 'chat.completions',
  operation: 'chat',
  path: '/v1/chat/completions',
};

test('xAI: reasoning is on top of the output in chats, and part of it in responses', async () => {
  const told = { outputTokens: 52, reasoningTokens: 50 };
  expect(await usageOf('xai/chat')).toMatchObject(told);
  expect(await usageOf('xai/chat-stream')).toMatchObject(told);
  const inResponses = await usageOf('xai/responses-stream');
  expect(inResponses).toMatchObject({ outputTokens: 90, reasoningTokens: 60 });
  // Where the total has room for the rest alone, it is no more than that.
  const usage = {
    prompt_tokens: 30,
    completion_tokens: 52,
    total_tokens: 82,
    completion_tokens_details: { reasoning_tokens: 50 },
  };
  expect(xai.usage('chat.completions', { usage }).usage).toMatchObject(told);
});

test('xAI: 10^10 ticks of the bill are a dollar', () => {
  expect(factsOf(fixture('xai/chat')).reportedCostNanoUsd).toBe(32_750);
  expect(factsOf(fixture('xai/responses-stream')).reportedCostNanoUsd).toBe(15_715_600);
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost_in_usd_ticks: 11 };
  expect(xai.usage('chat.completions', { usage }).reportedCostNanoUsd).toBe(2);
  const garbage = { ...usage, cost_in_usd_ticks: -1 };
  expect(xai.usage('chat.completions', { usage: garbage }).reportedCostNanoUsd).toBeUndefined();
});

test('Groq: usage stands at the top, in x_groq or in both, and is never added', async () => {
  const told = { inputTokens: 84, outputTokens: 21, cacheReadTokens: 64, reasoningTokens: 12 };
  expect(await usageOf('groq/chat-stream-x-groq')).toMatchObject(told);
  expect(await usageOf('groq/chat-stream-repeated')).toMatchObject(told);
  // Of an answer that is no stream it is about the cache of the hardware.
  expect(await usageOf('groq/chat')).toMatchObject(told);
});

test('Together: a stream reports unasked, one with tools only when asked', async () => {
  expect(await usageOf('together/chat-stream')).toMatchObject({ inputTokens: 44, outputTokens: 5 });
  expect(await usageOf('together/chat-stream-tools-asked')).toMatchObject({ outputTokens: 12 });
  const { hidesUsage, commits } = await play('together/chat-stream-tools-unasked');
  expect(hidesUsage).toBe(true);
  expect(commits).toMatchObject([{ usageSource: 'estimated' }]);
});

test('Together: the text stands in two places of a chunk, and is seen once', async () => {
  const { commits } = await play('together/chat-stream', { until: 1 });
  // `Sargasso.`, and not twice.
  const { outputTokens } = commits[0]!.usage;
  expect(outputTokens).toBeGreaterThanOrEqual(2);
  expect(outputTokens).toBeLessThanOrEqual('Sargasso.'.length + 2);
});

test('Together: a completion without a limit is no short one', async () => {
  const { request, match } = fixture('together/completions');
  expect(together.request(match, request).maxOutputTokens).toBeUndefined();
  expect(await usageOf('together/completions')).toMatchObject({ outputTokens: 210 });
});

test('DeepSeek: input is what hit the cache and what missed it', async () => {
  const told = { inputTokens: 140, cacheReadTokens: 128 };
  expect(await usageOf('deepseek/chat-hits-and-misses')).toMatchObject(told);
  expect(await usageOf('deepseek/chat-stream')).toMatchObject(told);
  // In Anthropic's words they stand side by side.
  expect(await usageOf('deepseek/messages')).toMatchObject(told);
});

test('Perplexity: each report counts all until then, and the bill comes with the last', async () => {
  expect(await usageOf('perplexity/chat-stream')).toMatchObject({ outputTokens: 9 });
  expect(factsOf(fixture('perplexity/chat-stream')).reportedCostNanoUsd).toBe(6_165_000);
  // Broken off behind the second chunk: what that one says is not yet all.
  const { commits } = await play('perplexity/chat-stream', { until: 1 });
  expect(commits).toMatchObject([{ usageSource: 'estimated' }]);
  expect(commits[0]!.usage.outputTokens).toBeGreaterThanOrEqual(4);
});

test('Perplexity: deep research bills apart what it reasoned, cited and searched', async () => {
  expect(await usageOf('perplexity/deep-research')).toMatchObject({
    inputTokens: 1010,
    outputTokens: 5200,
    reasoningTokens: 5000,
    webSearches: 7,
  });
});

test('Moonshot: usage is in the choice unasked, and again at the end where it is asked for', async () => {
  const told = { inputTokens: 90, outputTokens: 20, cacheReadTokens: 64, reasoningTokens: 9 };
  expect(await usageOf('moonshot/chat-stream')).toMatchObject(told);
  expect(await usageOf('moonshot/chat-stream-asked')).toMatchObject(told);
});

test('Fireworks: each choice ends with a report of all of them', async () => {
  expect(await usageOf('fireworks/chat-stream')).toMatchObject({ outputTokens: 18 });
});

test('OpenRouter: the report comes behind the end of the answer, and has the bill', async () => {
  expect(await usageOf('openrouter/chat-stream')).toMatchObject({ outputTokens: 40 });
  expect(factsOf(fixture('openrouter/chat-stream')).reportedCostNanoUsd).toBe(550_000);
  // With a key of one's own its provider bills the rest.
  expect(factsOf(fixture('openrouter/chat-own-key')).reportedCostNanoUsd).toBe(1_155_000);
});

test('Details of usage can be in the singular', async () => {
  expect(await usageOf('openai-compatible/chat-singular-details')).toMatchObject({
    cacheReadTokens: 32,
    reasoningTokens: 4,
  });
});

test('Status 200 with an error in the stream before any output is a refusal', async () => {
  for (const name of ['openai-compatible/chat-stream-error', 'openrouter/chat-stream-error']) {
    const { commits, releases } = await play(name);
    expect({ name, commits, releases: releases.length }).toEqual({
      name,
      commits: [],
      releases: 1,
    });
  }
  const old = { object: 'error', message: 'No.', type: 'BadRequestError', code: 400 };
  const reader = openaiCompatible.stream('chat.completions');
  reader.read({ name: undefined, data: JSON.stringify(old) });
  expect(reader.facts().errorType).toBe('BadRequestError');
});

test('Templates of chats add input that no request shows', () => {
  const body: JsonObject = { model: 'Qwen/Qwen2.5-72B-Instruct-Turbo', messages: [] };
  // Qwen's says who it is in 21 tokens, where nobody else does; xAI adds up to 190.
  for (const { bound } of [together, openaiCompatible, xai]) {
    expect(bound(chat, body).maxTokens).toBeGreaterThan(190);
  }
});
