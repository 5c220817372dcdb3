// Programs that end with bodies open, which SDKs do not close when they are left by `break`, or that nobody
// has read: what has come is charged, and the end is not put off.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeBedrock, startFakeOpenAI } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { runProgram } from '../support/hooked-program.ts';
import { commits } from '../support/ledger.ts';
import { allEntries, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const CONFIG = 'budgets: [{ id: all, limits: [1m tokens/day] }]';

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const openai = newForEach(() => startFakeOpenAI());
const bedrock = newForEach(() => startFakeBedrock());

async function run(source: string, env: Readonly<Record<string, string>> = {}) {
  const { said, stderr } = await runProgram({
    imports: { '@aws-sdk/client-bedrock-runtime': '* as aws' },
    env: {
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      SPENDFUSE_HOSTS: `${openai.origin}=openai`,
      ...env,
    },
    source: `
      const post = (more) => fetch('${openai.baseUrl}/chat/completions', {
        method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
        body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 5000, messages: [{ role: 'user', content: 'hello' }], ...more }),
      });
      const converse = () => new aws.BedrockRuntimeClient({
        region: 'us-east-1', endpoint: '${bedrock.origin}', credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      }).send(new aws.ConverseStreamCommand({
        modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
        messages: [{ role: 'user', content: [{ text: 'hello' }] }], inferenceConfig: { maxTokens: 5000 },
      }));
      ${source}`,
  });
  expect(stderr).toBe('');
  return said;
}

/** Tokens of output, and where they are known from, of the newest commits. */
async function charged(count: number) {
  const newest = (await commits(sidecar)).slice(0, count);
  return newest.map(({ usage, usageSource }) => [usage?.outputTokens, usageSource]).toReversed();
}

async function committed(): Promise<number> {
  return (await allEntries(sidecar, 'commit')).length;
}

test.each([
  ['a stream of Bedrock, left by break', 'for await (const _ of (await converse()).stream) break;'],
  ['a body that nobody reads', 'globalThis.kept = await post();'],
  ['a stream that nobody reads', 'globalThis.kept = await post({ stream: true });'],
  [
    'a stream that is held, and not read on',
    `const { body } = await post({ stream: true, stream_options: { include_usage: true } });
     globalThis.kept = body.getReader();
     await kept.read();`,
  ],
])('%s: what the provider has reported is charged', async (_, source) => {
  const before = await committed();
  await run(source);
  expect(await committed()).toBe(before + 1);
  expect(await charged(1)).toEqual([[40, 'provider']]);
});

test('a body that is read on after all gives every byte, and is charged once', async () => {
  const before = await committed();
  const said = await run(`
    const { body } = await post({ stream: true });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = decoder.decode((await reader.read()).value, { stream: true });
    let turns = 0;
    process.on('beforeExit', async () => {
      // The first time may be before what has come was looked at.
      if (++turns !== 2) return;
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        text += decoder.decode(next.value, { stream: true });
      }
      const events = text.split('\\n\\n').filter(Boolean);
      say([events.length, events.at(-1), new Set(events).size]);
    });
  `);
  expect(said).toEqual([[expect.any(Number), 'data: [DONE]', expect.any(Number)]]);
  const [[events, , distinct]] = said as [[number, string, number]];
  expect(events).toBeGreaterThan(10);
  expect(distinct).toBe(events);
  expect(await committed()).toBe(before + 1);
});

test('process.exit() in the middle of a stream: with a spool, the next process tells what has come', async () => {
  bedrock.script = () => ({ outputTokens: 400, chunkDelayMs: 10 });
  const folder = join(sidecar.folder, 'spool');
  await mkdir(folder, { mode: 0o700 });
  const spool = { SPENDFUSE_SPOOL_DIR: folder };
  const before = await committed();
  await run(
    `let seen = 0;
     for await (const _ of (await converse()).stream) if (++seen > 10) process.exit();`,
    spool,
  );
  expect(await committed()).toBe(before);
  await run('await (await post()).json();', spool);
  expect(await committed()).toBe(before + 2);
  const outputs = (await charged(2)).map(([outputTokens]) => Number(outputTokens));
  const cut = outputs.find((outputTokens) => outputTokens !== 40) ?? 0;
  expect(cut).toBeGreaterThan(0);
  expect(cut).toBeLessThan(200);
});
