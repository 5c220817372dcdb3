// Unmodified programs on the Vercel AI SDK, its newest major and the one before, under the preload.
import { describe, expect, test } from 'vitest';
import {
  ANSWER,
  answer,
  chargedAsBilled,
  deniedOnce,
  expectLabelled,
  expectStopped,
  playedBefore,
} from './every-framework.ts';
import { expectCharged, expectDenied, expectEstimated, ours } from './expectations.ts';

const versions = [
  {
    name: 'AI SDK 7',
    modules: {
      AI_MODULE: 'ai',
      AI_OPENAI: '@ai-sdk/openai',
      AI_ANTHROPIC: '@ai-sdk/anthropic',
    },
  },
  { name: 'AI SDK 6', modules: { AI_MODULE: 'ai-6', AI_OPENAI: 'ai-sdk-openai-3' } },
];

describe.each(versions)('$name', ({ modules }) => {
  const played = playedBefore({
    program: 'ai-sdk.ts',
    env: modules,
    reply: ({ cell, attempt, toolResults }) => {
      if (cell.includes('bject')) return undefined;
      if (cell === 'generateText, aborted') return 'held';
      if (cell === 'streamText, aborted midway') return { hold: never, holdAfterChunks: 12 };
      if (cell.endsWith(', cut')) return { cutAfterChunks: 12 };
      if (cell === 'denied at the second attempt') return { cutAfterChunks: 0 };
      if (cell === 'streamText, cut by the budget' && attempt === 20) {
        return { outputTokens: 8000, chunkDelayMs: 1 };
      }
      return answer(/tool|agent/u.test(cell), toolResults);
    },
  });

  test('the framework asks for nothing by itself', () => {
    expect(played.strays).toEqual([]);
  });

  const object = { word: 'text', number: 1 };
  const loop = { text: ANSWER, steps: 4 };
  const scenarios: readonly (readonly [string, unknown, number])[] = [
    ['generateText', ANSWER, 1],
    ['generateText, chat', ANSWER, 1],
    ['streamText', ANSWER, 1],
    ['streamText, chat', ANSWER, 1],
    ['generateObject', object, 1],
    ['streamObject', object, 1],
    ['Output.object', object, 1],
    ['tools', loop, 4],
    ['tools, chat, streamed', loop, 4],
    ['agent', ANSWER, 4],
    ['embed', 1536, 1],
    ['embedMany', 2050, 2],
  ];
  const claude: typeof scenarios = [
    ['anthropic', ANSWER, 1],
    ['anthropic, tools, streamed', ANSWER, 4],
  ];
  const hasClaude = 'AI_ANTHROPIC' in modules;
  chargedAsBilled(played, [...scenarios, ...(hasClaude ? claude : [])]);

  deniedOnce(played, [
    'generateText, denied',
    'generateObject, denied',
    'embed, denied',
    'embedMany, denied',
    ...(hasClaude ? ['anthropic, denied'] : []),
  ]);

  test('a stream that is denied: a part of it and onError tell why, its promises do not', () => {
    const cell = played.cell('streamText, denied');
    expect(cell.seen.result).toEqual({
      parts: ['start', 'error'],
      partError: [ours('TOO_LARGE')],
      onError: [ours('TOO_LARGE')],
      text: expect.objectContaining({ name: 'AI_NoOutputGeneratedError' }),
      steps: expect.objectContaining({ name: 'AI_NoOutputGeneratedError' }),
    });
    expectDenied(cell);
  });

  test('a stream of text that is denied ends without a word', () => {
    expect(played.cell('textStream, denied').seen).toEqual({ result: [] });
    expectDenied(played.cell('textStream, denied'));
  });

  test('a stream for a user interface that is denied says what the program makes of it', () => {
    const cell = played.cell('stream for a user interface, denied');
    expect(cell.seen).toEqual({ result: [{ type: 'error', errorText: 'TOO_LARGE' }] });
    expectDenied(cell);
  });

  test('a stream of an object that is denied rejects its promise', () => {
    expect(played.cell('streamObject, denied').seen.error).toEqual(ours('TOO_LARGE'));
    expectDenied(played.cell('streamObject, denied'));
  });

  test('a loop of tools ends where the budget does, and its calls are charged', () => {
    expectStopped(played.cell('tools, denied midway'), 2);
  });

  test('a loop that streams has the steps until there', () => {
    const cell = played.cell('tools, streamed, denied midway');
    expect(cell.seen.result).toMatchObject({
      partError: [ours('EXHAUSTED')],
      onError: [ours('EXHAUSTED')],
      steps: { value: 2 },
    });
    expect(cell.denials).toBe(1);
    expectCharged(cell, 2);
  });

  test('labels reach every step, also where the stream is read elsewhere', () => {
    expectLabelled(played.cell('tools, read elsewhere'), 4);
  });

  test('a denial within a tool is what the tool has thrown', () => {
    const cell = played.cell('denied in a tool');
    expect(cell.seen.result).toEqual(Array.from({ length: 3 }, () => ours('TOO_LARGE')));
    expect(cell.denials).toBe(3);
    expectCharged(cell, 4);
  });

  test('a denial of a second attempt is found in the error of all attempts', () => {
    const cell = played.cell('denied at the second attempt');
    expect(cell.seen.error).toMatchObject({ name: 'AI_RetryError', reason: 'EXHAUSTED' });
    expect(cell.denials).toBe(1);
    expectEstimated(cell);
  });

  test('a stream that the budget cuts throws an error around ours', () => {
    const { seen, calls, commits, denials } = played.cell('streamText, cut by the budget');
    expect(seen.result).toMatchObject({
      parts: ['start', 'start-step', 'text-start', 'text-delta'],
      thrown: { name: 'AI_APICallError', reason: expect.any(String) },
      onError: [],
      text: { name: 'AI_APICallError', reason: expect.any(String) },
    });
    expect(calls).toHaveLength(21);
    const sources = commits.map(({ usageSource }) => usageSource);
    expect(sources.filter((source) => source === 'provider')).toHaveLength(20);
    expect(sources.filter((source) => source === 'estimated')).toHaveLength(1);
    expect(denials).toBe(0);
  });

  test('what is aborted or cut is charged by estimate, and nothing is tried again', () => {
    expect(played.cell('generateText, aborted').seen.error?.name).toBe('AbortError');
    expect(played.cell('streamText, aborted midway').seen).toEqual({ result: true });
    expect(played.cell('streamText, cut').seen.result).toMatchObject({
      thrown: { name: 'AI_APICallError' },
    });
    expect(played.cell('textStream, cut').seen.error?.name).toBe('AI_APICallError');
    const cut = ['streamText, cut', 'textStream, cut'];
    for (const name of ['generateText, aborted', 'streamText, aborted midway', ...cut]) {
      expectEstimated(played.cell(name));
    }
  });
});

/** A stream that goes on, as far as its reader knows. */
const never = new Promise<never>(() => {});
