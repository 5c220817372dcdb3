// A request to Anthropic is changed as little as can be, and stays one that the API takes.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { rewrite } from './rewrite.ts';

const messages: Metered = { kind: 'metered', api: 'messages', operation: 'chat', path: '/' };
const base = { model: 'claude-sonnet-4-6', max_tokens: 8000, messages: [{ role: 'user' }] };

function clamped(more: JsonObject, maxOutputTokens: number): JsonObject {
  return rewrite(messages, { ...base, ...more }, { maxOutputTokens }).body;
}

test('another model', () => {
  const { body, path } = rewrite(messages, base, { model: 'claude-haiku-4-5' });
  expect(body).toEqual({ ...base, model: 'claude-haiku-4-5' });
  expect(path).toBeUndefined();
});

test('less output, never more', () => {
  expect(clamped({}, 300)).toEqual({ ...base, max_tokens: 300 });
  expect(clamped({}, 9000)).toEqual(base);
  const older = rewrite({ ...messages, api: 'complete' }, { prompt: 'x' }, { maxOutputTokens: 9 });
  expect(older.body).toEqual({ prompt: 'x', max_tokens_to_sample: 9 });
});

test('models that may be asked next are held to it too', () => {
  const fallbacks = [
    { model: 'a', max_tokens: 500 },
    { model: 'b', max_tokens: 5 },
    { model: 'c' },
  ];
  expect(clamped({ fallbacks }, 50)['fallbacks']).toEqual([
    { model: 'a', max_tokens: 50 },
    { model: 'b', max_tokens: 5 },
    { model: 'c' },
  ]);
});

describe('thinking', () => {
  const thinking = { type: 'enabled', budget_tokens: 4000, display: 'omitted' };

  test.each<[string, number, JsonObject]>([
    ['a budget that fits stays', 4001, thinking],
    ['one that does not is lowered below the maximum', 4000, { ...thinking, budget_tokens: 3999 }],
    ['down to the least that the API takes', 1025, { ...thinking, budget_tokens: 1024 }],
    ['below that the call goes on without', 1024, { type: 'disabled' }],
    ['however little is left', 1, { type: 'disabled' }],
  ])('%s (%i)', (_, most, expected) => {
    expect(clamped({ thinking }, most)).toEqual({ ...base, max_tokens: most, thinking: expected });
  });

  test('without a budget it has no minimum', () => {
    expect(clamped({ thinking: { type: 'adaptive' } }, 10)['thinking']).toEqual({
      type: 'adaptive',
    });
  });
});
