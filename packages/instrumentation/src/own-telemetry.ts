// Spans and metrics of a program that has no OpenTelemetry SDK, sent to the OTLP endpoint that is set.
// Nothing is registered globally, for an application that starts its SDK later would lose it.
//
// What is guaranteed: spans and metrics are out before a finished program exits (it is held for
// at most 250 ms) and before a refusal is thrown. After `process.exit()` what ended in the last tenth
// of a second can be missing here; the ledger has it all the same.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Meter, Tracer } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

export interface OwnTelemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** Sends what is waiting; takes at most 250 ms, and never rejects. */
  flush(): Promise<void>;
}

const SCOPE = '@spendfuse/instrumentation';

/** How long a span waits for company. */
const BATCH_MS = 100;
/** How long an export may hold a process that has nothing else to do. */
const HOLD_MS = 250;
/** Shorter than the exporter's first pause before a retry, which would hold a finished process. */
const EXPORT_TIMEOUT_MS = 750;

type Env = Readonly<Record<string, string | undefined>>;

export interface OwnTelemetryOptions {
  readonly env: Env;
  /** Whether spans are to be sent. */
  readonly spans: boolean;
  /** Whether metrics are. */
  readonly points: boolean;
}

export function startOwnTelemetry({ env, spans, points }: OwnTelemetryOptions): OwnTelemetry {
  const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const exporter = {
    httpAgentOptions: unheldAgent,
    ...(env['OTEL_EXPORTER_OTLP_TIMEOUT'] ? {} : { timeoutMillis: EXPORT_TIMEOUT_MS }),
  };
  const tracers = new TracerProvider({
    resource,
    spanProcessors: spans
      ? [
          new BatchSpanProcessor({
            exporter: new OTLPTraceExporter(exporter),
            scheduledDelayMillis: BATCH_MS,
            exportTimeoutMillis: HOLD_MS,
          }),
        ]
      : [],
  });
  const meters = new MeterProvider({
    resource,
    readers: points ? [metricReader(exporter)] : [],
  });
  return {
    tracer: tracers.getTracer(SCOPE),
    meter: meters.getMeter(SCOPE),
    flush: () => flushWithin(HOLD_MS, [() => tracers.forceFlush(), () => meters.forceFlush()]),
  };
}

type ExporterOptions = ConstructorParameters<typeof OTLPMetricExporter>[0];

function metricReader(exporter: ExporterOptions): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(exporter),
    exportTimeoutMillis: HOLD_MS,
    exportIntervalMillis: 10_000,
  });
}

async function flushWithin(ms: number, flushes: readonly (() => Promise<void>)[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.allSettled(flushes.map((flush) => flush())), limit]);
  clearTimeout(timer);
}

/** An agent whose connections keep no process alive: a collector that hangs must not hold the program. */
function unheldAgent(protocol: string): HttpAgent | HttpsAgent {
  const agent =
    protocol === 'https:'
      ? new HttpsAgent({ keepAlive: true })
      : new HttpAgent({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...options: Parameters<typeof connect>) => {
    const socket = connect(...options);
    unref(socket);
    return socket;
  };
  // The default takes a kept connection into use by holding the process with it again.
  Object.assign(agent, { reuseSocket: () => {} });
  return agent;
}

function unref(socket: Duplex | null | undefined): void {
  if (socket && 'unref' in socket && typeof socket.unref === 'function') socket.unref();
}
