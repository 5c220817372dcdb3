// Programs with an OpenTelemetry SDK of their own, under the preload, and what came of their telemetry.
import {
  type FakeMetricPoint,
  type FakeOtlp,
  type FakeSpan,
  startFakeOtlp,
} from '@spendfuse/testkit';
import { runText } from './program.ts';

/** A CommonJS head that starts an SDK as `sdk`; `instrumentations` is a list in JavaScript. */
export function sdkWith(instrumentations = '[]'): string {
  return `
    const { NodeSDK } = require('@opentelemetry/sdk-node');
    const sdk = new NodeSDK({ instrumentations: ${instrumentations} });
    sdk.start();
    const { context, propagation, trace } = require('@opentelemetry/api');
    const work = (name, fn) => trace.getTracer('app').startActiveSpan(name, async (span) => {
      try { return await fn(span); } finally { span.end(); }
    });`;
}

export interface Program {
  /** CommonJS, run before `source`. */
  readonly head: string;
  /** Body of an async function. */
  readonly source: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: our preload by `--require`. */
  readonly flags?: readonly string[] | undefined;
}

export interface Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  readonly spans: readonly FakeSpan[];
  readonly metrics: readonly FakeMetricPoint[];
  /** All that was sent, as text. */
  readonly sent: string;
}

/**
 * Runs it to its end. The program shuts its SDK down where it has one as `sdk`, a moment later: the
 * span of a call ends with its commit, which the answer does not always wait for.
 */
export async function runTold({ head, source, env, flags }: Program): Promise<Told> {
  await using otlp = await startFakeOtlp();
  const text = `${head}
    (async () => { ${source} })()
      .catch((error) => console.log('thrown:', error.name, error.message))
      .finally(async () => {
        if (typeof sdk === 'undefined') return;
        await new Promise((resolve) => setTimeout(resolve, 300));
        await sdk.shutdown();
      });`;
  const result = await runText({
    text,
    modules: 'cjs',
    flags,
    env: {
      OPENAI_API_KEY: 'sk-test',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
    },
  });
  return { ...result, ...toldBy(otlp) };
}

function toldBy(otlp: FakeOtlp): Pick<Told, 'spans' | 'metrics' | 'sent'> {
  const sent = otlp.bodies().map(({ text }) => text);
  return { spans: otlp.spans(), metrics: latest(otlp.metrics()), sent: sent.join('') };
}

/**
 * The spans of calls and of what is around them, each with what a `spendfuse.settle` below it adds: on
 * a busy machine a commit may be answered after the span of someone else has ended.
 */
export function settledSpans({ spans }: Pick<Told, 'spans'>): readonly FakeSpan[] {
  const isLate = ({ name }: FakeSpan): boolean => name === 'spendfuse.settle';
  return spans
    .filter((span) => !isLate(span))
    .map((span) => {
      const late = spans.filter((each) => isLate(each) && each.parentSpanId === span.spanId);
      const attributes = Object.assign({}, span.attributes, ...late.map((each) => each.attributes));
      return { ...span, attributes };
    });
}

/** The last state of every series: points are cumulative. */
function latest(points: readonly FakeMetricPoint[]): readonly FakeMetricPoint[] {
  const series = points.map(
    (point) => [JSON.stringify([point.scope.name, point.name, point.attributes]), point] as const,
  );
  return [...new Map(series).values()];
}

/** Recordings of a histogram, or the value of a counter, over all who record it. */
export function countOf(
  { metrics }: Pick<Told, 'metrics'>,
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
): number {
  return metrics
    .filter((point) => point.name === name)
    .filter((point) =>
      Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
    )
    .reduce((sum, { count, value }) => sum + (count ?? value ?? 0), 0);
}
