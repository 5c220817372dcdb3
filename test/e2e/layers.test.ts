// Layers above each other: one request is counted once, however many of them it passes; and whatever else
// is asked on the way is counted by itself.
import { startFakeBedrock, startFakeOpenAI } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { runProgram } from '../support/hooked-program.ts';
import { commits } from '../support/ledger.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const CONFIG = `${AMPLE_AND_POOR}  - id: clamped
    match: { team: [clamped] }
    limits: [200 tokens/request]
    onShortage: [clamp: { minOutputTokens: 1 }, deny]
`;

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const openai = newForEach(() => startFakeOpenAI());
const gateway = newForEach(() => startFakeOpenAI());
const bedrock = newForEach(() => startFakeBedrock());

/** Models of the newest commits, in the order of their names. */
async function charged(source: string, more: Readonly<Record<string, string>> = {}) {
  const before = (await commits(sidecar)).length;
  const { said, stderr } = await runProgram({
    imports: {
      openai: 'OpenAI',
      '@aws-sdk/client-bedrock-runtime': '* as aws',
      spendfuse: '{ guardedFetch, runAs }',
    },
    env: {
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      SPENDFUSE_HOSTS: `${openai.origin}=openai,${gateway.origin}=openai`,
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: openai.baseUrl,
      ...more,
    },
    source: `
      const messages = [{ role: 'user', content: 'hello' }];
      const client = (send) => new OpenAI({ fetch: guardedFetch(send), maxRetries: 0 });
      const ask = (send) => client(send).chat.completions.create({ model: 'gpt-4o', messages });
      const post = (body, origin = '${openai.origin}', more = {}) => fetch(origin + '/v1/chat/completions', {
        method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
        body: JSON.stringify(body), ...more,
      });
      ${source}`,
  });
  expect(stderr).toBe('');
  const all = await commits(sidecar);
  const models = all.slice(0, all.length - before).map(({ model }) => model);
  return { said, models: models.map(String).toSorted((a, b) => a.localeCompare(b)) };
}

/** What is said is read to its end, so that it is settled. */
const GUARDRAIL =
  "{ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'is this safe? hello' }] }";

test.each([
  [
    'asks before it sends',
    `(...given) => post(${GUARDRAIL}).then((r) => r.text()).then(() => fetch(...given))`,
  ],
  [
    'asks while it sends',
    `async (...given) => {
    const asked = post(${GUARDRAIL}).then((r) => r.text());
    const [response] = await Promise.all([fetch(...given), asked]);
    return response;
  }`,
  ],
  [
    'asks by an SDK',
    `(...given) => new OpenAI().chat.completions.create(${GUARDRAIL}).then(() => fetch(...given))`,
  ],
])('a fetch that %s: both are counted', async (_, send) => {
  const { models } = await charged(`await ask(${send});`);
  expect(openai.calls).toHaveLength(2);
  expect(models).toEqual(['gpt-4o', 'gpt-4o-mini']);
});

test('what a fetch asks on the way is refused by itself', async () => {
  const { said, models } = await charged(`
    const send = async (...given) => {
      await runAs({ team: 'poor' }, () => post(${GUARDRAIL})).catch(caught);
      return fetch(...given);
    };
    say((await ask(send)).usage.completion_tokens);
  `);
  expect(said).toEqual([{ name: 'BudgetExceededError', reason: 'TOO_LARGE' }, 40]);
  expect(models).toEqual(['gpt-4o']);
});

test('middleware of the AWS SDK that asks somebody else: both are counted', async () => {
  const { models } = await charged(`
    const bedrock = new aws.BedrockRuntimeClient({
      region: 'us-east-1', endpoint: '${bedrock.origin}', credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    });
    const asking = (next) => async (args) => {
      await (await post(${GUARDRAIL})).text();
      return next(args);
    };
    bedrock.middlewareStack.add(asking, { step: 'deserialize', priority: 'low' });
    const modelId = 'anthropic.claude-3-haiku-20240307-v1:0';
    await bedrock.send(new aws.ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'hello' }] }] }));
  `);
  expect(models).toEqual(['anthropic.claude-3-haiku-20240307-v1:0', 'gpt-4o-mini']);
});

const toGateway = () => `'${gateway.origin}' + new URL(url).pathname`;

test.each([
  ['passes it on', () => '(...given) => fetch(...given)'],
  ['makes a Request of it', () => '(url, init) => fetch(new Request(url, init))'],
  ['sends it to a gateway', () => `(url, init) => fetch(${toGateway()}, init)`],
  [
    'adds a field',
    () =>
      '(url, init) => fetch(url, { ...init, body: JSON.stringify({ ...JSON.parse(init.body), user: "me" }) })',
  ],
  [
    'adds a field, and sends it to a gateway',
    () =>
      `(url, init) => fetch(${toGateway()}, { ...init, body: JSON.stringify({ ...JSON.parse(init.body), user: "me" }) })`,
  ],
  [
    'sends a stream',
    () =>
      '(url, init) => fetch(url, { ...init, body: new Blob([init.body]).stream(), duplex: "half" })',
  ],
  ['is guarded itself', () => 'guardedFetch((...given) => fetch(...given))'],
  [
    'compresses it',
    () => `async (url, init) => {
      const { gzipSync } = await import('node:zlib');
      const headers = new Headers(init.headers);
      headers.set('content-encoding', 'gzip');
      headers.delete('content-length');
      await fetch(url, { ...init, headers, body: gzipSync(init.body) });
      return fetch(url, init);
    }`,
  ],
])('a fetch that %s: counted once', async (_, send) => {
  const { said, models } = await charged(`say((await ask(${send()})).usage.completion_tokens);`);
  expect(said).toEqual([40]);
  expect(models).toEqual(['gpt-4o']);
});

test('a fetch that repeats it where it failed: counted once', async () => {
  openai.script = ({ index }) => (index === 0 ? { error: { status: 503 } } : undefined);
  const { said, models } = await charged(`
    const send = async (...given) => {
      const response = await fetch(...given);
      return response.ok ? response : fetch(...given);
    };
    say((await ask(send)).usage.completion_tokens);
  `);
  expect(said).toEqual([40]);
  expect(models).toEqual(['gpt-4o']);
  expect(openai.calls).toHaveLength(2);
});

test('clamped on the way: counted once, as it is sent', async () => {
  const { said, models } = await charged(
    `say((await ask((...given) => fetch(...given))).usage.completion_tokens);`,
    { SPENDFUSE_LABELS: 'team=clamped' },
  );
  expect(said).toEqual([40]);
  expect(models).toEqual(['gpt-4o']);
  expect(openai.calls).toHaveLength(1);
});

test('a fetch that asks twice for one answer: both are counted', async () => {
  const { models } = await charged(`
    await ask(async (...given) => {
      await (await fetch(...given)).text();
      return fetch(...given);
    });
  `);
  expect(openai.calls).toHaveLength(2);
  expect(models).toEqual(['gpt-4o', 'gpt-4o']);
});
