// What is learned from Gemini responses: whole, streamed, streamed without events, gone wrong.
import { describe, expect, test } from 'vitest';
import type { StreamReader } from '../provider.ts';
import { gemini } from './index.ts';

const meta = (candidatesTokenCount: number, more: object = {}) => ({
  promptTokenCount: 10,
  candidatesTokenCount,
  ...more,
});
const piece = (text: string, usageMetadata?: object, finishReason?: string, index = 0) => ({
  candidates: [{ index, content: { role: 'model', parts: [{ text }] }, finishReason }],
  usageMetadata,
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r1',
});

function played(pieces: readonly unknown[], api = 'streamGenerateContent'): StreamReader {
  const reader = gemini.stream(api);
  for (const each of pieces) {
    const data = typeof each === 'string' ? each : JSON.stringify(each);
    reader.read({ name: undefined, data });
  }
  return reader;
}
const facts = (pieces: readonly unknown[]) => played(pieces).facts();

describe('usage in a stream', () => {
  test('counts are running totals: the last report stands, also where it is lower', () => {
    const told = facts([
      piece('a', meta(2, { promptTokenCount: 12 })),
      piece('b', meta(5, { promptTokenCount: 10 }), 'STOP'),
    ]);
    expect(told.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(told).toMatchObject({ id: 'r1', model: 'gemini-2.5-flash', finishReasons: ['stop'] });
  });

  test('it is that of the whole call only when every answer has finished', () => {
    const open = [piece('a', meta(1)), piece('b', meta(2), undefined, 1)];
    expect(facts(open).isUsageFinal).toBe(false);
    const half = [...open, piece('', meta(2), 'STOP')];
    expect(facts(half).isUsageFinal).toBe(false);
    expect(facts([...half, piece('', meta(3), 'MAX_TOKENS', 1)])).toMatchObject({
      isUsageFinal: true,
      finishReasons: ['stop', 'length'],
    });
  });

  test('thoughts are on top of the answer, tool results on top of the prompt', () => {
    const counts = {
      thoughtsTokenCount: 40,
      toolUsePromptTokenCount: 7,
      cachedContentTokenCount: 4,
    };
    expect(facts([piece('a', meta(2, counts), 'STOP')]).usage).toMatchObject({
      inputTokens: 17,
      cacheReadTokens: 4,
      outputTokens: 42,
      reasoningTokens: 40,
    });
  });

  test('kinds by modality are parts of the totals, and never above them', () => {
    const promptTokensDetails = [
      { modality: 'TEXT', tokenCount: 1 },
      { modality: 'AUDIO', tokenCount: 4 },
      { modality: 'IMAGE', tokenCount: 999 },
    ];
    const candidatesTokensDetails = [{ modality: 'IMAGE', tokenCount: 1290 }];
    const counts = { promptTokensDetails, candidatesTokensDetails };
    expect(facts([piece('', meta(1290, counts), 'STOP')]).usage).toMatchObject({
      inputAudioTokens: 4,
      inputImageTokens: 6,
      outputImageTokens: 1290,
    });
  });

  test('a report that counts no more output than before does not cover what came with it', () => {
    const told = facts([
      piece('It is', { promptTokenCount: 10 }),
      piece(' high', { promptTokenCount: 10 }),
    ]);
    expect(told).toMatchObject({ uncountedText: 'It is high', uncountedEvents: 2 });
    expect(facts([piece('It is', meta(2)), piece(' high', meta(3))]).uncountedText).toBe('');
  });

  test('a blocked prompt has no answer, and its input is what it costs', () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: meta(0) };
    expect(facts([blocked])).toMatchObject({
      isUsageFinal: true,
      finishReasons: ['safety'],
      usage: { inputTokens: 10, outputTokens: 0 },
    });
    const { promptFeedback } = blocked;
    expect(facts([{ promptFeedback }])).toMatchObject({ usage: undefined, billsInput: true });
  });
});

test('no event is the last one of content', () => {
  const reader = gemini.stream('streamGenerateContent');
  const data = JSON.stringify(piece('', meta(3), 'STOP'));
  expect(reader.read({ name: undefined, data }).terminal).toBe(false);
});

test('an error inside a stream ends it', () => {
  const reader = played([piece('a', meta(2))]);
  const data = JSON.stringify({ error: { code: 503, status: 'UNAVAILABLE', message: 'm' } });
  expect(reader.read({ name: undefined, data }).terminal).toBe(true);
  expect(reader.facts()).toMatchObject({ errorType: 'UNAVAILABLE', isUsageFinal: false });
});

test('output is text, thoughts, calls with what they are called with, and code', () => {
  const parts = [
    { text: 'think ', thought: true },
    { functionCall: { name: 'tide', args: { place: 'Husum' } } },
    { executableCode: { code: 'print(1)' } },
    { codeExecutionResult: { output: '1' } },
  ];
  const reader = gemini.stream('streamGenerateContent');
  const data = JSON.stringify({ candidates: [{ content: { parts } }] });
  const { output } = reader.read({ name: undefined, data });
  expect(output).toBe('think tide{"place":"Husum"}print(1)');
});

test('a picture is output without text', () => {
  const parts = [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }];
  expect(facts([{ candidates: [{ content: { parts } }] }])).toMatchObject({
    outputEvents: 1,
    uncountedText: '',
    uncountedEvents: 1,
  });
});

test('without alt=sse a stream is one array: read like its events', () => {
  const body = [piece('a', meta(1)), piece('b', meta(2, { thoughtsTokenCount: 5 }), 'STOP')];
  expect(gemini.usage('streamGenerateContent', body)).toMatchObject({
    usage: { inputTokens: 10, outputTokens: 7 },
    finishReasons: ['stop'],
  });
  const failed = [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }];
  expect(gemini.usage('streamGenerateContent', failed)).toMatchObject({
    usage: undefined,
    errorType: 'RESOURCE_EXHAUSTED',
  });
});

test.each([
  ['gemini-2.5-flash', ['a', 'b', ''], 1],
  ['gemini-3-pro-preview', ['a', 'b', '', 'a'], 2],
  ['gemini-3-pro-preview', [], 0],
])('%s: searches for %j are billed as %i', (model, webSearchQueries, searches) => {
  const candidates = [{ finishReason: 'STOP', groundingMetadata: { webSearchQueries } }];
  const chunk = { candidates, usageMetadata: meta(1), modelVersion: model };
  expect(facts([chunk, chunk]).usage?.webSearches).toBe(searches);
});

describe('interactions', () => {
  const usage = { total_input_tokens: 5, total_output_tokens: 6, total_thought_tokens: 7 };

  test('the running total of an event counts until the last one', () => {
    const reader = played(
      [
        { event_type: 'step.delta', delta: { type: 'text', text: 'High' } },
        {
          event_type: 'step.delta',
          delta: { type: 'text', text: '.' },
          metadata: { total_usage: usage },
        },
      ],
      'interactions',
    );
    expect(reader.facts()).toMatchObject({
      isUsageFinal: false,
      usage: { inputTokens: 5, outputTokens: 13, reasoningTokens: 7 },
      uncountedText: '',
    });
  });

  test('the completed interaction is the end, whatever it ended by', () => {
    const reader = gemini.stream('interactions');
    const interaction = { id: 'v1_a', model: 'm', status: 'incomplete', usage };
    const data = JSON.stringify({ event_type: 'interaction.completed', interaction });
    expect(reader.read({ name: 'interaction.completed', data }).terminal).toBe(true);
    expect(reader.facts()).toMatchObject({ isUsageFinal: true, finishReasons: ['length'] });
  });

  test('what tools found at Google is no output', () => {
    const delta = { type: 'google_search_result', text: 'long' };
    const reader = played([{ event_type: 'step.delta', delta }], 'interactions');
    expect(reader.facts().outputEvents).toBe(0);
  });
});

describe("in OpenAI's style", () => {
  const wire = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 60 };

  test('thoughts are billed, and only the total has them', () => {
    const expected = { inputTokens: 10, outputTokens: 50, reasoningTokens: 47 };
    const body = { model: 'm', choices: [], usage: wire };
    expect(gemini.usage('chat.completions', body).usage).toMatchObject(expected);
    expect(played([body, '[DONE]'], 'chat.completions').facts().usage).toMatchObject(expected);
    const match = {
      kind: 'metered',
      api: 'chat.completions',
      operation: 'chat',
      path: '/',
    } as const;
    const facts = gemini.request(match, { model: 'gemini-2.5-pro', messages: [] });
    expect(facts.hiddenOutput).toBe(true);
  });
});

test('garbage is no exception, and nothing is learned from it', () => {
  const pieces = [
    '',
    'null',
    '[]',
    '{',
    '{"candidates":7,"usageMetadata":"x"}',
    '{"candidates":[null,{"content":{"parts":[null,{"text":7}]}}]}',
    '{"usageMetadata":{"promptTokenCount":-1,"candidatesTokenCount":1e300}}',
    '{"promptFeedback":[]}',
  ];
  for (const api of ['streamGenerateContent', 'interactions', 'chat.completions']) {
    expect(played(pieces, api).facts()).toMatchObject({ usage: undefined, outputEvents: 0 });
    for (const text of pieces.slice(1, 3)) {
      expect(gemini.usage(api, JSON.parse(text)).usage).toBeUndefined();
    }
  }
});
