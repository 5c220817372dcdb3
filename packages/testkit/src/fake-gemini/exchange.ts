// One request from its first byte to the end of its record: read, script, check, reply, bill.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { billNanoUsd } from '../fake-openai/billing.ts';
import { awaitStart, deliverStream, deliverWhole, type Progress } from '../fake-openai/deliver.ts';
import type { FakeCall } from '../fake-openai/reply.ts';
import { Wire } from '../fake-openai/wire.ts';
import { objectOf, stringOf } from '../json.ts';
import { failedReply, type PlannedReply, planReply } from './plan.ts';
import type { FakeGeminiScript } from './reply.ts';
import type { Settings } from './settings.ts';

/** The writable side of a `FakeCall`. */
export type Recording = { -readonly [Key in keyof FakeCall]: FakeCall[Key] } & {
  /** A price is known for the model. */
  priced: boolean;
};

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly calls: Recording[];
  readonly settings: Settings;
  readonly script: () => FakeGeminiScript | undefined;
}

/** Answers one request and keeps its record up to date. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, calls, settings } = exchange;
  const receivedAtMs = settings.now();
  const text = await readBody(request);
  if (text === undefined) return;
  const url = new URL(request.url ?? '/', 'http://fake');
  const call = record({ request, url, text, index: calls.length, receivedAtMs });
  calls.push(call);
  const isSse = url.searchParams.get('alt') === 'sse';
  const planned = plan({ exchange, call, isSse });
  const wire = new Wire(response, { gzip: planned.transport.gzip ?? false });
  const progress = meter(call, { settings, planned });
  const headers = { ...planned.head.headers, server: 'scaffolding', ...planned.transport.headers };
  const head = { status: planned.head.status, headers };
  try {
    await awaitStart(wire, planned.transport);
    if (planned.kind === 'whole') await deliverWhole(wire, { ...planned, head }, progress);
    else await deliverStream(wire, { ...planned, head }, progress);
  } finally {
    call.aborted = wire.isAborted;
    call.finished = true;
  }
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly text: string;
  readonly index: number;
  readonly receivedAtMs: number;
}

/** The model is named by the path; of interactions by the body. */
function record({ request, url, text, index, receivedAtMs }: Arrival): Recording {
  const path = url.pathname;
  const body = parse(text);
  const fields = objectOf(body);
  const named = /\/models\/([^/:]+)/u.exec(path)?.[1];
  return {
    index,
    method: request.method ?? 'GET',
    path,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body,
    model: named ?? stringOf(fields['model']) ?? '',
    stream: path.endsWith(':streamGenerateContent') || fields['stream'] === true,
    receivedAtMs,
    status: 0,
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    billedNanoUsd: 0n,
    chunksSent: 0,
    aborted: false,
    finished: false,
    priced: false,
  };
}

/** A script that throws is the test's own mistake: HTTP 500 with its message. */
function plan({
  exchange,
  call,
  isSse,
}: {
  readonly exchange: Exchange;
  readonly call: FakeCall;
  readonly isSse: boolean;
}): PlannedReply {
  const { settings, script } = exchange;
  try {
    return planReply({ call, isSse, reply: script()?.(call), settings });
  } catch (error) {
    const message = `the script of the fake provider failed: ${String(error)}`;
    return failedReply({ status: 500, message }, {});
  }
}

/** Keeps the record and the bill of a call while its reply is delivered. */
function meter(
  call: Recording,
  { settings, planned }: { readonly settings: Settings; readonly planned: PlannedReply },
): Progress {
  const price = settings.prices[call.model];
  call.priced = price !== undefined;
  call.inputTokens = planned.inputTokens;
  call.cachedTokens = planned.cachedTokens;
  const bill = (): void => {
    call.billedNanoUsd = price === undefined ? 0n : billNanoUsd(price, call);
  };
  bill();
  return {
    onHead: (status) => {
      call.status = status;
    },
    onTokens: (tokens) => {
      call.outputTokens += tokens;
      bill();
    },
    onChunk: () => {
      call.chunksSent += 1;
    },
  };
}

/** `undefined` if the client went away before the request was complete. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
