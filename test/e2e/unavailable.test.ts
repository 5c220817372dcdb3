// The sidecar is away: the policy decides, the app is never disturbed, and calls find it again.
import { freePort, startFakeOpenAI } from '@spendfuse/testkit';
import { describe, expect, it } from 'vitest';
import { runApp } from '../support/app.ts';
import { allEntries, settled, startTestSidecar } from '../support/sidecar.ts';

const ASK = `openai.chat.completions.create({
  model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] })`;
const CONFIG = 'budgets:\n  - id: all\n    limits: [$5/day]\n';

async function nowhere() {
  return { endpoint: `127.0.0.1:${await freePort()}` };
}

describe('without a sidecar', () => {
  it('`deny`, the default, refuses with UNAVAILABLE and never asks the provider', async () => {
    await using provider = await startFakeOpenAI();
    const { code, stdout } = await runApp({
      provider,
      sidecar: await nowhere(),
      source: `await ${ASK}.catch((error) => console.log(error.name, error.reason));`,
    });
    expect(stdout.trim()).toBe('BudgetExceededError UNAVAILABLE');
    expect(code).toBe(0);
    expect(provider.calls).toEqual([]);
  });

  it('`allow` lets calls through with one warning', async () => {
    await using provider = await startFakeOpenAI();
    const { code, stdout, stderr } = await runApp({
      provider,
      sidecar: await nowhere(),
      env: { SPENDFUSE_ON_UNAVAILABLE: 'allow' },
      source: `for (let i = 0; i < 3; i++) console.log((await ${ASK}).usage.completion_tokens);`,
    });
    expect(stdout.trim().split('\n')).toEqual(['40', '40', '40']);
    expect(stderr.match(/spendfuse/gi)).toHaveLength(1);
    expect(code).toBe(0);
    expect(provider.calls).toHaveLength(3);
  });
});

it('refuses where ill-formed labels leave open who spends, and says what is wrong', async () => {
  await using provider = await startFakeOpenAI();
  await using sidecar = await startTestSidecar({ config: CONFIG });
  const { stdout, stderr } = await runApp({
    provider,
    sidecar,
    env: { SPENDFUSE_LABELS: 'Team=search' },
    source: `await ${ASK}.catch((error) => console.log(error.name, error.reason));`,
  });
  expect(stdout.trim()).toBe('BudgetExceededError UNAVAILABLE');
  expect(stderr).toMatch(/SPENDFUSE_LABELS: labels\.Team: .*write it as name=value/);
  expect(provider.calls).toEqual([]);
});

it('uses the sidecar again when it is back, and then hears of what went by', async () => {
  await using provider = await startFakeOpenAI();
  await using sidecar = await startTestSidecar({ config: CONFIG });
  await sidecar.crash();
  let asked = 0;
  provider.script = () => {
    asked += 1;
    // After the first call, which no authority has seen, the sidecar comes back.
    if (asked === 1) void sidecar.start();
    return undefined;
  };
  const { code, stdout } = await runApp({
    provider,
    sidecar,
    env: { SPENDFUSE_ON_UNAVAILABLE: 'allow' },
    source: `
      await ${ASK};
      const { setTimeout: sleep } = await import('node:timers/promises');
      const answers = await (async () => {
        for (let i = 0; i < 60; i++) {
          await sleep(250);
          const { balances } = await fetch('${sidecar.origin}/api/balances').then((r) => r.json(), () => ({}));
          if (balances) return (await ${ASK}).usage.completion_tokens;
        }
      })();
      console.log(answers);
      await sleep(1500);
    `,
  });
  expect(stdout.trim()).toBe('40');
  expect(code).toBe(0);
  await settled(sidecar);
  const verbs = ['reserve', 'commit', 'record'] as const;
  const counts = await Promise.all(verbs.map((verb) => allEntries(sidecar, verb)));
  expect(counts.map(({ length }) => length)).toEqual([1, 1, 1]);
});
