// Many calls at once against a budget with room for some: exactly those reach the provider (L1).
import { startFakeOpenAI } from '@spendfuse/testkit';
import { expect, it } from 'vitest';
import { runApp } from '../support/app.ts';
import { allEntries, balances, settled, startTestSidecar } from '../support/sidecar.ts';

const CALLS = 200;
const AFFORDABLE = 50;
/** Each call is reserved and billed at exactly this: the stand-in uses all it may. */
const OUTPUT_TOKENS = 1000;
const INPUT_TOKENS = 20;
const COST_NANO_USD = INPUT_TOKENS * 150 + OUTPUT_TOKENS * 600;

it(`lets exactly ${AFFORDABLE} of ${CALLS} concurrent calls through, over gRPC`, async () => {
  const prices = { 'gpt-4o-mini': { inputUsdPerMTok: '0.15', outputUsdPerMTok: '0.60' } };
  await using provider = await startFakeOpenAI({
    prices,
    script: () => ({
      inputTokens: INPUT_TOKENS,
      outputTokens: OUTPUT_TOKENS,
      firstByteDelayMs: 20,
    }),
  });
  // Room for the fiftieth call's bound, which is a little above what it costs, but for no other.
  const limit = (COST_NANO_USD * AFFORDABLE + COST_NANO_USD * 0.9) / 1e9;
  await using sidecar = await startTestSidecar({
    config: `
budgets:
  - id: all
    limits: [$${limit.toFixed(9)}/day]
    onShortage: [{ wait: 10s }, deny]
`,
  });
  const { stdout } = await runApp({
    provider,
    sidecar,
    source: `
      const results = await Promise.allSettled(Array.from({ length: ${CALLS} }, () =>
        openai.chat.completions.create({
          model: 'gpt-4o-mini', max_tokens: ${OUTPUT_TOKENS}, messages: [{ role: 'user', content: 'hi' }],
        })));
      const names = results.map(({ reason }) => reason?.name ?? 'ok');
      console.log(JSON.stringify(Object.groupBy(names, (name) => name)));
    `,
  });
  const groups = JSON.parse(stdout) as Record<string, string[]>;
  expect(Object.keys(groups).sort()).toEqual(['BudgetExceededError', 'ok']);
  expect(groups['ok']).toHaveLength(AFFORDABLE);
  expect(provider.calls).toHaveLength(AFFORDABLE);
  await settled(sidecar);
  expect(await allEntries(sidecar, 'commit')).toHaveLength(AFFORDABLE);
  const [balance] = await balances(sidecar);
  expect(BigInt(balance?.committed ?? 0)).toBe(provider.billedNanoUsd());
});
