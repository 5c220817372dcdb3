// What is published of the most output tokens, by model name.
import { globMatches } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { MAX_OUTPUT_TOKENS } from './max-output-data.ts';
import { publishedMaxOutputTokens } from './max-output.ts';

test.each([
  ['gpt-4o', 16_384],
  ['gpt-4o-2024-08-06', 16_384],
  ['gpt-4o-2024-05-13', 4096],
  ['gpt-4o-mini', 16_384],
  ['gpt-4o-mini-2024-07-18', 16_384],
  ['gpt-4o-mini-search-preview', 16_384],
  ['gpt-4.1', 32_768],
  ['gpt-4.1-nano-2025-04-14', 32_768],
  ['gpt-4-turbo-2024-04-09', 4096],
  ['gpt-4-1106-preview', 4096],
  ['gpt-4', 8192],
  ['gpt-4-0613', 8192],
  ['gpt-4-32k', 32_768],
  ['gpt-3.5-turbo', 4096],
  ['gpt-3.5-turbo-0125', 4096],
  ['gpt-35-turbo', 4096],
  ['gpt-3.5-turbo-16k', 16_385],
  ['o1', 100_000],
  ['o1-mini', 65_536],
  ['o1-preview-2024-09-12', 32_768],
  ['o3', 100_000],
  ['o3-mini-2025-01-31', 100_000],
  ['o4-mini', 100_000],
  ['gpt-5', 128_000],
  ['gpt-5-2025-08-07', 128_000],
  ['gpt-5-mini', 128_000],
  ['gpt-5-pro', 272_000],
  ['gpt-5.1', 128_000],
  ['gpt-5.1-chat-latest', 16_384],
  ['gpt-5.4-pro', 128_000],
  ['gpt-5.3-codex-spark', 128_000],
  ['gpt-5.6-sol', 128_000],
  ['gpt-audio-mini', 16_384],
  ['claude-3-5-haiku-latest', 8_192],
  ['claude-3-7-sonnet-20250219', 128_000],
  ['claude-opus-4-1-20250805', 32_000],
  ['claude-opus-4-20250514', 32_000],
  ['claude-opus-4@20250514', 32_000],
  ['claude-opus-4-6', 128_000],
  ['claude-sonnet-4-5-20250929', 64_000],
  ['anthropic/claude-haiku-4-5', 64_000],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0', 64_000],
  ['anthropic.claude-3-haiku-20240307-v1:0', 4_096],
  ['gemini-2.5-pro', 65_536],
  ['gemini-2.5-flash-image', 32_768],
  ['gemini-3.1-pro-preview', 65_536],
  ['command-r-plus-08-2024', 4_096],
  ['GPT-4o', 16_384],
  ['openai/gpt-5', 128_000],
  ['ft:gpt-4o-mini-2024-07-18:acme:a/b:1', 16_384],
])('%s: %i', (model, tokens) => {
  expect(publishedMaxOutputTokens(model)).toBe(tokens);
});

test.each([
  'gpt-4o-realtime-preview',
  'gpt-50',
  'gpt-6-sol',
  'claude-opus-5-5',
  'grok-4',
  'o30',
  '',
])('%s: not known, so the context window has to do', (model) => {
  expect(publishedMaxOutputTokens(model)).toBeUndefined();
});

describe('the table', () => {
  test('has no line that an earlier one hides', () => {
    for (const [index, [glob]] of MAX_OUTPUT_TOKENS.entries()) {
      const earlier = MAX_OUTPUT_TOKENS.slice(0, index).map(([other]) => other);
      const hiding = earlier.filter((other) => globMatches(other, glob.replace('*', '')));
      expect(hiding, glob).toEqual([]);
    }
  });

  test('has whole numbers of tokens', () => {
    for (const [, tokens] of MAX_OUTPUT_TOKENS) expect(tokens).toSatisfy(Number.isSafeInteger);
  });
});
