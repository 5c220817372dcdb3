// One span and one set of metrics for each call, whoever else tells of it.
import { startFakeAnthropic, startFakeOpenAI } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { commits } from '../support/ledger.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';
import {
  countOf,
  type Program,
  runTold,
  sdkWith,
  settledSpans,
  type Told,
} from '../support/telemetry-program.ts';

const CONFIG = `${AMPLE}  - id: poor
    match: { team: [poor] }
    limits: [$0.0000001/day]
    onShortage: [deny]
`;
const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const provider = sharedByAll(() => startFakeOpenAI());

/** A client as `openai`, and two ways to ask. */
const CLIENT = (sdk = 'openai-6'): string => `
  const { OpenAI } = require(${JSON.stringify(sdk)});
  const openai = new OpenAI();
  const messages = [{ role: 'user', content: 'hello' }];
  const ask = (more) => openai.chat.completions.create({ model: 'gpt-4o-mini', messages, ...more });
  const stream = async (more) => {
    for await (const _ of await ask({ stream: true, stream_options: { include_usage: true }, ...more }));
  };`;

function run(program: Omit<Program, 'head'> & { readonly head?: string }): Promise<Told> {
  const { head = sdkWith() + CLIENT(), env, ...rest } = program;
  const own = {
    OPENAI_BASE_URL: provider.baseUrl,
    SPENDFUSE_ENDPOINT: sidecar.endpoint,
    SPENDFUSE_HOSTS: `${provider.origin}=openai`,
  };
  return runTold({ head, ...rest, env: { ...own, ...env } });
}

const TOKENS = 'gen_ai.client.token.usage';
const DURATION = 'gen_ai.client.operation.duration';
const COST = 'gen_ai.client.operation.cost';

const TRACELOOP = "new (require('@traceloop/instrumentation-openai').OpenAIInstrumentation)()";
const OFFICIAL = "new (require('@opentelemetry/instrumentation-openai').OpenAIInstrumentation)()";
const OURS = "new (require('@spendfuse/instrumentation').SpendfuseInstrumentation)()";

describe.each([
  ['@traceloop/instrumentation-openai', TRACELOOP],
  ['@opentelemetry/instrumentation-openai', OFFICIAL],
])('with %s', (scope, theirs) => {
  test.each([
    ['our preload first', { head: sdkWith(`[${theirs}]`), flags: undefined }],
    ['ours as an instrumentation, before it', { head: sdkWith(`[${OURS}, ${theirs}]`), flags: [] }],
    ['ours as an instrumentation, after it', { head: sdkWith(`[${theirs}, ${OURS}]`), flags: [] }],
  ] as const)('%s', async (_, { head, flags }) => {
    const told = await run({
      head: head + CLIENT(),
      ...(flags ? { flags } : {}),
      source: "await work('work', async () => { await ask(); await stream(); });",
    });
    expect(told.stderr).toBe('');
    const spans = settledSpans(told);
    const work = spans.find(({ name }) => name === 'work');
    const calls = spans.filter(({ name }) => name !== 'work');
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(call.scope.name).toBe(scope);
      expect(call.parentSpanId).toBe(work?.spanId);
      expect(call.attributes).toMatchObject({
        'gen_ai.usage.output_tokens': 40,
        'gen_ai.usage.cost.currency': 'USD',
        'spendfuse.decision': 'granted',
        'spendfuse.usage.source': 'provider',
      });
      expect(call.status.code).not.toBe('error');
    }
    expect(countOf(told, TOKENS, { 'gen_ai.token.type': 'input' })).toBe(2);
    expect(countOf(told, TOKENS, { 'gen_ai.token.type': 'output' })).toBe(2);
    expect([countOf(told, DURATION), countOf(told, COST)]).toEqual([2, 2]);
  });
});

test("Anthropic's SDK, which traces itself but counts nothing", async () => {
  await using anthropic = await startFakeAnthropic();
  const told = await run({
    head: `${sdkWith()}
      const { Anthropic } = require('@anthropic-ai/sdk');
      const client = new Anthropic();
      const messages = [{ role: 'user', content: 'hello' }];
      const ask = { model: 'claude-haiku-4-5', max_tokens: 100, messages };`,
    env: { ANTHROPIC_API_KEY: 'sk-ant', ANTHROPIC_BASE_URL: anthropic.origin },
    source: `
      await client.messages.create(ask);
      for await (const _ of await client.messages.create({ ...ask, stream: true }));`,
  });
  expect(told.stderr).toBe('');
  expect(settledSpans(told)).toHaveLength(2);
  for (const span of settledSpans(told)) {
    expect(span).toMatchObject({
      name: 'anthropic.messages.create',
      attributes: { 'spendfuse.decision': 'granted', 'gen_ai.usage.cost.currency': 'USD' },
    });
  }
  expect(countOf(told, TOKENS)).toBe(4);
  expect([countOf(told, DURATION), countOf(told, COST)]).toEqual([2, 2]);
});

describe('spans of the shape that ai 7 makes', () => {
  // Its own package is not installed here: an agent's span around a span for each step and each tool.
  const span = (operation: string, name: string, fn: string): string => `
    await trace.getTracer('ai').startActiveSpan('${name}', { attributes: {
      'gen_ai.operation.name': '${operation}', 'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini' } },
      async (span) => { try { ${fn} } finally { span.end(); } });`;

  test('each step is enriched, the agent around them is not, and a tool has calls of its own', async () => {
    const told = await run({
      source: span(
        'invoke_agent',
        'agent',
        span('chat', 'step 1', 'await ask();') +
          span('execute_tool', 'tool', 'await ask();') +
          span('chat', 'step 2', 'await stream();'),
      ),
    });
    const spans = settledSpans(told);
    const of = (name: string) => spans.find((each) => each.name === name);
    expect(spans).toHaveLength(5);
    const decisions = spans.filter((each) => 'spendfuse.decision' in each.attributes);
    expect(decisions.map(({ name }) => name).toSorted()).toEqual([
      'chat gpt-4o-mini',
      'step 1',
      'step 2',
    ]);
    expect(of('chat gpt-4o-mini')?.parentSpanId).toBe(of('tool')?.spanId);
    expect(countOf(told, TOKENS)).toBe(6);
    expect([countOf(told, DURATION), countOf(told, COST)]).toEqual([3, 3]);
  });

  test('a span around two calls tells of the first, and the second has one below it', async () => {
    const told = await run({ source: span('chat', 'outer', 'await ask(); await ask();') });
    const spans = settledSpans(told);
    expect(spans.map(({ name }) => name).toSorted()).toEqual(['chat gpt-4o-mini', 'outer']);
    const [inner, outer] = spans.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(inner?.parentSpanId).toBe(outer?.spanId);
    const ids = spans.map(({ attributes }) => attributes['spendfuse.reservation.id']);
    expect(new Set(ids).size).toBe(2);
    expect([countOf(told, TOKENS), countOf(told, COST)]).toEqual([4, 2]);
  });
});

test('a retry takes the place of an attempt that cost nothing: one span, without an error', async () => {
  let attempts = 0;
  await using flaky = await startFakeOpenAI({
    script: () => ((attempts += 1) === 1 ? { error: { status: 500 } } : undefined),
  });
  const told = await run({
    head: sdkWith(`[${OFFICIAL}]`) + CLIENT(),
    env: { OPENAI_BASE_URL: flaky.baseUrl, SPENDFUSE_HOSTS: `${flaky.origin}=openai` },
    source: 'await ask();',
  });
  expect(attempts).toBe(2);
  const [span, ...others] = settledSpans(told);
  expect(others).toEqual([]);
  expect(span?.status.code).not.toBe('error');
  expect(span?.attributes).not.toHaveProperty(['error.type']);
  expect(span?.attributes).toHaveProperty(['gen_ai.usage.cost.amount']);
  expect(countOf(told, 'spendfuse.client.decisions', { 'spendfuse.decision': 'granted' })).toBe(2);
  expect([countOf(told, TOKENS), countOf(told, DURATION), countOf(told, COST)]).toEqual([2, 1, 1]);
});

test('a span that ends before its stream: what comes to light later is told below it', async () => {
  const told = await run({
    head: sdkWith(`[${TRACELOOP}]`) + CLIENT(),
    source: `
      const answer = await openai.responses.create({ model: 'gpt-4o-mini', input: 'hello', stream: true });
      await new Promise((resolve) => setTimeout(resolve, 20));
      for await (const _ of answer);`,
  });
  expect(told.stderr).toBe('');
  const [early, late] = told.spans;
  expect(told.spans.map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'spendfuse.settle']);
  expect(late?.parentSpanId).toBe(early?.spanId);
  expect(late?.attributes).toMatchObject({
    'gen_ai.usage.cost.currency': 'USD',
    'spendfuse.usage.source': 'provider',
  });
});

describe('traces that are sampled away', () => {
  const unsampled = (fn: string): string => `
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0, isRemote: true };
    await context.with(trace.setSpanContext(context.active(), remote), async () => { ${fn} });`;

  test('a call has metrics and no span', async () => {
    const told = await run({ source: unsampled('await ask();') });
    expect(told.spans).toEqual([]);
    expect([countOf(told, TOKENS), countOf(told, COST)]).toEqual([2, 1]);
  });

  test('a refusal has a span of its own, and is counted', async () => {
    const told = await run({
      env: { SPENDFUSE_LABELS: 'team=poor' },
      source: unsampled('await ask();'),
    });
    expect(told.stdout).toContain('BudgetExceededError');
    const [span] = told.spans;
    expect(told.spans).toHaveLength(1);
    expect(span?.traceId).not.toBe('a'.repeat(32));
    expect(span).toMatchObject({
      attributes: { 'spendfuse.decision': 'denied', 'error.type': 'budget_exceeded' },
      events: [{ name: 'spendfuse.denied' }],
      status: { code: 'error' },
    });
    const denied = { 'spendfuse.decision': 'denied', 'spendfuse.budget': 'poor' };
    expect(countOf(told, 'spendfuse.client.decisions', denied)).toBe(1);
    expect(countOf(told, TOKENS)).toBe(0);
  });
});

test('a refusal below a span of someone else is told there', async () => {
  const told = await run({
    head: sdkWith(`[${OFFICIAL}]`) + CLIENT(),
    env: { SPENDFUSE_LABELS: 'team=poor' },
    source: 'await ask();',
  });
  expect(told.spans).toHaveLength(1);
  expect(told.spans[0]).toMatchObject({
    attributes: { 'spendfuse.decision': 'denied', 'spendfuse.budget': 'poor' },
    events: [{ name: 'spendfuse.denied' }],
    status: { code: 'error' },
  });
});

test("the app's SDK started before the preload: the cost of all calls is the ledger's", async () => {
  const before = new Set((await commits(sidecar)).map(({ id }) => id));
  const told = await run({
    flags: [],
    head: `${sdkWith()} require(${JSON.stringify(preload)}); ${CLIENT('openai')}`,
    source: `await work('work', async () => {
      for (let i = 0; i < 7; i++) { await ask({ max_tokens: 3 + i }); await stream(); }
    });`,
  });
  expect(told.stderr).toBe('');
  const fresh = (await commits(sidecar)).filter(({ id }) => !before.has(id));
  const ledger = fresh.reduce((sum, { costNanoUsd }) => sum + Number(costNanoUsd), 0);
  const costs = told.metrics.filter(({ name }) => name === COST);
  const metric = costs.reduce((sum, point) => sum + (point.sum ?? 0), 0);
  const spans = told.spans.filter(({ name }) => name !== 'work');
  const traced = spans.map(({ attributes }) => Number(attributes['spendfuse.cost.nano_usd']));
  expect(fresh).toHaveLength(14);
  expect(Math.round(metric * 1e9)).toBe(ledger);
  expect(countOf(told, 'spendfuse.client.estimate.error')).toBe(14);
  expect(traced.reduce((sum, cost) => sum + cost, 0)).toBe(ledger);
  const work = told.spans.find(({ name }) => name === 'work');
  expect(spans.every(({ parentSpanId }) => parentSpanId === work?.spanId)).toBe(true);
});

test('the names of conventions to come, where the program asks for them', async () => {
  const told = await run({
    env: { OTEL_SEMCONV_STABILITY_OPT_IN: 'http, gen_ai_latest_experimental' },
    source: 'await ask();',
  });
  expect([...new Set(told.metrics.map(({ name }) => name))].toSorted()).toEqual([
    'gen_ai.client.inference.duration',
    'gen_ai.client.inference.operation.input_tokens',
    'gen_ai.client.inference.operation.output_tokens',
    'gen_ai.client.inference.usage.input_tokens',
    'gen_ai.client.inference.usage.output_tokens',
    COST,
    'spendfuse.client.decisions',
    'spendfuse.client.estimate.error',
  ]);
  const output = 'gen_ai.client.inference.usage.output_tokens';
  expect(countOf(told, output, { 'gen_ai.token.modality': 'unknown' })).toBe(40);
});
