// An unmodified program on the OpenAI Agents SDK under the preload.
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
import { expectCharged, expectEstimated, ours } from './expectations.ts';

const played = playedBefore({
  program: 'openai-agents.ts',
  reply: ({ cell, attempt, toolResults }) => {
    if (cell === '') return { raw: { status: 204, body: '' } };
    if (cell === 'run, typed') return undefined;
    if (cell === 'run, aborted') return 'held';
    if (cell.startsWith('handoff') && attempt === 0) {
      return { toolCalls: [{ name: 'transfer_to_expert', arguments: {} }] };
    }
    return answer(cell.includes('tool'), toolResults);
  },
});

test('what the SDK tells of its runs is free', () => {
  const paths = new Set(played.strays.map(({ method, path }) => `${method} ${path}`));
  expect([...paths]).toEqual(['POST /v1/traces/ingest']);
});

const streamed = expect.objectContaining({ text: ANSWER });
chargedAsBilled(played, [
  ['run', ANSWER, 1],
  ['run, streamed', streamed, 1],
  ['run, typed', { word: 'text' }, 1],
  ['tools', ANSWER, 4],
  ['tools, streamed', streamed, 4],
  ['tools, chat', ANSWER, 4],
  ['tools, chat, streamed', streamed, 4],
  ['handoff', { text: ANSWER, by: 'expert' }, 2],
]);

deniedOnce(played, ['run, denied', 'chat, denied', 'retries, denied']);

test.each([
  ['run, streamed, denied', 'TOO_LARGE', 0],
  ['tools, streamed, denied midway', 'EXHAUSTED', 2],
])('%s: whoever reads, waits or looks has our error', (name, reason, calls) => {
  const cell = played.cell(name);
  const error = ours(reason);
  expect(cell.seen).toEqual({ result: { read: error, completed: error, error } });
  expect(cell.denials).toBe(1);
  expectCharged(cell, calls);
});

test.each([
  ['tools, denied midway', 2],
  ['handoff, denied midway', 1],
])('%s: the run ends where the budget does', (name, calls) => {
  expectStopped(played.cell(name), calls);
});

test('labels reach every turn, also where the stream is read elsewhere', () => {
  expectLabelled(played.cell('tools, read elsewhere'), 4);
});

test('a denial within a tool is a message to the model, unless the tool throws', () => {
  const told = played.cell('denied in a tool');
  const message = expect.stringContaining('An error occurred while running the tool');
  expect(told.seen).toEqual({ result: [message, message, message] });
  expect(told.denials).toBe(3);
  expectCharged(told, 4);
  const thrown = played.cell('denied in a tool that throws');
  expect(thrown.seen.error).toMatchObject({ name: 'ToolCallError', reason: 'TOO_LARGE' });
  expectCharged(thrown, 1);
});

test('what is aborted is charged by estimate', () => {
  expect(played.cell('run, aborted').seen.error?.message).toContain('aborted');
  expectEstimated(played.cell('run, aborted'));
});
