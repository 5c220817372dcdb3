// What programs give their SDKs themselves: guardedFetch, middleware for Anthropic, the plugin for Bedrock;
// without the preload, beside it, and in a bundle.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNode, startFakeAnthropic, startFakeBedrock, startFakeOpenAI } from '@spendfuse/testkit';
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { BedrockRuntimeClient as OldBedrockRuntimeClient } from 'bedrock-old';
import { build } from 'esbuild';
import OpenAI from 'openai';
import { guardAnthropic, guardedFetch, spendfusePlugin } from 'spendfuse';
import { fetch as undiciFetch } from 'undici';
import { describe, expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { type Program, runProgram } from '../support/hooked-program.ts';
import { commitCount } from '../support/ledger.ts';
import { scratchFolder } from '../support/program.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE_AND_POOR }));
const openai = newForEach(() => startFakeOpenAI());
const anthropic = newForEach(() => startFakeAnthropic());
const bedrock = newForEach(() => startFakeBedrock());

const committed = (): Promise<number> => commitCount(sidecar);

const environment = (): Readonly<Record<string, string>> => ({
  SPENDFUSE_ENDPOINT: sidecar.endpoint,
  SPENDFUSE_HOSTS: `${openai.origin}=openai`,
  OPENAI_API_KEY: 'sk-test',
  OPENAI_BASE_URL: openai.baseUrl,
});

async function run(program: Program): Promise<readonly unknown[]> {
  const { said, stderr } = await runProgram({
    ...program,
    env: { ...environment(), ...program.env },
  });
  expect(stderr).toBe('');
  return said;
}

const MESSAGES = "messages: [{ role: 'user', content: 'hello' }]";
const REFUSAL = { name: 'BudgetExceededError', reason: 'TOO_LARGE' };

/** Programs that guard themselves, and how many calls they make. */
const PROGRAMS: Readonly<
  Record<string, { calls: number; imports: Program['imports']; source: () => string }>
> = {
  guardedFetch: {
    calls: 2,
    imports: { openai: 'OpenAI', spendfuse: '{ guardedFetch }' },
    source: () => `
      const client = new OpenAI({ fetch: guardedFetch() });
      say((await client.chat.completions.create({ model: 'gpt-4o-mini', ${MESSAGES} })).usage.completion_tokens);
      let chunks = 0;
      for await (const _ of await client.chat.completions.create({ model: 'gpt-4o-mini', stream: true, ${MESSAGES} })) chunks++;
      say(chunks > 10);`,
  },
  'guardedFetch around a fetch of the program': {
    calls: 1,
    imports: { openai: 'OpenAI', spendfuse: '{ guardedFetch }' },
    source: () => `
      let sent = 0;
      const client = new OpenAI({ fetch: guardedFetch((...given) => (sent++, globalThis.fetch(...given))) });
      say((await client.chat.completions.create({ model: 'gpt-4o-mini', ${MESSAGES} })).usage.completion_tokens);
      say(sent === 1);`,
  },
  'guardedFetch around undici': {
    calls: 1,
    imports: { openai: 'OpenAI', undici: 'undici', spendfuse: '{ guardedFetch }' },
    source: () => `
      const client = new OpenAI({ fetch: guardedFetch(undici.fetch) });
      say((await client.chat.completions.create({ model: 'gpt-4o-mini', ${MESSAGES} })).usage.completion_tokens);
      say(true);`,
  },
  guardAnthropic: {
    calls: 2,
    imports: { '@anthropic-ai/sdk': 'Anthropic', spendfuse: '{ guardAnthropic }' },
    // A host that nobody knows.
    source: () => `
      const client = new Anthropic({ apiKey: 'sk-test', baseURL: '${anthropic.origin}', middleware: [guardAnthropic] });
      const request = { model: 'claude-haiku-4-5', max_tokens: 100, ${MESSAGES} };
      say((await client.messages.create(request)).usage.output_tokens);
      const message = await client.messages.stream(request).finalMessage();
      say(message.usage.output_tokens === 40);`,
  },
};

describe.each(Object.entries(PROGRAMS))('%s', (_, { calls, imports, source }) => {
  const program = (more: Partial<Program> = {}): Program => ({
    flags: [],
    ...(imports && { imports }),
    source: source(),
    ...more,
  });

  test.each(['cjs', 'mjs'] as const)('%s, without the preload', async (modules) => {
    const before = await committed();
    expect(await run(program({ modules }))).toEqual([40, true]);
    expect(await committed()).toBe(before + calls);
  });

  test('beside the preload each call is counted once', async () => {
    const before = await committed();
    const env = {
      SPENDFUSE_HOSTS: `${openai.origin}=openai,${anthropic.origin}=anthropic`,
    };
    expect(await run(program({ flags: ['--require', preload], env }))).toEqual([40, true]);
    expect(await committed()).toBe(before + calls);
  });

  test.each(['without', 'beside'])('refused, %s the preload', async (where) => {
    const said = await run(
      program({
        flags: where === 'beside' ? ['--require', preload] : [],
        env: { SPENDFUSE_LABELS: 'team=poor' },
        source: `try { ${source()} } catch (error) { caught(error); }`,
      }),
    );
    expect(said).toEqual([REFUSAL]);
    expect([...openai.calls, ...anthropic.calls]).toEqual([]);
  });

  test('without an endpoint calls pass', async () => {
    const before = await committed();
    expect(await run(program({ env: { SPENDFUSE_ENDPOINT: undefined } }))).toEqual([40, true]);
    expect(await committed()).toBe(before);
  });
});

test('they fit the types of the SDKs, of which theirs name none', () => {
  const keys = { accessKeyId: 'a', secretAccessKey: 's' };
  const region = { region: 'us-east-1', credentials: keys };
  new BedrockRuntimeClient(region).middlewareStack.use(spendfusePlugin);
  new OldBedrockRuntimeClient(region).middlewareStack.use(spendfusePlugin);
  const { middleware } = new Anthropic({ apiKey: 'sk-test', middleware: [guardAnthropic] });
  expect(middleware).toEqual([guardAnthropic]);
  expect(new OpenAI({ apiKey: 'sk-test', fetch: guardedFetch() })).toBeInstanceOf(OpenAI);
  expect(guardedFetch(undiciFetch as unknown as typeof fetch)).toBeTypeOf('function');
});

test('an Anthropic client of another provider is left to what sends there', async () => {
  const before = await committed();
  const said = await run({
    flags: [],
    imports: { '@anthropic-ai/sdk': 'Anthropic', spendfuse: '{ guardAnthropic }' },
    env: { SPENDFUSE_HOSTS: `${anthropic.origin}=aws.bedrock` },
    source: PROGRAMS['guardAnthropic']?.source() ?? '',
  });
  expect(said).toEqual([40, true]);
  expect(await committed()).toBe(before);
});

describe.each(['bundled with it', 'left outside'] as const)('a bundle, Spendfuse %s', (how) => {
  const folder = newForEach(scratchFolder);

  test('all three of them guard', async () => {
    const entry = join(folder.path, 'app.mjs');
    await writeFile(
      entry,
      `
      import OpenAI from 'openai';
      import Anthropic from '@anthropic-ai/sdk';
      import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
      import { BudgetExceededError, guardAnthropic, guardedFetch, runAs, spendfusePlugin } from 'spendfuse';
      const openai = new OpenAI({ fetch: guardedFetch() });
      const anthropic = new Anthropic({ apiKey: 'sk', baseURL: '${anthropic.origin}', middleware: [guardAnthropic] });
      const bedrock = new BedrockRuntimeClient({
        region: 'us-east-1', endpoint: '${bedrock.origin}', credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      });
      bedrock.middlewareStack.use(spendfusePlugin);
      const calls = [
        () => openai.chat.completions.create({ model: 'gpt-4o-mini', ${MESSAGES} }),
        () => anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 100, ${MESSAGES} }),
        () => bedrock.send(new ConverseCommand({
          modelId: 'anthropic.claude-3-haiku-20240307-v1:0', messages: [{ role: 'user', content: [{ text: 'hello' }] }],
        })),
      ];
      for (const call of calls) {
        const { usage } = await call();
        console.log(usage.completion_tokens ?? usage.output_tokens ?? usage.outputTokens);
        await runAs({ team: 'poor' }, call).catch((error) => console.log(BudgetExceededError.from(error)?.reason));
      }`,
    );
    const outfile = join(folder.path, 'bundle.mjs');
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      external: how === 'left outside' ? ['spendfuse'] : [],
      // As esbuild's users write it for what is CommonJS among their dependencies.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const before = await committed();
    const { stdout, stderr } = await runNode({ args: [outfile], env: environment() });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      '40',
      'TOO_LARGE',
      '40',
      'TOO_LARGE',
      '40',
      'TOO_LARGE',
    ]);
    expect(await committed()).toBe(before + 3);
    const calls = [openai.calls, anthropic.calls, bedrock.calls];
    expect(calls.map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
