// The Google GenAI SDK in programs under the preload, metered by a real sidecar to the nano-dollar.
import { startFakeGemini } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { billOf } from '../support/ledger.ts';
import { runText } from '../support/program.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';

// https://ai.google.dev/gemini-api/docs/pricing
const prices = {
  'gemini-2.5-flash': {
    inputUsdPerMTok: '0.3',
    cachedInputUsdPerMTok: '0.03',
    outputUsdPerMTok: '2.5',
  },
};

const counts = { inputTokens: 10_000, cachedTokens: 6000, toolUseTokens: 70 };
const answer = { ...counts, reasoningTokens: 300, outputTokens: 340 };
const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE }));
const provider = sharedByAll(() => startFakeGemini({ prices, script: () => answer }));

test.each([
  ['gcp.gemini', 'cjs'],
  ['gcp.gemini', 'mjs'],
  ['gcp.vertex_ai', 'cjs'],
  ['gcp.vertex_ai', 'mjs'],
] as const)('%s in %s: asked, streamed, refused', async (name, modules) => {
  const head =
    modules === 'cjs'
      ? "const { GoogleGenAI } = require('@google/genai');"
      : "import { GoogleGenAI } from '@google/genai';";
  const bill = await billOf({ sidecar, provider }, async () => {
    const { stdout, stderr, code } = await runText({
      modules,
      env: {
        SPENDFUSE_HOSTS: `${provider.origin}=${name}`,
        SPENDFUSE_ENDPOINT: sidecar.endpoint,
      },
      text: `${head}
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
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('STOP\n41\nBudgetExceededError UNPRICED\n');
    expect(code).toBe(0);
  });
  expect(bill).toMatchObject({ calls: 2, chargedNanoUsd: bill.billedNanoUsd });
});
