// SpendfuseInstrumentation in a program that starts it by itself: it does what the preload does.
import { startFakeOpenAI } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { type Program, runProgram } from '../support/hooked-program.ts';
import { commitCount } from '../support/ledger.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE_AND_POOR }));
const provider = newForEach(() => startFakeOpenAI());

const committed = (): Promise<number> => commitCount(sidecar);

const run = (program: Program) =>
  runProgram({
    ...program,
    env: {
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      SPENDFUSE_HOSTS: `${provider.origin}=openai`,
      ...program.env,
    },
  });

const COVERAGE = `
  const { coverage } = await import('@spendfuse/instrumentation');
  say(coverage());
`;
const START = `
  const { SpendfuseInstrumentation } = await import('@spendfuse/instrumentation');
  new SpendfuseInstrumentation();
`;
const post = (): string => `
  const post = (fetch) => fetch('${provider.baseUrl}/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] }),
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
  }).then((response) => response.json()).then(({ usage }) => say(usage.completion_tokens), caught);
`;

test.each(['cjs', 'mjs'] as const)('%s: what is loaded later is hooked', async (modules) => {
  const before = await committed();
  const { said, stderr } = await run({
    modules,
    flags: [],
    source: `
      ${START} ${post()}
      const { createRequire } = await import('node:module');
      const need = createRequire(${modules === 'cjs' ? '__filename' : 'import.meta.filename'});
      for (const name of ['node-fetch', 'node-fetch-2']) await post((await import(name)).default);
      await post(need('undici').fetch);
      ${COVERAGE}
    `,
  });
  expect(stderr).toBe('');
  expect(said).toEqual([
    40,
    40,
    40,
    {
      layers: ['fetch', 'commonjs', 'esm'].map((name) => ({ name, active: true })),
      modules: ['node-fetch', 'node-fetch', 'undici'].map((name) =>
        expect.objectContaining({ name, hooked: true }),
      ),
    },
  ]);
  expect(await committed()).toBe(before + 3);
});

test('of what was loaded before, classes are guarded, and functions are told', async () => {
  const { said, stderr } = await run({
    flags: [],
    imports: { 'bedrock-old': '{ BedrockRuntimeClient, ConverseCommand }', undici: 'undici' },
    env: { SPENDFUSE_LABELS: 'team=poor' },
    source: `
      ${START}
      const client = new BedrockRuntimeClient({
        region: 'us-east-1', endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      });
      await client.send(new ConverseCommand({
        modelId: 'anthropic.claude-3-haiku-20240307-v1:0', messages: [{ role: 'user', content: [{ text: 'hello' }] }],
      })).catch(caught);
      ${COVERAGE}
    `,
  });
  expect(stderr).toMatch(/^spendfuse: calls of undici 8\S+ may pass uncounted: [^\n]+\n$/u);
  const modules = [
    { hook: 'bedrock', hooked: true },
    { hook: 'undici', hooked: false, why: expect.stringContaining('before') },
  ].map((module) => expect.objectContaining(module));
  expect(said).toEqual([
    { name: 'BudgetExceededError', reason: 'TOO_LARGE' },
    { layers: expect.any(Array), modules: expect.arrayContaining(modules) },
  ]);
});

test('beside the preload it changes nothing', async () => {
  const before = await committed();
  const { said, stderr } = await run({
    source: `
      ${START} ${post()}
      await post((await import('node-fetch')).default);
      await post(fetch);
    `,
  });
  expect(stderr).toBe('');
  expect(said).toEqual([40, 40]);
  expect(await committed()).toBe(before + 2);
});
