// Our own spans and metrics are sent soon, all of them when asked, and never pile up.
import { TraceFlags } from '@opentelemetry/api';
import {
  type PushMetricExporter,
  type ResourceMetrics,
  MeterProvider,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, test, vi } from 'vitest';
import { MetricSender, SpanSender } from './senders.ts';

type Done = Parameters<SpanExporter['export']>[1];

function spanOf(name: string, traceFlags = TraceFlags.SAMPLED): ReadableSpan {
  return { name, spanContext: () => ({ traceFlags }) } as unknown as ReadableSpan;
}

/** A collector that answers when told to. */
function slowExporter() {
  const batches: string[][] = [];
  const answers: (() => void)[] = [];
  const exporter: SpanExporter = {
    export(spans: readonly ReadableSpan[], done: Done) {
      batches.push(spans.map(({ name }) => name));
      answers.push(() => done({ code: 0 }));
    },
    shutdown: async () => {},
  };
  return { exporter, batches, answers };
}

describe('spans', () => {
  test('wait for company a moment, and are sent', async () => {
    const { exporter, batches } = slowExporter();
    const sender = new SpanSender(exporter);
    for (const name of ['a', 'b']) sender.onEnd(spanOf(name));
    sender.onEnd(spanOf('sampled away', TraceFlags.NONE));
    expect(batches).toEqual([]);
    await vi.waitFor(() => expect(batches).toEqual([['a', 'b']]));
  });

  test('a flush sends what waits, and waits for what is under way', async () => {
    const { exporter, batches, answers } = slowExporter();
    const sender = new SpanSender(exporter);
    sender.onEnd(spanOf('a'));
    void sender.forceFlush();
    sender.onEnd(spanOf('b'));
    let isFlushed = false;
    const flushed = sender.forceFlush().then(() => (isFlushed = true));
    expect(batches).toEqual([['a'], ['b']]);
    answers[1]?.();
    await Promise.resolve();
    expect([isFlushed, sender.isBusy]).toEqual([false, true]);
    answers[0]?.();
    await flushed;
    expect(sender.isBusy).toBe(false);
  });

  test('a collector that hangs gets no more than so many', () => {
    const { exporter, batches } = slowExporter();
    const sender = new SpanSender(exporter);
    for (let i = 0; i < 10_000; i++) sender.onEnd(spanOf('x'));
    expect(batches.flat()).toHaveLength(4096);
  });

  test('an exporter that throws harms nobody', async () => {
    const sender = new SpanSender({
      export() {
        throw new Error('broken');
      },
      shutdown: async () => {},
    });
    sender.onEnd(spanOf('a'));
    await expect(sender.forceFlush()).resolves.toBeUndefined();
  });
});

test('metrics: one export at a time, and a flush has all that was recorded before it', async () => {
  const sums: unknown[] = [];
  const answers: (() => void)[] = [];
  const exporter: PushMetricExporter = {
    export(metrics: ResourceMetrics, done) {
      sums.push(metrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value);
      answers.push(() => done({ code: 0 }));
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const sender = new MetricSender(exporter);
  const counter = new MeterProvider({ readers: [sender] }).getMeter('test').createCounter('calls');
  counter.add(1);
  const first = sender.forceFlush();
  await vi.waitFor(() => expect(sums).toEqual([1]));
  counter.add(1);
  const second = sender.forceFlush();
  answers[0]?.();
  await first;
  await vi.waitFor(() => expect(sums).toEqual([1, 2]));
  answers[1]?.();
  await second;
});
