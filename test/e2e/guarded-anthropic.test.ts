// The real Anthropic SDKs behind the guarded fetch: granted, refused, failed, aborted, broken off.
import { Anthropic } from '@anthropic-ai/sdk';
import { createNoopMeter, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BudgetExceededError, createTelemetry } from '@spendfuse/guard';
import { until } from '@spendfuse/testkit';
import { Anthropic as Anthropic0 } from 'anthropic-0';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anthropicStyles } from '../support/anthropic-styles.ts';
import { aborted, cut, denied, errorOf, failed } from '../support/call-endings.ts';
import {
  type GuardedAnthropicOptions,
  startGuardedAnthropic,
} from '../support/guarded-anthropic.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { denial, grant } from '../support/recording-authority.ts';

type ClientOf = GuardedAnthropicOptions<Anthropic>['clientOf'];
type Options = Omit<GuardedAnthropicOptions<Anthropic>, 'clientOf'>;

const versions: readonly (readonly [string, ClientOf])[] = [
  ['1.12', (options) => new Anthropic(options)],
  // Of the older one only what the newer one has too is used.
  ['0.71', (options) => new Anthropic0(options) as unknown as Anthropic],
];

const ask = {
  model: 'claude-haiku-4-5',
  max_tokens: 300,
  messages: [{ role: 'user' as const, content: 'How is the sea?' }],
};
const streamed = { ...ask, stream: true as const };

describe.each(versions)('SDK %s', (_, clientOf) => {
  const start = oneAtATime((options: Options = {}) =>
    startGuardedAnthropic({ clientOf, ...options }),
  );

  describe.each(anthropicStyles)('$name', (style) => {
    test('granted: the program sees what it would see without us, and the bill is recorded', async () => {
      const { guarded, plain, guardedFake, authority } = await start();
      const seen = await style.run(guarded);
      // The commit is there when the program goes on.
      expect(authority.commits).toHaveLength(1);
      expect(JSON.stringify(seen)).toBe(JSON.stringify(await style.run(plain)));
      const [call] = guardedFake.calls;
      const [commit] = authority.commits;
      expect(commit).toMatchObject({
        id: authority.reserves[0]?.id,
        usageSource: 'provider',
        tier: 'standard',
        responseModel: 'claude-haiku-4-5-20251001',
        usage: { inputTokens: call?.inputTokens, outputTokens: call?.outputTokens },
      });
      expect(authority.reserves[0]).toMatchObject({
        call: { provider: 'anthropic', model: 'claude-haiku-4-5', operation: 'chat' },
        estimate: { maxOutputTokens: 300, choices: 1, clampable: true, downgradable: true },
      });
      expect(authority.releases).toEqual([]);
    });

    test('denied: our error after one attempt, and nothing reaches the provider', async () => {
      await denied(await start(), style);
    });

    test.each([401, 429, 529])('HTTP %i: every attempt is released as sent', async (status) => {
      const script = () => ({ error: { status }, headers: { 'retry-after-ms': '1' } });
      await failed(await start({ script }), style, { attempts: status === 401 ? 1 : 3 });
    });

    test('aborted before the answer: charged with what was reserved', async () => {
      await aborted(await start({ script: () => ({ hold: new Promise(() => {}) }) }), style);
    });
  });

  describe.each(anthropicStyles.filter(({ streams }) => streams))('$name, cut', (style) => {
    test('a lost connection is charged for the output seen', async () => {
      const it = await start({ script: () => ({ cutAfterChunks: 12 }), maxRetries: 0 });
      await cut(it, style);
      const { usage } = it.authority.commits[0]!;
      // The input is what the provider has reported already.
      expect(usage.inputTokens).toBe(it.guardedFake.calls[0]?.inputTokens);
      expect(usage.outputTokens).toBeLessThanOrEqual(300);
    });
  });

  describe('streams', () => {
    test('an early break stops the provider and is charged for what was seen', async () => {
      const { guarded, guardedFake, authority } = await start({
        script: () => ({ outputTokens: 250, chunkDelayMs: 2 }),
      });
      let events = 0;
      for await (const _event of await guarded.messages.create(streamed)) {
        events += 1;
        if (events === 8) break;
      }
      const [commit] = await until(() => authority.commits.length > 0 && authority.commits, {
        what: 'the commit',
      });
      expect(commit?.usageSource).toBe('estimated');
      expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(5);
      const call = await until(() => guardedFake.calls[0]?.finished && guardedFake.calls[0], {
        what: 'the end of the call',
      });
      expect(call.aborted).toBe(true);
      expect(call.outputTokens).toBeLessThan(250);
    });

    test('thinking is not all shown: a break is charged with all that was held', async () => {
      const { guarded, guardedFake, authority } = await start({
        script: () => ({ reasoningTokens: 900, outputTokens: 1200, chunkDelayMs: 2 }),
      });
      const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
      const stream = await guarded.messages.create({ ...streamed, max_tokens: 2000, thinking });
      for await (const { type } of stream) if (type === 'content_block_delta') break;
      await until(() => authority.commits.length === 1, { what: 'the commit' });
      expect(authority.commits[0]?.usage.outputTokens).toBe(2000);
      expect(guardedFake.calls[0]?.outputTokens).toBeLessThan(2000);
    });

    test('an error event before anything else costs nothing', async () => {
      const { guarded, authority } = await start({
        script: () => ({ errorEventAfterChunks: 0 }),
        maxRetries: 0,
      });
      const error = await errorOf(async () => {
        for await (const _ of await guarded.messages.create(streamed));
      });
      expect(String(error)).toContain('overloaded_error');
      expect(authority.releases).toEqual([{ id: authority.reserves[0]?.id, sent: true }]);
    });

    test.each([1, 4, 12])('an error event after %i is charged for those', async (count) => {
      const { guarded, guardedFake, authority } = await start({
        script: () => ({ errorEventAfterChunks: count }),
        maxRetries: 0,
      });
      await errorOf(async () => {
        for await (const _ of await guarded.messages.create(streamed));
      });
      const [commit] = authority.commits;
      const [call] = guardedFake.calls;
      expect(commit?.usageSource).toBe('estimated');
      expect(commit?.usage.inputTokens).toBe(call?.inputTokens);
      expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(call!.outputTokens);
      expect(commit?.usage.outputTokens).toBeLessThanOrEqual(300);
    });

    test('a stream that ends early without saying so is charged for what was seen', async () => {
      const { guarded, guardedFake, authority } = await start({
        script: () => ({ endAfterChunks: 12 }),
      });
      for await (const _ of await guarded.messages.create(streamed));
      const [commit] = authority.commits;
      expect(commit?.usageSource).toBe('estimated');
      expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(guardedFake.calls[0]!.outputTokens);
    });
  });

  test('caches and thinking are told by kind', async () => {
    const { guarded, authority } = await start({
      script: () => ({ inputTokens: 100, cachedTokens: 60, cacheWriteTokens: 30 }),
    });
    await guarded.messages.create(ask);
    for await (const _ of await guarded.messages.create(streamed));
    for (const { usage } of authority.commits) {
      expect(usage).toMatchObject({
        inputTokens: 100,
        cacheReadTokens: 60,
        cacheWriteTokens: 30,
        cacheWrite1hTokens: 0,
      });
    }
    expect(authority.commits).toHaveLength(2);
  });

  test('529 and then an answer: one reservation per attempt, and one of them is paid', async () => {
    const { guarded, authority } = await start({
      script: ({ index }) =>
        index === 0 ? { error: { status: 529 }, headers: { 'retry-after-ms': '1' } } : undefined,
    });
    await guarded.messages.create(ask);
    const [first, second] = authority.reserves;
    expect(authority.releases).toEqual([{ id: first?.id, sent: true }]);
    expect(authority.commits).toMatchObject([{ id: second?.id, usageSource: 'provider' }]);
  });

  test('a clamp lowers the maximum and the thinking budget below it', async () => {
    const { guarded, guardedFake, authority } = await start();
    authority.decide = (request) => ({ ...grant(request), maxOutputTokens: 1500 }) as never;
    const thinking = { type: 'enabled' as const, budget_tokens: 2000 };
    await guarded.messages.create({ ...ask, max_tokens: 4000, thinking });
    authority.decide = (request) => ({ ...grant(request), maxOutputTokens: 50 }) as never;
    await guarded.messages.create({ ...ask, max_tokens: 4000, thinking });
    expect(guardedFake.calls.map(({ body, status }) => ({ body, status }))).toMatchObject([
      { status: 200, body: { max_tokens: 1500, thinking: { budget_tokens: 1499 } } },
      { status: 200, body: { max_tokens: 50, thinking: { type: 'disabled' } } },
    ]);
  });

  test('a downgrade sends the other model, and that is what is paid for', async () => {
    const { guarded, guardedFake, authority } = await start();
    authority.decide = (request) => ({ ...grant(request), model: 'claude-sonnet-4-5' }) as never;
    await guarded.beta.messages.create(ask);
    expect(guardedFake.calls[0]?.model).toBe('claude-sonnet-4-5');
    expect(authority.commits[0]).toMatchObject({
      call: { model: 'claude-sonnet-4-5' },
      responseModel: 'claude-sonnet-4-5-20250929',
    });
  });

  test('each turn of a tool runner is a call of its own', async () => {
    const { guarded, authority } = await start({
      script: ({ index }) =>
        index === 0
          ? { toolCalls: [{ name: 'look', arguments: { where: 'harbour' } }] }
          : undefined,
    });
    const look = {
      type: 'custom' as const,
      name: 'look',
      description: 'Looks at the sea.',
      input_schema: { type: 'object' as const, properties: { where: { type: 'string' } } },
      run: () => 'calm',
      parse: (input: unknown) => input,
    };
    const message = await guarded.beta.messages.toolRunner({ ...ask, tools: [look] });
    expect(message.stop_reason).toBe('end_turn');
    expect(authority.commits).toHaveLength(2);
    const [first, second] = authority.reserves.map(({ estimate }) => estimate.inputBound);
    // Newer versions leave the history at the server: then nobody knows how long it is.
    expect(second!.soft === true || second!.tokens > first!.tokens).toBe(true);
    expect(first?.soft).toBeUndefined();
  });

  test('a denial ends a tool runner between its turns', async () => {
    const { guarded, guardedFake, authority } = await start({
      script: () => ({ toolCalls: [{ name: 'look', arguments: {} }] }),
    });
    authority.decide = (request) => (authority.reserves.length > 1 ? denial : grant(request));
    const look = {
      type: 'custom' as const,
      name: 'look',
      input_schema: { type: 'object' as const },
      run: () => 'calm',
      parse: (input: unknown) => input,
    };
    const error = await errorOf(async () => {
      await guarded.beta.messages.toolRunner({ ...ask, tools: [look] });
    });
    expect(BudgetExceededError.from(error)).toMatchObject({ reason: 'EXHAUSTED' });
    expect(guardedFake.calls).toHaveLength(1);
  });

  test('counting tokens and listing models pass by', async () => {
    const { guarded, guardedFake, authority } = await start();
    const { model, messages } = ask;
    expect(await guarded.messages.countTokens({ model, messages })).toMatchObject({
      input_tokens: expect.any(Number) as number,
    });
    await guarded.models.list();
    expect(guardedFake.calls).toHaveLength(2);
    expect(authority.reserves).toEqual([]);
  });
});

describe('telemetry', () => {
  interface Ended {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly instrumentationScope: { readonly name: string };
  }
  const spans: Ended[] = [];
  let sdk: NodeSDK;
  beforeEach(() => {
    spans.length = 0;
    const processor = {
      onStart: () => {},
      onEnd: (span: Ended) => void spans.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    sdk = new NodeSDK({ spanProcessors: [processor], autoDetectResources: false });
    sdk.start();
  });
  afterEach(async () => {
    await sdk.shutdown();
    trace.disable();
  });

  // The newer SDK has spans of its own, and ours would only be their doubles.
  test.each([
    ['1.12', versions[0]![1], 'com.anthropic.sdk.typescript'],
    ['0.71', versions[1]![1], 'ours'],
  ])(
    'SDK %s: each call has one span, with decision, usage and cost',
    async (_, clientOf, scope) => {
      const tracer = () => trace.getTracer('ours');
      const telemetry = createTelemetry({ tracer, meter: createNoopMeter });
      await using it = await startGuardedAnthropic({ clientOf, telemetry });
      await it.guarded.messages.create(ask);
      for await (const _event of await it.guarded.messages.create(streamed));
      await until(() => spans.length === 2, { what: 'the spans' });
      for (const { attributes, instrumentationScope } of spans) {
        expect(instrumentationScope.name).toBe(scope);
        expect(attributes).toMatchObject({
          'gen_ai.provider.name': 'anthropic',
          'gen_ai.usage.output_tokens': 40,
          'spendfuse.decision': 'granted',
          'spendfuse.usage.source': 'provider',
        });
        expect(attributes['spendfuse.cost.nano_usd']).toBeTypeOf('number');
      }
    },
  );
});
