// An unmodified program on LangChain.js under the preload.
import { beforeAll, expect, test } from 'vitest';
import { expectCharged, expectDenied, expectEstimated, ours } from './expectations.ts';
import { play, type Played } from './play.ts';

const ANSWER = 'It melts.';
let played: Played;

beforeAll(async () => {
  played = await play({
    program: 'langchain.ts',
    reply: ({ cell, toolResults }) => {
      if (cell === 'structured output') return undefined;
      if (cell === 'invoke, aborted') return 'held';
      const calls = cell.startsWith('tools') && toolResults < 3;
      return calls
        ? { toolCalls: [{ name: 'lookup', arguments: { word: 'fuse' } }] }
        : { text: ANSWER };
    },
  });
}, 120_000);

test('the program comes to its end, and we have nothing to say', () => {
  expect(played.code).toBe(0);
  expect(played.stderr).not.toContain('spendfuse:');
  expect(played.strays).toEqual([]);
});

test.each([
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
])('%s is charged as it is billed', (name, result, calls) => {
  const cell = played.cell(name);
  expect(cell.seen).toEqual({ result });
  expectCharged(cell, calls);
});

test.each([
  'invoke, denied',
  'invoke, responses, denied',
  'stream, denied',
  'chain, denied',
  'structured output, denied',
  'embeddings, denied',
  'anthropic, denied',
  'anthropic, stream, denied',
])('%s: our error, after one question', (name) => {
  const cell = played.cell(name);
  expect(cell.seen.error).toEqual(ours('TOO_LARGE'));
  expectDenied(cell);
});

test('a loop of tools ends where the budget does, and its calls are charged', () => {
  const cell = played.cell('tools, denied midway');
  expect(cell.seen.error).toEqual(ours('EXHAUSTED'));
  expect(cell.denials).toBe(1);
  expectCharged(cell, 2);
});

test('labels reach a call whose stream is read elsewhere', () => {
  const cell = played.cell('stream, read elsewhere');
  expect(cell.commits.map(({ labels }) => labels['user'])).toEqual(['u1']);
  expectCharged(cell, 1);
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
  const cell = played.cell('with retries that end, denied');
  expect(cell.seen.error).toEqual(ours('EXHAUSTED'));
  expect(cell.denials).toBe(1);
  expectCharged(cell, 1);
});

test('what is aborted is charged by estimate', () => {
  expect(played.cell('invoke, aborted').seen.error?.name).toBe('AbortError');
  expectEstimated(played.cell('invoke, aborted'));
});
