// The process ends in the middle of a call: what was held stays held, until its time is up.
import { startFakeOpenAI } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { runApp } from '../support/app.ts';
import { allEntries, balances, startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';

const INPUT_BOUND = 100;
const MAX_OUTPUT = 5000;

const sidecar = sharedByAll(() =>
  startTestSidecar({ config: 'budgets: [{ id: all, limits: [1m tokens/day] }]' }),
);

test.each([
  ['before the answer', 'openai.chat.completions.create(chat); await sent();'],
  [
    'while streaming',
    'for await (const _ of await openai.chat.completions.create({ ...chat, stream: true })) process.exit(3);',
  ],
])('the process ends %s', async (_, source) => {
  await using provider = await startFakeOpenAI({
    script: () => ({ firstByteDelayMs: source.includes('stream') ? 0 : 60_000, chunkDelayMs: 300 }),
  });
  const before = await standing();
  const { code } = await runApp({
    provider,
    sidecar,
    source: `
      const chat = { model: 'gpt-4o-mini', max_tokens: ${MAX_OUTPUT}, messages: [{ role: 'user', content: 'Hello' }] };
      const sent = () => new Promise((resolve) => setTimeout(resolve, 1500));
      ${source}
      process.exit(3);
    `,
  });
  expect(code).toBe(3);
  const after = await standing();
  expect(after.committed).toBe(before.committed);
  expect(after.commits).toBe(before.commits);
  expect(after.reserved - before.reserved).toBeGreaterThanOrEqual(MAX_OUTPUT);
  expect(after.reserved - before.reserved).toBeLessThan(MAX_OUTPUT + INPUT_BOUND);
});

async function standing() {
  const [balance] = await balances(sidecar);
  const commits = await allEntries(sidecar, 'commit');
  return {
    committed: Number(balance?.committed ?? 0),
    reserved: Number(balance?.reserved ?? 0),
    commits: commits.length,
  };
}
