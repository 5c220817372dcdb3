// An unmodified program on LangChain.js under the preload.
import { expect, test } from 'vitest';
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

const played = playedBefore({
  program: 'langchain.ts',
  reply: ({ cell, toolResults }) => {
    if (cell === 'structured output') return undefined;
    if (cell === 'invoke, aborted') return 'held';
    return answer(cell.startsWith('tools'), toolResults);
  },
});

test('the framework asks for nothing by itself', () => {
  expect(played.strays).toEqual([]);
});

chargedAsBilled(played, [
  ['invoke', ANSWER, 1],
  ['invoke, responses', ANSWER, 1],
  ['stream', ANSWER, 1],
  ['stream, responses', ANSWER, 1],
  ['batch', [ANSWER, ANSWER, ANSWER], 3],
  ['chain', ANSWER, 1],
  ['structured output', { word: 'text', number: 1 }, 1],
  ['tools', { text: ANSWER, steps: 4 }, 4],
  ['embeddings', 2, 1],
  ['anthropic', ANSWER, 1],
  ['anthropic, stream', ANSWER, 1],
]);

deniedOnce(played, [
  'invoke, denied',
  'invoke, responses, denied',
  'stream, denied',
  'chain, denied',
  'structured output, denied',
  'embeddings, denied',
  'anthropic, denied',
  'anthropic, stream, denied',
]);

test('a loop of tools ends where the budget does, and its calls are charged', () => {
  expectStopped(played.cell('tools, denied midway'), 2);
});

test('labels reach a call whose stream is read elsewhere', () => {
  expectLabelled(played.cell('stream, read elsewhere'), 1);
});

test('a batch that does not fit rejects, or has the error in the place of an answer', () => {
  expect(played.cell('batch, denied midway').seen.error).toEqual(ours('EXHAUSTED'));
  expectCharged(played.cell('batch, denied midway'), 1);
  const results = ['answer', 'BudgetExceededError'];
  expect(played.cell('batch, exceptions returned').seen).toEqual({ result: results });
  expectCharged(played.cell('batch, exceptions returned'), 1);
});

test('fallbacks and retries that a program asks for are asked for, too', () => {
  for (const name of ['with a fallback, denied', 'with retries, denied']) {
    expect(played.cell(name).seen.error).toEqual(ours('TOO_LARGE'));
    expectDenied(played.cell(name), { questions: 2 });
  }
});

test('retries end at a denial where the program says so', () => {
  expectStopped(played.cell('with retries that end, denied'), 1);
});

test('what is aborted is charged by estimate', () => {
  expect(played.cell('invoke, aborted').seen.error?.name).toBe('AbortError');
  expectEstimated(played.cell('invoke, aborted'));
});
