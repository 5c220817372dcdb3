// What a provider says that a call costs is told beside what was charged, and compared with it.
import {
  type Attributes,
  createNoopMeter,
  type Meter,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { type Committed, usageOf } from '@spendfuse/core';
import { xai } from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { type CallEnd, type CallStart, createTelemetry } from './span.ts';

const match = { kind: 'metered', api: 'chat.completions', operation: 'chat', path: '/' } as const;
const start: CallStart = {
  call: { labels: {}, provider: 'x_ai', model: 'grok-3-mini', operation: 'chat' },
  facts: xai.request(match, { model: 'grok-3-mini' }),
  url: new URL('https://api.x.ai/v1/chat/completions'),
};

const committed = (costNanoUsd: number | undefined): Committed =>
  ({ costNanoUsd, overrunNanoUsd: 0 }) as Committed;

/** What a call that ends so is told by. */
function told(end: Partial<CallEnd>): { span: Attributes; ratios: readonly number[] } {
  const span: Attributes = {};
  const ratios: number[] = [];
  const recording = {
    setAttributes: (attributes: Attributes) => Object.assign(span, attributes),
    isRecording: () => true,
    end() {},
  } as unknown as Span;
  const tracer = { startSpan: () => recording } as unknown as Tracer;
  const noop = createNoopMeter();
  const meter: Meter = Object.assign(Object.create(noop), {
    createHistogram: (name: string) =>
      name === 'spendfuse.client.cost.ratio'
        ? { record: (value: number) => ratios.push(value) }
        : noop.createHistogram(name),
  });
  const usage = { usage: usageOf({ inputTokens: 30, outputTokens: 52 }), usageSource: 'provider' };
  createTelemetry({ tracer: () => tracer, meter: () => meter })
    .begin(start)
    .end({ ...usage, response: undefined, errorType: undefined, isCut: false, ...end } as CallEnd);
  return { span, ratios };
}

const wire = { prompt_tokens: 30, completion_tokens: 52, cost_in_usd_ticks: 500_000 };
const response = xai.usage('chat.completions', { usage: wire });

test('beside the cost that was charged, and by it', () => {
  const { span, ratios } = told({ response, committed: committed(40_000) });
  expect(span).toMatchObject({
    'spendfuse.cost.nano_usd': 40_000,
    'spendfuse.cost.reported_nano_usd': 50_000,
  });
  expect(ratios).toEqual([1.25]);
});

test.each([
  [
    'a provider that does not say',
    { response: undefined, committed: committed(40_000) },
    undefined,
  ],
  ['a model without a price', { response, committed: committed(undefined) }, 50_000],
  ['a price of 0', { response, committed: committed(0) }, 50_000],
  [
    'a stream that broke off',
    { response, usageSource: 'estimated', committed: committed(9) },
    undefined,
  ],
] as const)('%s is compared with nothing', (_, end, reported) => {
  const { span, ratios } = told(end);
  expect(span['spendfuse.cost.reported_nano_usd']).toBe(reported);
  expect(ratios).toEqual([]);
});
