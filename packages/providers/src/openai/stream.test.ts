// Events of streams: what is seen, what is withheld, where they end.
import { describe, expect, test } from 'vitest';
import { openai } from './index.ts';

const event = (data: object | string, name?: string) => ({
  name,
  data: typeof data === 'string' ? data : JSON.stringify(data),
});

describe('chat completions', () => {
  test('text of all choices, refusals, reasoning and tool calls is output', () => {
    const reader = openai.stream('chat.completions');
    for (const delta of [
      { content: 'a' },
      { refusal: 'b' },
      { reasoning_content: 'c' },
      {
        tool_calls: [{ function: { name: 'd', arguments: 'e' } }, { function: { arguments: 'f' } }],
      },
    ]) {
      reader.read(event({ choices: [{ index: 0, delta }] }));
    }
    reader.read(event({ choices: [{ delta: { content: 'g' } }, { delta: { content: 'h' } }] }));
    reader.read(event({ choices: [{ delta: {}, finish_reason: 'stop' }] }));
    expect(reader.facts()).toMatchObject({
      uncountedText: 'abcdefgh',
      uncountedToolCalls: 1,
      uncountedEvents: 5,
      outputEvents: 5,
      isUsageFinal: false,
      finishReasons: ['stop'],
      usage: undefined,
    });
  });

  test('each event says what output it brings, and the last tier is the one that served', () => {
    const reader = openai.stream('chat.completions');
    const delta = { content: 'a', reasoning_content: 'b' };
    const read = reader.read(event({ choices: [{ delta }], service_tier: 'auto' }));
    expect(read.output).toBe('ab');
    expect(reader.read(event({ choices: [], service_tier: 'default' })).output).toBe('');
    expect(reader.facts().tier).toBe('default');
    const responses = openai.stream('responses');
    const text = { type: 'response.output_text.delta', delta: 'c' };
    expect(responses.read(event(text)).output).toBe('c');
    const created = { type: 'response.created', response: { service_tier: 'auto' } };
    const last = { type: 'response.completed', response: { service_tier: 'flex' } };
    for (const each of [created, last]) responses.read(event(each));
    expect(responses.facts().tier).toBe('flex');
  });

  test('only an event with usage and no choices is there for usage alone', () => {
    const reader = openai.stream('chat.completions');
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    const usageOnly = (data: object) => reader.read(event(data)).usageOnly;
    expect(usageOnly({ choices: [], prompt_filter_results: [] })).toBe(false);
    expect(usageOnly({ choices: [], usage: null })).toBe(false);
    expect(usageOnly({ choices: [{ delta: {} }], usage })).toBe(false);
    expect(usageOnly({ choices: [], usage })).toBe(true);
    expect(reader.facts().usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
  });

  test('[DONE] and errors are terminal; what cannot be read is passed over', () => {
    const reader = openai.stream('chat.completions');
    expect(reader.read(event('{half')).terminal).toBe(false);
    expect(reader.read(event('[1]')).terminal).toBe(false);
    expect(reader.read(event({ error: { code: 'insufficient_quota' } })).terminal).toBe(true);
    expect(reader.facts().errorType).toBe('insufficient_quota');
    expect(openai.stream('chat.completions').read(event('[DONE]')).terminal).toBe(true);
  });
});

describe('responses', () => {
  test.each([
    ['completed', {}, 'stop'],
    ['incomplete', { incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    ['failed', { error: { code: 'server_error' } }, 'error'],
  ])('response.%s is terminal', (status, more, reason) => {
    const reader = openai.stream('responses');
    reader.read(event({ type: 'response.created', response: { id: 'r', usage: null } }));
    reader.read(event({ type: 'response.function_call_arguments.delta', delta: '{}' }));
    const usage = { input_tokens: 3, output_tokens: 4 };
    const last = { type: `response.${status}`, response: { id: 'r', status, usage, ...more } };
    expect(reader.read(event(last)).terminal).toBe(true);
    expect(reader.facts()).toMatchObject({
      id: 'r',
      finishReasons: [reason],
      uncountedText: '',
      outputEvents: 1,
      isUsageFinal: true,
      usage: { inputTokens: 3, outputTokens: 4 },
    });
  });

  test('an error event is terminal, with its fields inside or on top', () => {
    for (const data of [
      { type: 'error', error: { code: 'rate_limit_exceeded' } },
      { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.' },
    ]) {
      const reader = openai.stream('responses');
      expect(reader.read(event(data, 'error')).terminal).toBe(true);
      expect(reader.facts().errorType).toBe('rate_limit_exceeded');
    }
  });
});
