// One request from its first byte to the end of its record: read, script, reply, bill.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { billNanoUsd } from '../fake-openai/billing.ts';
import type { FakePrices } from '../fake-openai/billing.ts';
import { awaitStart, deliverStream, deliverWhole } from '../fake-openai/deliver.ts';
import type { Progress } from '../fake-openai/deliver.ts';
import { parseBody, readBody } from '../fake-openai/body.ts';
import type { Recording } from '../fake-openai/exchange.ts';
import { alphanumericId } from '../fake-openai/ids.ts';
import { Wire } from '../fake-openai/wire.ts';
import { objectOf, stringOf } from '../json.ts';
import { failedReply, planReply } from './plan.ts';
import type { AnthropicPlan, AnthropicSettings } from './plan.ts';
import type { FakeAnthropicScript } from './reply.ts';

/** The writable side of a `FakeAnthropicCall`. */
export type AnthropicRecording = Recording & { cacheWriteTokens: number };

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly calls: AnthropicRecording[];
  readonly settings: AnthropicSettings;
  readonly prices: FakePrices;
  readonly now: () => number;
  readonly script: () => FakeAnthropicScript | undefined;
}

/** Answers one request and keeps its record up to date; rejects only for ill-formed headers. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, calls } = exchange;
  const receivedAtMs = exchange.now();
  const bytes = await readBody(request);
  if (bytes === undefined) {
    return;
  }
  const body = await parseBody(bytes, request.headers['content-type'] ?? '');
  const call = record({ request, body, index: calls.length, receivedAtMs });
  calls.push(call);
  const planned = plan(exchange, call);
  const { status, headers } = planned.head;
  const requestId = alphanumericId('req_01', 22, String(call.index));
  const head = {
    status,
    headers: { 'request-id': requestId, ...headers, ...planned.transport.headers },
  };
  const wire = new Wire(response, { gzip: planned.transport.gzip ?? false });
  const progress = meter(call, { exchange, planned });
  try {
    await awaitStart(wire, planned.transport);
    if (planned.kind === 'whole') {
      await deliverWhole(wire, { ...planned, head }, progress);
    } else {
      await deliverStream(wire, { ...planned, head }, progress);
    }
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

function record({ request, body, index, receivedAtMs }: Arrival): AnthropicRecording {
  const fields = objectOf(body);
  return {
    index,
    method: request.method ?? 'GET',
    path: (request.url ?? '/').replace(/\?.*$/s, ''),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body,
    model: stringOf(fields['model']) ?? '',
    stream: fields['stream'] === true,
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

/** A script that throws is the test's own mistake: HTTP 500, not retried, with its message. */
function plan({ script, settings }: Exchange, call: AnthropicRecording): AnthropicPlan {
  try {
    return planReply({ call, reply: script()?.(call), settings });
  } catch (error) {
    const message = `the script of the fake provider failed: ${String(error)}`;
    return failedReply({ status: 500, message }, { headers: { 'x-should-retry': 'false' } });
  }
}

interface Metering {
  readonly exchange: Exchange;
  readonly planned: AnthropicPlan;
}

/** Keeps the record and the bill of a call while its reply is delivered. */
function meter(call: AnthropicRecording, { exchange, planned }: Metering): Progress {
  const { prices, settings } = exchange;
  const price = prices[call.model] ?? prices[settings.snapshots[call.model] ?? call.model];
  call.priced = price !== undefined;
  call.inputTokens = planned.inputTokens;
  call.cachedTokens = planned.cachedTokens;
  call.cacheWriteTokens = planned.cacheWriteTokens;
  const bill = () => {
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
