// An unmodified program on Mastra under the preload.
import { expect, test } from 'vitest';
import {
  ANSWER,
  answer,
  chargedAsBilled,
  deniedOnce,
  expectLabelled,
  playedBefore,
} from './every-framework.ts';
import { expectCharged, expectDenied, ours } from './expectations.ts';

const played = playedBefore({
  program: 'mastra.ts',
  env: { MASTRA_TELEMETRY_DISABLED: '1' },
  reply: ({ cell, toolResults }) =>
    cell === 'structured output' ? undefined : answer(cell.startsWith('tools'), toolResults),
});

test('the framework asks for nothing by itself', () => {
  expect(played.strays).toEqual([]);
});

chargedAsBilled(played, [
  ['generate', ANSWER, 1],
  ['generate, routed', ANSWER, 1],
  ['stream', ANSWER, 1],
  ['tools', ANSWER, 4],
  ['tools, streamed', ANSWER, 4],
  ['structured output', { word: 'text' }, 1],
]);

deniedOnce(played, ['generate, denied', 'routed, denied']);

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
  expectLabelled(played.cell('tools, read elsewhere'), 4);
});
