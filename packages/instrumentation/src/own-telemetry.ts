// Spans and metrics of a program that has no OpenTelemetry SDK, sent to the OTLP endpoint that is set.
// Nothing is registered globally, for an application that starts its SDK later would lose it.
//
// What is guaranteed: where the collector answers in time, spans and metrics are out before a finished
// program exits and before a refusal is thrown. After `process.exit()` what ended in the last tenth of
// a second can be missing here; the ledger has it all the same.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Meter, Tracer } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { MetricSender, SpanSender } from './senders.ts';

export interface OwnTelemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** Sends what is waiting, and waits for it a moment: at most 250 ms. Never rejects. */
  flush(): Promise<void>;
}

const SCOPE = '@spendfuse/instrumentation';

/** How long a refusal, or a program that is done, waits for a collector. */
const FLUSH_MS = 250;
/** The same where spans have been sent a while ago, and the collector has not answered yet. */
const BUSY_FLUSH_MS = 100;
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
  const spanSender = spans ? new SpanSender(new OTLPTraceExporter(exporter)) : undefined;
  const pointSender = points ? new MetricSender(new OTLPMetricExporter(exporter)) : undefined;
  const tracers = new TracerProvider({ resource, spanProcessors: spanSender ? [spanSender] : [] });
  const meters = new MeterProvider({ resource, readers: pointSender ? [pointSender] : [] });
  const flush = async (): Promise<void> => {
    const mostMs = spanSender?.isBusy ? BUSY_FLUSH_MS : FLUSH_MS;
    const senders = [spanSender, pointSender].filter((sender) => sender !== undefined);
    await within(mostMs, Promise.allSettled(senders.map((sender) => sender.forceFlush())));
  };
  return {
    tracer: tracers.getTracer(SCOPE),
    meter: meters.getMeter(SCOPE),
    flush,
  };
}

/** Holds the process until then, at most. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, limit]);
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
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (...[socket, request]: Parameters<typeof reuse>) => {
    reuse(socket, request);
    unref(socket);
  };
  return agent;
}

function unref(socket: Duplex | null | undefined): void {
  if (socket && 'unref' in socket && typeof socket.unref === 'function') socket.unref();
}
