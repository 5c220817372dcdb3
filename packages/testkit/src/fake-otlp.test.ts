// The receiver decodes what the OpenTelemetry SDK sends as JSON and refuses the rest.
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOtlp } from './fake-otlp.ts';
import type { FakeOtlp } from './fake-otlp.ts';

// Bodies as exporter-*-otlp-http 0.301 writes them.
const RESOURCE = {
  attributes: [{ key: 'service.name', value: { stringValue: 'demo' } }],
  droppedAttributesCount: 0,
};
const SCOPE = { name: 'spendfuse', version: '1.0' };
const SPAN = {
  traceId: '7bb64a8d1ea3d3009360a1ec86bd8416',
  spanId: 'd842327ee562f246',
  name: 'chat gpt-4o',
  kind: 3,
  startTimeUnixNano: '1795337072524000000',
  endTimeUnixNano: '1795337072524428477',
  attributes: [
    { key: 'text', value: { stringValue: 'x' } },
    { key: 'number', value: { intValue: 3 } },
    { key: 'big', value: { intValue: '12' } },
    { key: 'double', value: { doubleValue: 1.5 } },
    { key: 'flag', value: { boolValue: false } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { intValue: 1 } }] } } },
  ],
  events: [{ name: 'denied', timeUnixNano: '5', attributes: [] }],
  status: { code: 2, message: 'no' },
};

function traces(...spans: readonly unknown[]): string {
  return JSON.stringify({
    resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ scope: SCOPE, spans }] }],
  });
}

let otlp: FakeOtlp;

beforeEach(async () => {
  otlp = await startFakeOtlp();
});

afterEach(() => otlp.close());

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${otlp.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe('traces', () => {
  it('are flattened', async () => {
    const response = await post('/v1/traces', traces(SPAN));
    expect(await response.json()).toEqual({ partialSuccess: {} });
    expect(otlp.spans()).toEqual([
      {
        name: 'chat gpt-4o',
        kind: 'client',
        traceId: SPAN.traceId,
        spanId: SPAN.spanId,
        parentSpanId: '',
        attributes: {
          text: 'x',
          number: 3,
          big: 12,
          double: 1.5,
          flag: false,
          list: ['stop'],
          map: { a: 1 },
        },
        status: { code: 'error', message: 'no' },
        events: [{ name: 'denied', timeUnixNano: 5n, attributes: {} }],
        startTimeUnixNano: 1795337072524000000n,
        endTimeUnixNano: 1795337072524428477n,
        resource: { 'service.name': 'demo' },
        scope: SCOPE,
      },
    ]);
  });

  it('come compressed too, and are kept as text', async () => {
    const body = new Uint8Array(gzipSync(traces(SPAN)));
    await post('/v1/traces', body, { 'content-encoding': 'gzip' });
    expect(otlp.bodies()).toEqual([
      { path: '/v1/traces', contentType: 'application/json', text: traces(SPAN) },
    ]);
  });
});

describe('metrics', () => {
  it('are flattened to points', async () => {
    const point = { attributes: [{ key: 'decision', value: { stringValue: 'granted' } }] };
    const metrics = [
      {
        name: 'spendfuse.decisions',
        sum: {
          aggregationTemporality: 2,
          isMonotonic: true,
          dataPoints: [{ ...point, asInt: '3', timeUnixNano: '9' }],
        },
      },
      {
        name: 'spendfuse.wait.duration',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ count: 1, sum: 0.3, bucketCounts: [0, 1], explicitBounds: [0.1] }],
        },
      },
      { name: 'spendfuse.budget.remaining', gauge: { dataPoints: [{ asDouble: 1.5 }] } },
    ];
    const body = {
      resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ scope: SCOPE, metrics }] }],
    };
    await post('/v1/metrics', JSON.stringify(body));
    expect(otlp.metrics()).toMatchObject([
      {
        name: 'spendfuse.decisions',
        kind: 'sum',
        value: 3,
        isMonotonic: true,
        temporality: 'cumulative',
        attributes: { decision: 'granted' },
        timeUnixNano: 9n,
        scope: SCOPE,
      },
      {
        kind: 'histogram',
        unit: 's',
        count: 1,
        sum: 0.3,
        explicitBounds: [0.1],
        bucketCounts: [0, 1],
      },
      { kind: 'gauge', value: 1.5, temporality: 'unspecified' },
    ]);
  });
});

describe('logs', () => {
  it('are flattened', async () => {
    const record = {
      eventName: 'spendfuse.denied',
      body: { stringValue: 'no' },
      severityNumber: 9,
    };
    const logs = [{ resource: RESOURCE, scopeLogs: [{ scope: SCOPE, logRecords: [record] }] }];
    await post('/v1/logs', JSON.stringify({ resourceLogs: logs }));
    expect(otlp.logs()).toMatchObject([
      {
        eventName: 'spendfuse.denied',
        body: 'no',
        severityNumber: 9,
        resource: { 'service.name': 'demo' },
      },
    ]);
  });
});

describe('refusals', () => {
  it.each([
    { path: '/v1/traces', type: 'application/x-protobuf', body: 'x', status: 415 },
    { path: '/v1/traces', type: 'application/json', body: '{', status: 400 },
    { path: '/v1/nothing', type: 'application/json', body: '{}', status: 404 },
  ])('$status for $type at $path', async ({ path, type, body, status }) => {
    const response = await post(path, body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(otlp.rejected()).toHaveLength(1);
    expect(otlp.bodies()).toEqual([]);
  });
});

describe('waitForSpans', () => {
  it('waits for a number or a predicate', async () => {
    const waits = Promise.all([
      otlp.waitForSpans(2),
      otlp.waitForSpans((spans) => spans.some((span) => span.name === 'second')),
    ]);
    await post('/v1/traces', traces(SPAN));
    await post('/v1/traces', traces({ ...SPAN, name: 'second' }));
    expect((await waits).map((spans) => spans.length)).toEqual([2, 2]);
  });

  it('says what came instead', async () => {
    await post('/v1/traces', traces(SPAN));
    await expect(otlp.waitForSpans(2, 20)).rejects.toThrow(
      'timed out after 20 ms waiting for 2 spans; received: chat gpt-4o',
    );
  });
});
