// The Anthropic SDKs in programs under the preload, metered by a real sidecar to the last nano-dollar.
import { startFakeAnthropic } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { billOf } from '../support/ledger.ts';
import { runText } from '../support/program.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';

// https://platform.claude.com/docs/en/about-claude/pricing
const prices = {
  'claude-haiku-4-5': {
    inputUsdPerMTok: '1',
    cachedInputUsdPerMTok: '0.1',
    cacheWriteUsdPerMTok: '1.25',
    outputUsdPerMTok: '5',
  },
};

const counts = { inputTokens: 1000, cachedTokens: 600, cacheWriteTokens: 300 };
const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE }));
const provider = sharedByAll(() => startFakeAnthropic({ prices, script: () => counts }));

test.each([
  ['@anthropic-ai/sdk', 'cjs'],
  ['@anthropic-ai/sdk', 'mjs'],
  ['anthropic-0', 'cjs'],
  ['anthropic-0', 'mjs'],
] as const)('%s in %s: asked, streamed, refused', async (sdk, modules) => {
  const bill = await billOf({ sidecar, provider }, async () => {
    const { stdout, stderr, code } = await runText({
      modules,
      env: {
        SDK: sdk,
        ANTHROPIC_API_KEY: 'sk-ant-secret',
        ANTHROPIC_BASE_URL: provider.origin,
        SPENDFUSE_ENDPOINT: sidecar.endpoint,
      },
      text: `const main = async () => {
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
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('end_turn\n45\nBudgetExceededError UNPRICED\n');
    expect(code).toBe(0);
  });
  expect(bill).toMatchObject({ calls: 2, chargedNanoUsd: bill.billedNanoUsd });
});
