// Telemetry that breaks does not break the call; one that another has begun is enriched.
import { createNoopMeter, type Span, trace, type Tracer } from '@opentelemetry/api';
import { usageOf } from '@spendfuse/core';
import { openai } from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { type CallStart, createTelemetry } from './span.ts';

const body = { model: 'gpt-4o', max_tokens: 5, stream: true };
const start: CallStart = {
  call: { labels: {}, provider: 'openai', model: 'gpt-4o', operation: 'chat' },
  facts: openai.request(
    { kind: 'metered', api: 'chat.completions', operation: 'chat', path: '/' },
    body,
  ),
  url: new URL('https://api.openai.com/v1/chat/completions'),
};
const end = {
  usage: usageOf({ inputTokens: 1, outputTokens: 2 }),
  usageSource: 'provider',
  committed: undefined,
  response: undefined,
  errorType: undefined,
  isCut: true,
} as const;

function broken(): never {
  throw new Error('broken');
}

test('a tracer that throws, and a span that does', () => {
  const brokenSpan = new Proxy({}, { get: () => broken }) as Span;
  const tracers: readonly (() => Tracer)[] = [
    broken,
    () => ({ startSpan: () => brokenSpan }) as unknown as Tracer,
  ];
  for (const tracer of tracers) {
    const telemetry = createTelemetry({ tracer, meter: createNoopMeter }).begin(start);
    telemetry.undecided('allow');
    telemetry.chunk();
    let runs = 0;
    expect(telemetry.run(() => (runs += 1))).toBe(1);
    expect(() => telemetry.run(broken)).toThrow('broken');
    telemetry.end(end);
  }
});

test('a cut stream has the finish reason error, and the request is described', () => {
  const seen: Record<string, unknown> = {};
  const span = {
    setAttributes: (attributes: object) => Object.assign(seen, attributes),
    setAttribute: (name: string, value: unknown) => (seen[name] = value),
    setStatus() {},
    end() {},
    isRecording: () => true,
    spanContext: () => trace.getTracer('x').startSpan('x').spanContext(),
  } as unknown as Span;
  const tracer = {
    startSpan: (name: string, options: { attributes: object }) => {
      Object.assign(seen, options.attributes, { name });
      return span;
    },
  } as unknown as Tracer;
  createTelemetry({ tracer: () => tracer, meter: createNoopMeter })
    .begin(start)
    .end(end);
  expect(seen).toMatchObject({
    name: 'chat gpt-4o',
    'gen_ai.request.max_tokens': 5,
    'gen_ai.request.stream': true,
    'server.address': 'api.openai.com',
    'server.port': 443,
    'gen_ai.usage.input_tokens': 1,
    'gen_ai.response.finish_reasons': ['error'],
  });
});
