// What Anthropic reports, counted inclusively.
import { NO_USAGE, type Usage } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../provider.ts';
import { usage } from './usage.ts';

const usageOf = (wire: JsonObject): Usage | undefined => usage('messages', { usage: wire }).usage;

test('input and caches stand side by side, and are summed', () => {
  const wire = {
    input_tokens: 1,
    cache_read_input_tokens: 1143,
    cache_creation_input_tokens: 126,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 26 },
    output_tokens: 50,
    output_tokens_details: { thinking_tokens: 20 },
    server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
  };
  expect(usageOf(wire)).toEqual({
    ...NO_USAGE,
    inputTokens: 1270,
    outputTokens: 50,
    cacheReadTokens: 1143,
    cacheWriteTokens: 126,
    cacheWrite1hTokens: 26,
    reasoningTokens: 20,
    webSearches: 2,
  });
});

test('the other facts of an answer', () => {
  const facts = usage('messages', {
    id: 'msg_1',
    model: 'claude-sonnet-4-6',
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 2, service_tier: 'standard', inference_geo: 'us' },
  });
  expect(facts).toMatchObject({
    id: 'msg_1',
    model: 'claude-sonnet-4-6',
    tier: 'us',
    finishReasons: ['end_turn'],
    errorType: undefined,
  });
});

test.each<[string | undefined, JsonObject]>([
  ['standard', { service_tier: 'standard', inference_geo: 'global' }],
  ['priority', { service_tier: 'priority', inference_geo: 'us' }],
  ['fast', { service_tier: 'standard', speed: 'fast' }],
  [undefined, {}],
])('the tier that served: %s', (tier, wire) => {
  expect(usage('messages', { usage: wire }).tier).toBe(tier);
});

test('an error', () => {
  const error = { type: 'rate_limit_error', message: 'slow down' };
  expect(usage('messages', { type: 'error', error })).toMatchObject({
    usage: undefined,
    errorType: 'rate_limit_error',
  });
});

test('the older API reports none', () => {
  const facts = usage('complete', {
    id: 'compl_1',
    completion: 'Hi',
    stop_reason: 'stop_sequence',
  });
  expect(facts).toMatchObject({ usage: undefined, finishReasons: ['stop_sequence'] });
});

describe('traps', () => {
  const pass = (type: string, input: number, output: number): JsonObject => ({
    type,
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  });

  test('compaction: its pass is not in the top level', () => {
    const wire = {
      input_tokens: 682,
      output_tokens: 1320,
      iterations: [pass('compaction', 60_385, 592), pass('message', 682, 1320)],
    };
    expect(usageOf(wire)).toMatchObject({ inputTokens: 61_067, outputTokens: 1912 });
  });

  test('advisor: its tokens belong to another model', () => {
    const iterations = [
      pass('message', 1051, 35),
      { ...pass('advisor_message', 2728, 874), model: 'claude-opus-4-7' },
      pass('message', 1363, 3165),
    ];
    const wire = { input_tokens: 2414, output_tokens: 3200, iterations };
    expect(usageOf(wire)).toMatchObject({ inputTokens: 2414, outputTokens: 3200 });
    expect(usage('messages', { usage: wire }).alsoUsed).toMatchObject([
      { model: 'claude-opus-4-7', usage: { inputTokens: 2728, outputTokens: 874 } },
    ]);
    expect(usage('messages', { usage: { input_tokens: 1 } }).alsoUsed).toBeUndefined();
  });

  test('fallback: the attempt that was declined is not in the top level, nor billed', () => {
    const iterations = [pass('message', 408, 0), pass('fallback_message', 412, 264)];
    const wire = { input_tokens: 412, output_tokens: 264, iterations };
    expect(usageOf(wire)).toMatchObject({ inputTokens: 412, outputTokens: 264 });
  });

  test('an ordinary turn with one iteration is not counted twice', () => {
    const wire = { input_tokens: 5, output_tokens: 6, iterations: [pass('message', 5, 6)] };
    expect(usageOf(wire)).toMatchObject({ inputTokens: 5, outputTokens: 6 });
  });

  test('caches written, and no word of for how long', () => {
    const cache_creation = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 };
    const wire = { input_tokens: 1231, cache_creation_input_tokens: 1200, cache_creation };
    expect(usageOf(wire)).toMatchObject({
      inputTokens: 2431,
      cacheWriteTokens: 1200,
      cacheWrite1hTokens: 0,
    });
  });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no counts', {}],
  ['texts', { input_tokens: '5', output_tokens: null }],
  ['negative counts', { input_tokens: -1 }],
  ['more than any counter holds', { input_tokens: 9e15, output_tokens: 9e15 }],
])('%s is no report', (_, wire) => {
  expect(usage('messages', { usage: wire }).usage).toBeUndefined();
});

test('a part above its whole is cut', () => {
  const wire = {
    input_tokens: 1,
    output_tokens: 2,
    output_tokens_details: { thinking_tokens: 9 },
    cache_creation_input_tokens: 3,
    cache_creation: { ephemeral_5m_input_tokens: 9, ephemeral_1h_input_tokens: 9 },
  };
  expect(usageOf(wire)).toMatchObject({ reasoningTokens: 2, cacheWrite1hTokens: 0 });
});
