// A fake OTLP/HTTP receiver: takes traces, metrics and logs as JSON and shows them flattened.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listen } from './listen.ts';
import { decodeLogs, decodeMetrics, decodeSpans } from './otlp-decode.ts';
import type { FakeLogRecord, FakeMetricPoint, FakeSpan } from './otlp-decode.ts';
import { until } from './wait.ts';

/** One accepted request as it came. */
export interface OtlpBody {
  readonly path: string;
  readonly contentType: string;
  /** Unzipped. */
  readonly text: string;
}

export interface FakeOtlp extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, for OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** Everything received so far, in order of arrival. */
  spans(): readonly FakeSpan[];
  /** One entry per data point and export; the last one of a series is the current value. */
  metrics(): readonly FakeMetricPoint[];
  logs(): readonly FakeLogRecord[];
  /** The raw requests, for searches that must find nothing. */
  bodies(): readonly OtlpBody[];
  /** Why requests were refused: wrong path, protobuf, broken JSON. */
  rejected(): readonly string[];
  /**
   * Waits for a number of spans, or until the predicate likes them (default 5000 ms).
   * @throws Error that says how many came.
   */
  waitForSpans(
    wanted: number | ((spans: readonly FakeSpan[]) => boolean),
    timeoutMs?: number,
  ): Promise<readonly FakeSpan[]>;
  close(): Promise<void>;
}

/** What arrived, decoded once. */
interface Inbox {
  readonly spans: FakeSpan[];
  readonly metrics: FakeMetricPoint[];
  readonly logs: FakeLogRecord[];
  readonly bodies: OtlpBody[];
  readonly rejected: string[];
}

/**
 * Starts the receiver on 127.0.0.1, any free port. It takes OTLP/JSON, plain or gzip, at
 * `/v1/traces`, `/v1/metrics` and `/v1/logs`; OTLP/protobuf is refused with 415.
 */
export async function startFakeOtlp(options: { readonly port?: number } = {}): Promise<FakeOtlp> {
  const inbox: Inbox = { spans: [], metrics: [], logs: [], bodies: [], rejected: [] };
  const server = createServer((request, response) => {
    void receive({ request, response, inbox });
  });
  const { origin, close } = await listen(server, options.port);
  return {
    url: origin,
    spans: () => inbox.spans,
    metrics: () => inbox.metrics,
    logs: () => inbox.logs,
    bodies: () => inbox.bodies,
    rejected: () => inbox.rejected,
    waitForSpans: (wanted, timeoutMs = 5000) => waitForSpans({ inbox, wanted, timeoutMs }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function waitForSpans(input: {
  readonly inbox: Inbox;
  readonly wanted: number | ((spans: readonly FakeSpan[]) => boolean);
  readonly timeoutMs: number;
}): Promise<readonly FakeSpan[]> {
  const { inbox, wanted, timeoutMs } = input;
  const enough =
    typeof wanted === 'number' ? () => inbox.spans.length >= wanted : () => wanted(inbox.spans);
  const what = typeof wanted === 'number' ? `${wanted} spans` : 'the spans asked for';
  try {
    await until(enough, { what, timeoutMs });
  } catch (error) {
    const names = inbox.spans.map((span) => span.name).join(', ') || 'none';
    const refused = inbox.rejected.length > 0 ? `; refused: ${inbox.rejected.join('; ')}` : '';
    throw new Error(`${(error as Error).message}; received: ${names}${refused}`, { cause: error });
  }
  return inbox.spans;
}

interface Reception {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly inbox: Inbox;
}

async function receive({ request, response, inbox }: Reception): Promise<void> {
  const body = await readBody(request).catch(() => undefined);
  if (body === undefined) {
    response.destroy();
    return;
  }
  const refusal = store({ request, body, inbox });
  if (refusal === undefined) {
    reply(response, { status: 200, body: { partialSuccess: {} } });
    return;
  }
  inbox.rejected.push(refusal.message);
  reply(response, { status: refusal.status, body: { code: 3, message: refusal.message } });
}

interface Refusal {
  readonly status: number;
  readonly message: string;
}

function store(input: {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly inbox: Inbox;
}): Refusal | undefined {
  const { request, body, inbox } = input;
  const path = request.url ?? '/';
  const contentType = request.headers['content-type'] ?? '';
  const decode = DECODERS[path];
  if (decode === undefined || request.method !== 'POST') {
    return { status: 404, message: `${request.method} ${path} is no OTLP/HTTP endpoint` };
  }
  if (!contentType.startsWith('application/json')) {
    const message =
      `the fake OTLP receiver takes application/json only, not '${contentType}': ` +
      'use an exporter that sends JSON (OTEL_EXPORTER_OTLP_PROTOCOL=http/json)';
    return { status: 415, message };
  }
  try {
    const zipped = request.headers['content-encoding'] === 'gzip';
    const text = (zipped ? gunzipSync(body) : body).toString('utf8');
    decode(inbox, JSON.parse(text));
    inbox.bodies.push({ path, contentType, text });
    return undefined;
  } catch (error) {
    return { status: 400, message: `not OTLP/JSON at ${path}: ${String(error)}` };
  }
}

const DECODERS: Readonly<Record<string, (inbox: Inbox, body: unknown) => void>> = {
  '/v1/traces': (inbox, body) => inbox.spans.push(...decodeSpans(body)),
  '/v1/metrics': (inbox, body) => inbox.metrics.push(...decodeMetrics(body)),
  '/v1/logs': (inbox, body) => inbox.logs.push(...decodeLogs(body)),
};

function reply(
  response: ServerResponse,
  content: { readonly status: number; readonly body: unknown },
): void {
  response.writeHead(content.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(content.body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
