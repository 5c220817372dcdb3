// One request from its first byte to the end of its record: read, script, reply, bill.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FakePrices, billNanoUsd } from '../fake-openai/billing.ts';
import { parseBody, readBody } from '../fake-openai/body.ts';
import { awaitStart, deliverStream, deliverWhole, type Progress } from '../fake-openai/deliver.ts';
import { Wire } from '../fake-openai/wire.ts';
import { addressOf, type BedrockPlan, failedReply, planReply } from './plan.ts';
import type { FakeBedrockCall, FakeBedrockScript } from './reply.ts';

/** The writable side of a `FakeBedrockCall`. */
export type Recording = { -readonly [Key in keyof FakeBedrockCall]: FakeBedrockCall[Key] } & {
  /** A price is known for the model. */
  priced: boolean;
};

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly calls: Recording[];
  readonly prices: FakePrices;
  readonly outputTokens: number;
  readonly now: () => number;
  readonly script: () => FakeBedrockScript | undefined;
}

/** Answers one request and keeps its record up to date. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, calls } = exchange;
  const receivedAtMs = exchange.now();
  const bytes = await readBody(request);
  if (bytes === undefined) return;
  const body = await parseBody(bytes, request.headers['content-type'] ?? '');
  const call = record({ request, body, index: calls.length, receivedAtMs });
  calls.push(call);
  const planned = plan(exchange, call);
  const { status, headers } = planned.head;
  const requestId = `00000000-0000-4000-8000-${String(call.index).padStart(12, '0')}`;
  const head = {
    status,
    headers: { 'x-amzn-requestid': requestId, ...headers, ...planned.transport.headers },
  };
  const wire = new Wire(response, { gzip: planned.transport.gzip ?? false });
  const progress = meter(call, { exchange, planned });
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
  readonly body: unknown;
  readonly index: number;
  readonly receivedAtMs: number;
}

function record({ request, body, index, receivedAtMs }: Arrival): Recording {
  const path = (request.url ?? '/').replace(/\?.*$/su, '');
  const { model, action } = addressOf(path);
  const headers = Object.entries(request.headers).filter(([name]) => !name.startsWith(':'));
  return {
    index,
    method: request.method ?? 'GET',
    path,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body,
    model,
    stream: action.endsWith('-stream'),
    httpVersion: request.httpVersionMajor === 2 ? '2.0' : '1.1',
    receivedAtMs,
    status: 0,
    inputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    billedNanoUsd: 0n,
    chunksSent: 0,
    aborted: false,
    finished: false,
    priced: false,
  };
}

/** A script that throws is the test's own mistake: HTTP 400, not retried, with its message. */
function plan({ script, outputTokens }: Exchange, call: FakeBedrockCall): BedrockPlan {
  try {
    return planReply({ call, reply: script()?.(call), outputTokens });
  } catch (error) {
    const message = `the script of the fake provider failed: ${String(error)}`;
    return failedReply({ status: 400, message }, {});
  }
}

/** Keeps the record and the bill of a call while its reply is delivered. */
function meter(
  call: Recording,
  { exchange, planned }: { readonly exchange: Exchange; readonly planned: BedrockPlan },
): Progress {
  const price = exchange.prices[call.model];
  call.priced = price !== undefined;
  call.inputTokens = planned.inputTokens;
  call.cachedTokens = planned.cachedTokens;
  call.cacheWriteTokens = planned.cacheWriteTokens;
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
