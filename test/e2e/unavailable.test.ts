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

  it('`allow` lets calls through with one warning, and tells at the end what is lost', async () => {
    await using provider = await startFakeOpenAI();
    const { code, stdout, stderr } = await runApp({
      provider,
      sidecar: await nowhere(),
      env: { SPENDFUSE_ON_UNAVAILABLE: 'allow' },
      source: `for (let i = 0; i < 3; i++) console.log((await ${ASK}).usage.completion_tokens);`,
    });
    expect(stdout.trim().split('\n')).toEqual(['40', '40', '40']);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^spendfuse: calls pass without a decision \(allow\): /),
      expect.stringMatching(
        /^spendfuse: ended with calls that were not delivered, so .*SPENDFUSE_SPOOL_DIR .*calls=3/,
      ),
    ]);
    expect(code).toBe(0);
    expect(provider.calls).toHaveLength(3);
  });

  it('`grace` lets calls through as far as it goes, and says what it is', async () => {
    await using provider = await startFakeOpenAI();
    const { stdout, stderr } = await runApp({
      provider,
      sidecar: await nowhere(),
      env: { SPENDFUSE_GRACE: '3 requests' },
      source: `for (let i = 0; i < 5; i++) {
        await ${ASK}.then(() => console.log('went'), (error) => console.log(error.reason));
      }
      await ${ASK}.catch((error) => console.log(error.message));`,
    });
    const told = stdout.trim().split('\n');
    expect(told.slice(0, 5)).toEqual(['went', 'went', 'went', 'UNAVAILABLE', 'UNAVAILABLE']);
    expect(told[5]).toMatch(/; what is left of its grace \(3 requests\) does not cover it$/);
    expect(stderr).toMatch(/calls pass without a decision \(grace: 3 requests\): /);
    expect(provider.calls).toHaveLength(3);
  });

  it('money covers little of a model whose price is not known', async () => {
    await using provider = await startFakeOpenAI();
    const { stdout } = await runApp({
      provider,
      sidecar: await nowhere(),
      env: { SPENDFUSE_GRACE: '$0.04' },
      source: `for (const max_tokens of [50, 1]) await openai.chat.completions.create({
        model: 'gpt-4o-mini', max_tokens, messages: [{ role: 'user', content: 'hi' }] })
        .then(() => console.log('went'), (error) => console.log(error.reason));`,
    });
    expect(stdout.trim().split('\n')).toEqual(['UNAVAILABLE', 'went']);
  });
});

it('`grace` in money goes by the price that grants have shown, and comes back when counted', async () => {
  await using provider = await startFakeOpenAI();
  await using sidecar = await startTestSidecar({ config: CONFIG });
  // The app says by what it fetches when the sidecar is to go and to come.
  provider.script = ({ path, index }) => {
    if (index === 0 || path === '/v1/files') return { hold: sidecar.crash() };
    return path === '/v1/models' ? { hold: sidecar.start() } : undefined;
  };
  const { stdout } = await runApp({
    provider,
    sidecar,
    timeoutMs: 60_000,
    // 40 tokens of output cost $0.000024: a few calls at that, and not one at the dearest price.
    env: { SPENDFUSE_GRACE: '$0.0001' },
    source: `
      const { setTimeout: sleep } = await import('node:timers/promises');
      const ask = () => ${ASK}.then(() => true, () => false);
      const askUntilDenied = async () => {
        let calls = 0;
        while (calls < 100 && (await ask())) calls += 1;
        return calls;
      };
      await ask();
      console.log(await askUntilDenied());
      await fetch('${provider.origin}/v1/models');
      while (!(await ask())) await sleep(100);
      await sleep(1500);
      await fetch('${provider.origin}/v1/files');
      console.log(await askUntilDenied());
    `,
  });
  const [first = '', again] = stdout.trim().split('\n');
  expect(Number(first)).toBeGreaterThan(1);
  expect(Number(first)).toBeLessThan(6);
  expect(again).toBe(first);
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
  expect(stderr).toMatch(/SPENDFUSE_LABELS: labels\.Team: a label name is /);
  expect(provider.calls).toEqual([]);
});

describe('SPENDFUSE_HOSTS with an entry that cannot be read', () => {
  const misread = { SPENDFUSE_HOSTS: '127.0.0.1=openai', OPENAI_BASE_URL: undefined };
  const source = (origin: string) => `
    const ai = new OpenAI({ baseURL: '${origin}/v1', maxRetries: 2 });
    const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
    await ai.chat.completions.create(ask)
      .then(() => console.log('went'), (error) => console.log(error.name, error.reason));
    console.log((await fetch('${origin}/v1/models')).status, (await fetch('${origin}/any')).status);`;

  it.each([
    ['deny', 'BudgetExceededError UNAVAILABLE', 0],
    ['allow', 'went', 1],
  ])('a call that may be to it has no decision: %s; others pass', async (policy, told, calls) => {
    await using provider = await startFakeOpenAI();
    await using sidecar = await startTestSidecar({ config: CONFIG });
    const { stdout, stderr } = await runApp({
      provider,
      sidecar,
      env: { ...misread, SPENDFUSE_ON_UNAVAILABLE: policy },
      source: source(provider.origin),
    });
    expect(stdout.trim().split('\n')).toEqual([told, '200 404']);
    expect(stderr).toMatch(/SPENDFUSE_HOSTS: "127\.0\.0\.1=openai" is no URL of a provider/);
    const asked = provider.calls.filter(({ path }) => path.endsWith('/completions'));
    expect(asked).toHaveLength(calls);
  });
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
