// Apps that were bundled and minified are guarded by the preload: there is no package to be hooked in
// them, and the fetch that they call is the one that the preload has patched.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type FakeAnthropic,
  type FakeOpenAI,
  runNode,
  startFakeAnthropic,
  startFakeOpenAI,
  tempFolder,
  type TempFolder,
} from '@spendfuse/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allEntries,
  preload,
  settled,
  startTestSidecar,
  type TestSidecar,
} from '../../support/sidecar.ts';
import { bundlers, withEsbuild, withWebpack } from './bundle.ts';

/** Inside this package, so that the program finds the SDKs when it is bundled. */
const scratch = fileURLToPath(new URL('../../node_modules/.cache/programs/', import.meta.url));
const CONFIG = `
budgets:
  - id: total
    limits: [$5/day]
  - id: tight
    match: { team: [tight] }
    limits: [600 tokens/request]
    onShortage: [deny]
`;
const WITH_PRELOAD = `
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';

const messages = [{ role: 'user', content: 'How is the sea?' }];
const openai = new OpenAI();
const anthropic = new Anthropic();
const chat = (more) =>
  openai.chat.completions.create({ model: 'gpt-4o-mini', messages, ...more });
const ask = (more) =>
  anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 100, messages, ...more });

async function main() {
  console.log((await chat()).usage.completion_tokens, (await ask()).usage.output_tokens);
  for (const call of [chat, ask]) {
    let pieces = 0;
    for await (const piece of await call({ stream: true })) pieces += 1;
    console.log(pieces);
    await call({ model: 'no-such-model' }).catch((error) => console.log(error.name, error.reason));
  }
}
main();
`;

const WITH_GUARDED_FETCH = `
import OpenAI from 'openai';
import { BudgetExceededError, guardedFetch, runAs } from 'spendfuse';

const messages = [{ role: 'user', content: 'How is the sea?' }];
const openai = new OpenAI({ fetch: guardedFetch() });
const chat = (more) =>
  openai.chat.completions.create({ model: 'gpt-4o-mini', messages, ...more });

async function main() {
  console.log((await chat()).usage.completion_tokens);
  let pieces = 0;
  for await (const piece of await chat({ stream: true })) pieces += 1;
  console.log(pieces);
  await chat({ model: 'no-such-model' }).catch((error) =>
    console.log(BudgetExceededError.from(error)?.reason),
  );
  // By its bytes more than the limit has room for, by its tokens less.
  const long = { max_tokens: 10, messages: [{ role: 'user', content: 'word '.repeat(200) }] };
  await runAs({ team: 'tight' }, () => chat(long)).then(
    ({ usage }) => console.log(usage.completion_tokens),
    (error) => console.log(BudgetExceededError.from(error)?.reason),
  );
}
main();
`;

let sources: string;
let shipped: TempFolder;
let sidecar: TestSidecar;
let openai: FakeOpenAI;
let anthropic: FakeAnthropic;

beforeAll(async () => {
  await mkdir(scratch, { recursive: true });
  sources = await mkdtemp(join(scratch, 'bundled-'));
  await writeFile(join(sources, 'app.mjs'), WITH_PRELOAD);
  await writeFile(join(sources, 'fetch.mjs'), WITH_GUARDED_FETCH);
  [shipped, sidecar, openai, anthropic] = await Promise.all([
    tempFolder(),
    startTestSidecar({ config: CONFIG }),
    startFakeOpenAI(),
    startFakeAnthropic(),
  ]);
});
afterAll(async () => {
  await Promise.all([sidecar[Symbol.asyncDispose](), openai.close(), anthropic.close()]);
  await Promise.all([shipped.remove(), rm(sources, { recursive: true, force: true })]);
});

test.each(bundlers)(
  '%s: asked, streamed, refused',
  async (_, bundle) => {
    const known = (await allEntries(sidecar, 'commit')).length;
    const calls = [openai.calls.length, anthropic.calls.length];
    const file = await bundle({ entry: join(sources, 'app.mjs'), folder: shipped.path });
    expect(await readdir(shipped.path)).not.toContain('node_modules');
    const { stdout, stderr, code } = await runNode({
      args: ['--require', preload, file],
      env: {
        OPENAI_API_KEY: 'sk-secret',
        OPENAI_BASE_URL: openai.baseUrl,
        ANTHROPIC_API_KEY: 'sk-ant-secret',
        ANTHROPIC_BASE_URL: anthropic.origin,
        SPENDFUSE_ENDPOINT: sidecar.endpoint,
      },
    });
    expect(stderr).toBe('');
    const refused = 'BudgetExceededError UNPRICED';
    expect(stdout.trim().split('\n')).toEqual(['40 40', '42', refused, '45', refused]);
    expect(code).toBe(0);
    await settled(sidecar);
    expect(await allEntries(sidecar, 'commit')).toHaveLength(known + 4);
    // One that is refused is not sent.
    expect([openai.calls.length, anthropic.calls.length]).toEqual(calls.map((count) => count + 2));
  },
  120_000,
);

test.each([
  ['esbuild, CommonJS', withEsbuild('cjs'), []],
  ['esbuild, ES module', withEsbuild('esm'), []],
  ['esbuild, Spendfuse beside it', withEsbuild('esm'), ['spendfuse']],
  ['webpack', withWebpack, []],
] as const)('guardedFetch in a bundle without the preload: %s', async (name, bundle, external) => {
  const known = (await allEntries(sidecar, 'commit')).length;
  const calls = openai.calls.length;
  const entry = join(sources, 'fetch.mjs');
  const isInside = external.length === 0;
  // The thread that counts tokens is a file, of which there is none beside a bundle; webpack notes where
  // it was when the bundle was made.
  const long = isInside && name !== 'webpack' ? 'TOO_LARGE' : '10';
  const file = await bundle({ entry, folder: isInside ? shipped.path : sources, external });
  const { stdout, stderr, code } = await runNode({
    args: [file],
    env: {
      OPENAI_API_KEY: 'sk-secret',
      OPENAI_BASE_URL: openai.baseUrl,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
    },
  });
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual(['40', '42', 'UNPRICED', long]);
  expect(code).toBe(0);
  await settled(sidecar);
  const sent = long === '10' ? 3 : 2;
  expect(await allEntries(sidecar, 'commit')).toHaveLength(known + sent);
  expect(openai.calls).toHaveLength(calls + sent);
});
