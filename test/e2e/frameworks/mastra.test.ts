// An unmodified program on Mastra under the preload.
import { beforeAll, expect, test } from 'vitest';
import { expectCharged, expectDenied, ours } from './expectations.ts';
import { play, type Played } from './play.ts';

const ANSWER = 'It melts.';
let played: Played;

beforeAll(async () => {
  played = await play({
    program: 'mastra.ts',
    env: { MASTRA_TELEMETRY_DISABLED: '1' },
    reply: ({ cell, toolResults }) => {
      if (cell === 'structured output') return undefined;
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
  ['generate', ANSWER, 1],
  ['generate, routed', ANSWER, 1],
  ['stream', ANSWER, 1],
  ['tools', ANSWER, 4],
  ['tools, streamed', ANSWER, 4],
  ['structured output', { word: 'text' }, 1],
])('%s is charged as it is billed', (name, result, calls) => {
  const cell = played.cell(name);
  expect(cell.seen).toEqual({ result });
  expectCharged(cell, calls);
});

test.each(['generate, denied', 'routed, denied'])('%s: our error, after one question', (name) => {
  const cell = played.cell(name);
  expect(cell.seen.error).toEqual(ours('TOO_LARGE'));
  expectDenied(cell);
});

test('an agent that is told to try again does', () => {
  const cell = played.cell('retries, denied');
  expect(cell.seen.error).toEqual(ours('TOO_LARGE'));
  expectDenied(cell, { questions: 3 });
});

test('a stream that is denied: a part, onError and its error tell why, its text is empty', () => {
  const cell = played.cell('stream, denied');
  const error = ours('TOO_LARGE');
  expect(cell.seen.result).toMatchObject({
    partError: [error],
    onError: [error],
    error,
    text: { value: '' },
  });
  expectDenied(cell);
});

test('a loop of tools ends where the budget does, and its calls are charged', () => {
  const error = ours('EXHAUSTED');
  expect(played.cell('tools, denied midway').seen.error).toEqual(error);
  expect(played.cell('tools, streamed, denied midway').seen.result).toMatchObject({
    partError: [error],
    error,
  });
  for (const name of ['tools, denied midway', 'tools, streamed, denied midway']) {
    expect(played.cell(name).denials).toBe(1);
    expectCharged(played.cell(name), 2);
  }
});

test('labels reach every step, also where the stream is read elsewhere', () => {
  const cell = played.cell('tools, read elsewhere');
  expect(cell.commits.map(({ labels }) => labels['user'])).toEqual(['u1', 'u1', 'u1', 'u1']);
  expectCharged(cell, 4);
});
