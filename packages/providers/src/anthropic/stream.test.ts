// Events of Anthropic streams: what is seen, what is counted, where they end.
import { describe, expect, test } from 'vitest';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { stream } from './stream.ts';

function read(reader: StreamReader, event: JsonObject): EventFacts {
  return reader.read({ name: String(event['type']), data: JSON.stringify(event) });
}

function readAll(...events: readonly JsonObject[]): StreamReader {
  const reader = stream('messages');
  for (const event of events) read(reader, event);
  return reader;
}

const started = (usage: JsonObject, model = 'claude-sonnet-4-6'): JsonObject => ({
  type: 'message_start',
  message: { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], usage },
});
const block = (content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index: 0,
  content_block,
});
const delta = (fields: JsonObject): JsonObject => ({
  type: 'content_block_delta',
  index: 0,
  delta: fields,
});
const text = (words: string): JsonObject => delta({ type: 'text_delta', text: words });
const ended = (usage: JsonObject, stop_reason = 'end_turn'): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage,
});
const STOP = { type: 'message_stop' };

test('a whole stream reports at its beginning, and anew at its end', () => {
  const reader = readAll(
    started({ input_tokens: 12, output_tokens: 1, service_tier: 'standard' }),
    block({ type: 'text', text: '' }),
    { type: 'ping' },
    text('Calm'),
    text(' sea.'),
  );
  expect(reader.facts()).toMatchObject({
    id: 'msg_1',
    model: 'claude-sonnet-4-6',
    tier: 'standard',
    usage: { inputTokens: 12, outputTokens: 0 },
    isUsageFinal: false,
    uncountedText: 'Calm sea.',
    uncountedEvents: 2,
    outputEvents: 2,
    finishReasons: [],
  });
  read(reader, { type: 'content_block_stop', index: 0 });
  expect(read(reader, ended({ output_tokens: 30 })).terminal).toBe(false);
  expect(read(reader, STOP)).toEqual({ usageOnly: false, terminal: true, output: '' });
  expect(reader.facts()).toMatchObject({
    usage: { inputTokens: 12, outputTokens: 30 },
    isUsageFinal: true,
    uncountedText: '',
    uncountedEvents: 0,
    outputEvents: 2,
    finishReasons: ['end_turn'],
  });
});

test('text, thinking, tool arguments and compactions are output; signatures are not', () => {
  const reader = stream('messages');
  const outputs = [
    block({ type: 'thinking', thinking: '', signature: '' }),
    delta({ type: 'thinking_delta', thinking: 'a' }),
    delta({ type: 'signature_delta', signature: 'zzz' }),
    block({ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }),
    delta({ type: 'input_json_delta', partial_json: '{"b":1}' }),
    block({ type: 'compaction', content: null }),
    delta({ type: 'compaction_delta', content: 'c' }),
    delta({ type: 'citations_delta', citation: { cited_text: 'zzz' } }),
    block({ type: 'web_search_tool_result', content: [{ title: 'zzz' }] }),
    block({ type: 'redacted_thinking', data: 'zzz' }),
  ].map((event) => read(reader, event).output);
  expect(outputs).toEqual(['', 'a', '', 'look', '{"b":1}', '', 'c', '', '', '']);
  expect(reader.facts()).toMatchObject({ uncountedText: 'alook{"b":1}c', outputEvents: 4 });
});

test('what the start has counted is a floor for what is seen, as not all is shown', () => {
  const reader = readAll(started({ input_tokens: 5, output_tokens: 69 }), text('Hi'));
  expect(reader.facts()).toMatchObject({ uncountedEvents: 69, usage: { outputTokens: 0 } });
});

test('searches are counted as they begin, until they are reported', () => {
  const search = block({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} });
  const reader = readAll(started({ input_tokens: 5 }), search, search);
  expect(reader.facts().usage?.webSearches).toBe(2);
  read(reader, ended({ output_tokens: 9, server_tool_use: { web_search_requests: 1 } }));
  expect(reader.facts().usage?.webSearches).toBe(1);
});

test('a round after the results of a tool of the server has read the input again', () => {
  const reader = readAll(
    started({ input_tokens: 2, cache_creation_input_tokens: 998 }),
    block({ type: 'server_tool_use', id: 's', name: 'code_execution', input: {} }),
    block({ type: 'code_execution_tool_result', tool_use_id: 's', content: {} }),
  );
  expect(reader.facts().usage?.inputTokens).toBe(1000);
  read(reader, block({ type: 'text', text: '' }));
  expect(reader.facts().usage?.inputTokens).toBe(2000);
  read(reader, block({ type: 'text', text: '' }));
  expect(reader.facts().usage?.inputTokens).toBe(2000);
});

test('an error event ends the stream', () => {
  const reader = readAll(started({ input_tokens: 5, output_tokens: 1 }));
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  expect(read(reader, { type: 'error', error }).terminal).toBe(true);
  expect(reader.facts()).toMatchObject({ errorType: 'overloaded_error', isUsageFinal: false });
});

test('the older API streams completions, and reports no usage', () => {
  const reader = stream('complete');
  const event = { type: 'completion', id: 'compl_1', model: 'claude-2.1', stop_reason: null };
  expect(read(reader, { ...event, completion: ' Calm' }).output).toBe(' Calm');
  read(reader, { ...event, completion: ' sea', stop_reason: 'stop_sequence' });
  expect(reader.facts()).toMatchObject({
    usage: undefined,
    isUsageFinal: false,
    id: 'compl_1',
    model: 'claude-2.1',
    uncountedText: ' Calm sea',
    finishReasons: ['stop_sequence'],
  });
});

describe('traps', () => {
  test('compaction: the end lowers the input of the start, and the passes are summed', () => {
    const pass = (type: string, input_tokens: number, output_tokens: number): JsonObject => ({
      type,
      input_tokens,
      output_tokens,
    });
    const iterations = [pass('compaction', 60_385, 522), pass('message', 612, 2819)];
    const reader = readAll(
      started({ input_tokens: 60_385, output_tokens: 5 }),
      ended({ input_tokens: 612, output_tokens: 2819, iterations }),
    );
    expect(reader.facts().usage).toMatchObject({ inputTokens: 60_997, outputTokens: 3341 });
  });

  test('code execution with caching: the end raises input and caches too', () => {
    const reader = readAll(
      started({
        input_tokens: 2,
        cache_creation_input_tokens: 3068,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 3068, ephemeral_1h_input_tokens: 0 },
        output_tokens: 69,
      }),
      ended({
        input_tokens: 6,
        cache_creation_input_tokens: 3337,
        cache_read_input_tokens: 6289,
        output_tokens: 198,
      }),
    );
    expect(reader.facts().usage).toMatchObject({
      inputTokens: 9632,
      cacheReadTokens: 6289,
      cacheWriteTokens: 3337,
      cacheWrite1hTokens: 0,
      outputTokens: 198,
    });
  });

  test('advisor: another model, and not in the top level', () => {
    const iterations = [
      { type: 'message', input_tokens: 1051, output_tokens: 35 },
      {
        type: 'advisor_message',
        model: 'claude-opus-4-7',
        input_tokens: 2728,
        output_tokens: 3880,
      },
      { type: 'message', input_tokens: 3676, output_tokens: 3356 },
    ];
    const reader = readAll(
      started({ input_tokens: 1051, output_tokens: 35 }),
      ended({ input_tokens: 4727, output_tokens: 3391, iterations }),
    );
    expect(reader.facts()).toMatchObject({
      model: 'claude-sonnet-4-6',
      usage: { inputTokens: 4727, outputTokens: 3391 },
      alsoUsed: [{ model: 'claude-opus-4-7', usage: { inputTokens: 2728, outputTokens: 3880 } }],
    });
  });

  test('fallback: the start names the wrong model', () => {
    const served = { type: 'fallback_message', model: 'claude-opus-4-8' };
    const start = started({ input_tokens: 408, output_tokens: 1 }, 'claude-fable-5');
    const end = ended({ input_tokens: 412, output_tokens: 264, iterations: [served] });
    expect(readAll(start, end).facts()).toMatchObject({
      model: 'claude-opus-4-8',
      usage: { inputTokens: 412, outputTokens: 264 },
    });
    const hop = block({ type: 'fallback', to: { model: 'claude-opus-4-8' } });
    expect(readAll(start, hop).facts().model).toBe('claude-opus-4-8');
  });

  test('the end replaces the input of the start', () => {
    const reader = readAll(
      started({ input_tokens: 43, output_tokens: 1 }),
      ended({ input_tokens: 61, output_tokens: 2 }),
    );
    expect(reader.facts().usage).toMatchObject({ inputTokens: 61, outputTokens: 2 });
  });

  test('null at the end leaves what the start said', () => {
    const reader = readAll(
      started({ input_tokens: 43, cache_read_input_tokens: 7 }),
      ended({ input_tokens: null, cache_read_input_tokens: null, output_tokens: 2 }),
    );
    expect(reader.facts().usage).toMatchObject({ inputTokens: 50, cacheReadTokens: 7 });
  });

  test('a start that comes twice is counted once', () => {
    const start = started({ input_tokens: 17, output_tokens: 1 });
    const reader = readAll(start, start, ended({ output_tokens: 227 }));
    expect(reader.facts().usage).toMatchObject({ inputTokens: 17, outputTokens: 227 });
  });
});

test.each([
  '',
  'no json',
  '[]',
  'null',
  '{"type":7}',
  '{"type":"message_start"}',
  '{"type":"error"}',
])('garbage does not throw: %s', (data) => {
  const reader = stream('messages');
  expect(() => reader.read({ name: undefined, data })).not.toThrow();
  expect(reader.facts().usage).toBeUndefined();
});
