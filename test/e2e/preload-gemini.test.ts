// The Google GenAI SDK in programs under the preload, metered by a real sidecar to the nano-dollar.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FakeGemini, runNode, startFakeGemini } from '@spendfuse/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allEntries,
  preload,
  settled,
  startTestSidecar,
  type TestSidecar,
} from '../support/sidecar.ts';

// Inside this package, so that programs find the SDK as any program would.
const scratch = fileURLToPath(new URL('../node_modules/.cache/programs/', import.meta.url));
const CONFIG = `
budgets:
  - id: total
    limits: [$5/day]
`;
// https://ai.google.dev/gemini-api/docs/pricing
const prices = {
  'gemini-2.5-flash': {
    inputUsdPerMTok: '0.3',
    cachedInputUsdPerMTok: '0.03',
    outputUsdPerMTok: '2.5',
  },
};

let folder: string;
let sidecar: TestSidecar;
let provider: FakeGemini;

beforeAll(async () => {
  await mkdir(scratch, { recursive: true });
  folder = await mkdtemp(join(scratch, 'gemini-'));
  const counts = { inputTokens: 10_000, cachedTokens: 6000, toolUseTokens: 70 };
  const answer = { ...counts, reasoningTokens: 300, outputTokens: 340 };
  [sidecar, provider] = await Promise.all([
    startTestSidecar({ config: CONFIG }),
    startFakeGemini({ prices, script: () => answer }),
  ]);
});
afterAll(async () => {
  await Promise.all([sidecar[Symbol.asyncDispose](), provider.close()]);
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ['gcp.gemini', 'cjs'],
  ['gcp.gemini', 'mjs'],
  ['gcp.vertex_ai', 'cjs'],
  ['gcp.vertex_ai', 'mjs'],
] as const)('%s in %s: asked, streamed, refused', async (name, modules) => {
  const known = (await allEntries(sidecar, 'commit')).length;
  const billed = provider.billedNanoUsd();
  const file = join(folder, `program.${modules}`);
  const head =
    modules === 'cjs'
      ? "const { GoogleGenAI } = require('@google/genai');"
      : "import { GoogleGenAI } from '@google/genai';";
  await writeFile(
    file,
    `${head}
    const client = new GoogleGenAI({
      apiKey: 'key-secret',
      vertexai: ${name === 'gcp.vertex_ai'},
      httpOptions: { baseUrl: '${provider.origin}', retryOptions: { attempts: 3 } },
    });
    const config = { maxOutputTokens: 1000 };
    const ask = { model: 'gemini-2.5-flash', contents: 'How is the sea?', config };
    const main = async () => {
      console.log((await client.models.generateContent(ask)).candidates[0].finishReason);
      let chunks = 0;
      for await (const chunk of await client.models.generateContentStream(ask)) chunks += 1;
      console.log(chunks);
      await client.models
        .generateContent({ ...ask, model: 'no-such-model' })
        .catch((error) => console.log(error.name, error.reason));
    };
    main();`,
  );
  const { stdout, stderr, code } = await runNode({
    args: ['--require', preload, file],
    env: {
      SPENDFUSE_HOSTS: `${provider.origin}=${name}`,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
    },
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('STOP\n41\nBudgetExceededError UNPRICED\n');
  expect(code).toBe(0);
  await settled(sidecar);
  const commits = (await allEntries(sidecar, 'commit')).slice(0, 2);
  expect(await allEntries(sidecar, 'commit')).toHaveLength(known + 2);
  const cost = commits.reduce((sum, { costNanoUsd }) => sum + BigInt(costNanoUsd ?? 0), 0n);
  expect(cost).toBe(provider.billedNanoUsd() - billed);
});
