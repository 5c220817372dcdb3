// The Anthropic SDKs in programs under the preload, metered by a real sidecar to the last nano-dollar.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FakeAnthropic, runNode, startFakeAnthropic } from '@spendfuse/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allEntries,
  preload,
  settled,
  startTestSidecar,
  type TestSidecar,
} from '../support/sidecar.ts';

// Inside this package, so that programs find the SDKs as any program would.
const scratch = fileURLToPath(new URL('../node_modules/.cache/programs/', import.meta.url));
const CONFIG = `
budgets:
  - id: total
    limits: [$5/day]
`;
// https://platform.claude.com/docs/en/about-claude/pricing
const prices = {
  'claude-haiku-4-5': {
    inputUsdPerMTok: '1',
    cachedInputUsdPerMTok: '0.1',
    cacheWriteUsdPerMTok: '1.25',
    outputUsdPerMTok: '5',
  },
};

let folder: string;
let sidecar: TestSidecar;
let provider: FakeAnthropic;

beforeAll(async () => {
  await mkdir(scratch, { recursive: true });
  folder = await mkdtemp(join(scratch, 'anthropic-'));
  const counts = { inputTokens: 1000, cachedTokens: 600, cacheWriteTokens: 300 };
  [sidecar, provider] = await Promise.all([
    startTestSidecar({ config: CONFIG }),
    startFakeAnthropic({ prices, script: () => counts }),
  ]);
});
afterAll(async () => {
  await Promise.all([sidecar[Symbol.asyncDispose](), provider.close()]);
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ['@anthropic-ai/sdk', 'cjs'],
  ['@anthropic-ai/sdk', 'mjs'],
  ['anthropic-0', 'cjs'],
  ['anthropic-0', 'mjs'],
] as const)('%s in %s: asked, streamed, refused', async (sdk, modules) => {
  const known = (await allEntries(sidecar, 'commit')).length;
  const billed = provider.billedNanoUsd();
  const file = join(folder, `program.${modules}`);
  await writeFile(
    file,
    `const main = async () => {
      const { Anthropic } = ${modules === 'cjs' ? 'require' : 'await import'}(process.env.SDK);
      const client = new Anthropic();
      const messages = [{ role: 'user', content: 'How is the sea?' }];
      const ask = { model: 'claude-haiku-4-5', max_tokens: 100, messages };
      console.log((await client.messages.create(ask)).stop_reason);
      let events = 0;
      for await (const event of await client.messages.create({ ...ask, stream: true })) events += 1;
      console.log(events);
      await client.messages
        .create({ ...ask, model: 'no-such-model' })
        .catch((error) => console.log(error.name, error.reason));
    };
    main();`,
  );
  const { stdout, stderr, code } = await runNode({
    args: ['--require', preload, file],
    env: {
      SDK: sdk,
      ANTHROPIC_API_KEY: 'sk-ant-secret',
      ANTHROPIC_BASE_URL: provider.origin,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
    },
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('end_turn\n45\nBudgetExceededError UNPRICED\n');
  expect(code).toBe(0);
  await settled(sidecar);
  const commits = (await allEntries(sidecar, 'commit')).slice(0, 2);
  expect(await allEntries(sidecar, 'commit')).toHaveLength(known + 2);
  const cost = commits.reduce((sum, { costNanoUsd }) => sum + BigInt(costNanoUsd ?? 0), 0n);
  expect(cost).toBe(provider.billedNanoUsd() - billed);
});
