// The preload in programs of every kind: modules, threads, with and without an OpenTelemetry SDK.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunResult, startFakeOpenAI, startFakeOtlp } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { commits } from '../support/ledger.ts';
import { type ProgramText, runText, scratchFolder } from '../support/program.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const CONFIG = `${AMPLE}  - id: poor
    match: { team: [poor] }
    limits: [$0.0000001/day]
    onShortage: [deny]
`;
const MARKER = 'a sentence that must not leak';

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const provider = newForEach(() => startFakeOpenAI());
const otlp = newForEach(startFakeOtlp);

interface Program extends Omit<ProgramText, 'text'> {
  /** Body of an async function; `openai` is a client, `ask(more)` makes a chat completion. */
  readonly source: string;
}

function run({ source, modules = 'mjs', env, ...more }: Program): Promise<RunResult> {
  const head =
    modules === 'cjs' ? "const OpenAI = require('openai');" : "import OpenAI from 'openai';";
  return runText({
    ...more,
    modules,
    text: `${head}
      const openai = new OpenAI();
      const messages = [{ role: 'user', content: '${MARKER}' }];
      const ask = (more) => openai.chat.completions.create({ model: 'gpt-4o-mini', messages, ...more });
      const main = async () => { ${source} };
      main();`,
    env: {
      OPENAI_API_KEY: 'sk-secret-key',
      OPENAI_BASE_URL: provider.baseUrl,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      ...env,
    },
  });
}

async function committed(): Promise<readonly string[]> {
  return (await commits(sidecar)).map(({ id }) => id);
}

describe.each(['--require', '--import'])('%s', (flag) => {
  test.each(['cjs', 'mjs'] as const)(
    'a program in %s: asked, streamed, refused',
    async (modules) => {
      const before = await committed();
      const { stdout, stderr, code } = await run({
        modules,
        flags: [flag, preload],
        source: `
        console.log((await ask()).usage.completion_tokens);
        let chunks = 0;
        for await (const chunk of await ask({ stream: true })) chunks += chunk.choices.length;
        console.log(chunks);
        await ask({ model: 'no-such-model' }).catch((error) => console.log(error.name, error.reason));
      `,
      });
      expect(stderr).toBe('');
      expect(stdout.trim().split('\n')).toEqual(['40', '42', 'BudgetExceededError UNPRICED']);
      expect(code).toBe(0);
      expect(provider.calls).toHaveLength(2);
      expect(await committed()).toHaveLength(before.length + 2);
    },
  );
});

test('worker threads are guarded as well', async () => {
  const { stdout, code } = await run({
    env: { SPENDFUSE_LABELS: 'team=poor' },
    source: `
      const { Worker, isMainThread } = await import('node:worker_threads');
      if (isMainThread) new Worker(new URL(import.meta.url));
      else await ask().catch((error) => console.log('in a worker:', error.name));
    `,
  });
  expect(stdout.trim()).toBe('in a worker: BudgetExceededError');
  expect(code).toBe(0);
  expect(provider.calls).toEqual([]);
});

test('process.exit() right after an awaited call loses no commit', async () => {
  const before = await committed();
  await run({
    source: `
      await ask();
      for await (const _ of await ask({ stream: true }));
      process.exit(0);
    `,
  });
  expect(await committed()).toHaveLength(before.length + 2);
});

test('labels of runAs reach the ledger', async () => {
  const { stdout, stderr } = await run({
    env: { SPENDFUSE_LABELS: 'team=search,user=u1' },
    source: `
      const { runAs } = await import('@spendfuse/guard');
      const answer = await runAs({ user: 'u2' }, () => ask());
      console.log(answer.id);
    `,
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^chatcmpl-/u);
  const [latest] = await commits(sidecar);
  expect(latest?.labels).toEqual({ team: 'search', user: 'u2' });
});

describe('telemetry', () => {
  test('spans carry decision, usage and the exact cost; nothing of the content', async () => {
    const before = await committed();
    await run({ source: 'await ask(); for await (const _ of await ask({ stream: true }));' });
    const after = await commits(sidecar);
    const spans = await otlp.waitForSpans(2);
    const ours = after.filter(({ id }) => !before.includes(id));
    expect(ours).toHaveLength(2);
    const costOf = (id: string): unknown =>
      spans.find(({ attributes }) => attributes['spendfuse.reservation.id'] === id)?.attributes[
        'spendfuse.cost.nano_usd'
      ];
    for (const { id, costNanoUsd } of ours) expect(String(costOf(id))).toBe(costNanoUsd);
    expect(spans[1]).toMatchObject({
      name: 'chat gpt-4o-mini',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.stream': true,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.output_tokens': 40,
        'gen_ai.usage.cost.currency': 'USD',
        'spendfuse.decision': 'granted',
        'spendfuse.usage.source': 'provider',
      },
    });
    const names = new Set(otlp.metrics().map(({ name }) => name));
    expect([...names].toSorted()).toEqual([
      'gen_ai.client.operation.cost',
      'gen_ai.client.operation.duration',
      'gen_ai.client.operation.time_per_output_chunk',
      'gen_ai.client.operation.time_to_first_chunk',
      'gen_ai.client.token.usage',
      'spendfuse.client.decisions',
      'spendfuse.client.estimate.error',
    ]);
    const sent = otlp
      .bodies()
      .map(({ text }) => text)
      .join('');
    expect(sent).not.toContain(MARKER);
    expect(sent).not.toContain('sk-secret-key');
  });

  test('a refusal has a span, also where it ends the program', async () => {
    const { code, stderr } = await run({
      env: { SPENDFUSE_LABELS: 'team=poor' },
      source: 'await ask();',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('BudgetExceededError: Budget "poor"');
    expect(stderr).not.toContain(MARKER);
    const [span] = await otlp.waitForSpans(1);
    expect(span?.attributes).toMatchObject({
      'spendfuse.decision': 'denied',
      'spendfuse.budget': 'poor',
      'error.type': 'budget_exceeded',
    });
    expect(span?.events).toMatchObject([{ name: 'spendfuse.denied' }]);
  });

  const sdk = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };

  test("a program's own SDK, started later, keeps its spans and gets ours", async () => {
    const { stderr } = await run({
      env: sdk,
      source: `
        await ask();
        const { NodeSDK } = await import('@opentelemetry/sdk-node');
        const { trace } = await import('@opentelemetry/api');
        const sdk = new NodeSDK();
        sdk.start();
        await trace.getTracer('app').startActiveSpan('work', async (span) => {
          await ask();
          span.end();
        });
        await sdk.shutdown();
      `,
    });
    expect(stderr).toBe('');
    const spans = await otlp.waitForSpans(3);
    const work = spans.find(({ name }) => name === 'work');
    const inside = spans.filter(
      ({ parentSpanId }) => parentSpanId && parentSpanId === work?.spanId,
    );
    expect(inside).toMatchObject([{ name: 'chat gpt-4o-mini' }]);
  });

  test('SpendfuseInstrumentation guards without the preload', async () => {
    const { stdout, stderr } = await run({
      flags: [],
      env: { ...sdk, SPENDFUSE_LABELS: 'team=poor' },
      source: `
        const { NodeSDK } = await import('@opentelemetry/sdk-node');
        const { SpendfuseInstrumentation } = await import('@spendfuse/instrumentation');
        const plain = globalThis.fetch;
        const instrumentation = new SpendfuseInstrumentation();
        const sdk = new NodeSDK({ instrumentations: [instrumentation] });
        sdk.start();
        const guarded = new OpenAI();
        await guarded.chat.completions
          .create({ model: 'gpt-4o-mini', messages })
          .catch((error) => console.log(error.name, error.reason));
        await sdk.shutdown();
        instrumentation.disable();
        console.log(globalThis.fetch === plain);
      `,
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(['BudgetExceededError TOO_LARGE', 'true']);
    expect(provider.calls).toEqual([]);
    const [span] = await otlp.waitForSpans(1);
    expect(span?.attributes['spendfuse.decision']).toBe('denied');
  });
});

describe('nothing to do', () => {
  test('without an endpoint nothing is loaded and calls pass', async () => {
    // A clone may itself be in a folder named spendfuse.
    const packages = fileURLToPath(new URL('../../packages/', import.meta.url));
    const { stdout, stderr } = await run({
      modules: 'cjs',
      env: { SPENDFUSE_ENDPOINT: undefined },
      source: `
        await ask();
        const ours = Object.keys(require.cache).filter((file) => file.startsWith(${JSON.stringify(packages)}));
        console.log(ours.map((file) => require('node:path').basename(file)).join());
      `,
    });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('register.cjs,register.cjs');
    expect(provider.calls).toHaveLength(1);
  });

  test('an older Node gets one line, and calls pass', async () => {
    await using folder = await scratchFolder();
    const older = join(folder.path, 'older.cjs');
    await writeFile(
      older,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });",
    );
    const { stdout, stderr } = await run({
      flags: ['--require', older, '--require', preload],
      source: 'console.log((await ask()).usage.completion_tokens);',
    });
    expect(stdout.trim()).toBe('40');
    expect(stderr.trim()).toMatch(/^spendfuse: needs Node 22\.15 or newer[^\n]*$/u);
  });

  test('preloaded twice, it guards once', async () => {
    const before = await committed();
    await run({ flags: ['--require', preload, '--import', preload], source: 'await ask();' });
    expect(await committed()).toHaveLength(before.length + 1);
  });
});

test('bad settings: one line each, refused in the end, no stack', async () => {
  const { stdout, stderr } = await run({
    env: { SPENDFUSE_ENDPOINT: 'nowhere', SPENDFUSE_ON_UNAVAILABLE: 'maybe' },
    source: 'await ask().catch((error) => console.log(error.name, error.reason));',
  });
  expect(stdout.trim()).toBe('BudgetExceededError UNAVAILABLE');
  expect(provider.calls).toEqual([]);
  const lines = stderr.trim().split('\n');
  expect(lines.every((line) => line.startsWith('spendfuse: '))).toBe(true);
  expect(lines.filter((line) => line.includes('SPENDFUSE_ON_UNAVAILABLE'))).toHaveLength(1);
});
