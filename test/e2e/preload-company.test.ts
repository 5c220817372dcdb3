// The preload in company: loaded twice, beside copies of Spendfuse, under and over the wrappers of others,
// and in the processes that a program starts. Every call is counted once.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeOpenAI } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { type Program, runProgram } from '../support/hooked-program.ts';
import { commitCount } from '../support/ledger.ts';
import { scratchFolder } from '../support/program.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';
import { withEsbuild } from './bundles/bundle.ts';

const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE_AND_POOR }));
const openai = sharedByAll(() => startFakeOpenAI());

const environment = () => ({
  SPENDFUSE_ENDPOINT: sidecar.endpoint,
  SPENDFUSE_HOSTS: `${openai.origin}=openai`,
});

/** Posts a request by a fetch; `ask` says how many tokens have come. */
const asking = () => `
  const post = (fetch) =>
    fetch('${openai.baseUrl}/chat/completions', {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] }),
    });
  const ask = async (fetch) => say((await (await post(fetch)).json()).usage.completion_tokens);
`;

async function calls(program: Program) {
  const before = await commitCount(sidecar);
  const { said, stderr } = await runProgram({
    ...program,
    env: { ...environment(), ...program.env },
    source: asking() + program.source,
  });
  expect(stderr).toBe('');
  return { said, counted: (await commitCount(sidecar)) - before };
}

const COMPANY: Readonly<Record<string, Program>> = {
  'loaded twice': {
    flags: ['--require', preload, '--import', preload],
    source: 'await ask(fetch);',
  },
  'under a wrapper that makes other requests and responses': {
    source: `
      const ours = fetch;
      globalThis.fetch = async (...given) => {
        const response = await ours(new Request(...given));
        return new Response(response.body, response);
      };
      await ask(fetch);`,
  },
  'under a wrapper that clones what comes': {
    source: `
      const ours = fetch;
      globalThis.fetch = async (...given) => {
        const response = await ours(...given);
        await response.clone().text();
        return response;
      };
      await ask(fetch);`,
  },
  'with a fetch that was put in the place of it': {
    imports: { undici: 'undici' },
    source: 'undici.install(); await ask(fetch);',
  },
  'in a process that was forked': {
    source: `
      const { fork } = await import('node:child_process');
      if (!process.send) fork(process.argv[1]);
      else { process.disconnect(); await ask(fetch); }`,
  },
  'in a worker thread that leaves what has come': {
    source: `
      const { Worker, isMainThread, threadId } = await import('node:worker_threads');
      if (isMainThread) new Worker(process.argv[1]);
      else { globalThis.kept = await post(fetch); say(40); }`,
  },
  'for code of another realm that is handed our fetch': {
    source: `
      const { createContext, runInContext } = await import('node:vm');
      const realm = createContext({ fetch, post, say });
      await runInContext('(' + ask + ')(fetch)', realm);`,
  },
};

test.each(Object.entries(COMPANY))('%s', async (_, program) => {
  expect(await calls(program)).toEqual({ said: [40], counted: 1 });
});

test('over a wrapper that was there before', async () => {
  await using folder = await scratchFolder();
  const wrapper = join(folder.path, 'wrapper.cjs');
  await writeFile(
    wrapper,
    'const real = fetch; globalThis.passed = 0; globalThis.fetch = (...given) => (passed++, real(...given));',
  );
  const flags = ['--require', wrapper, '--require', preload];
  const { said, counted } = await calls({ flags, source: 'await ask(fetch); say(passed);' });
  expect(said).toEqual([40, 1]);
  expect(counted).toBe(1);
});

test('beside a copy of Spendfuse in a bundle', async () => {
  await using folder = await scratchFolder();
  const entry = join(folder.path, 'copy.mjs');
  await writeFile(
    entry,
    "import { guardedFetch } from 'spendfuse'; globalThis.copied = guardedFetch();",
  );
  const bundled = join(folder.path, 'bundled');
  await mkdir(bundled);
  const copy = await withEsbuild('cjs')({ entry, folder: bundled });
  const flags = ['--require', preload, '--require', copy];
  const { said, counted } = await calls({ flags, source: 'await ask(copied); await ask(fetch);' });
  expect(said).toEqual([40, 40]);
  expect(counted).toBe(2);
});

test('over the mocks of undici', async () => {
  const { said, counted } = await calls({
    imports: { undici: '{ fetch as ofUndici, MockAgent, setGlobalDispatcher }' },
    source: `
      const agent = new MockAgent();
      agent.disableNetConnect();
      setGlobalDispatcher(agent);
      const answer = { object: 'chat.completion', choices: [], usage: { prompt_tokens: 1, completion_tokens: 7, total_tokens: 8 } };
      agent.get('${openai.origin}').intercept({ path: '/v1/chat/completions', method: 'POST' })
        .reply(200, answer, { headers: { 'content-type': 'application/json' } }).times(2);
      await ask(fetch);
      await ask(ofUndici);
    `,
  });
  expect(said).toEqual([7, 7]);
  expect(counted).toBe(2);
});
