// One request from its first byte to the end of its record: read, script, check, reply, bill.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf } from './address.ts';
import { billNanoUsd } from './billing.ts';
import { parseBody, readBody } from './body.ts';
import { awaitStart, deliverStream, deliverWhole } from './deliver.ts';
import type { Progress } from './deliver.ts';
import { invalidRequest } from './errors.ts';
import { alphanumericId } from './ids.ts';
import { objectOf, stringOf } from '../json.ts';
import { failedReply, planReply } from './plan.ts';
import type { PlannedReply } from './plan.ts';
import type { FakeCall, FakeScript } from './reply.ts';
import type { Settings } from './settings.ts';
import { Wire } from './wire.ts';

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
  readonly script: () => FakeScript | undefined;
}

/** Answers one request and keeps its record up to date; rejects only for ill-formed headers. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, calls, settings } = exchange;
  const receivedAtMs = settings.now();
  const body = await readBody(request);
  if (body === undefined) {
    return;
  }
  const parsed = await parseBody(body, request.headers['content-type'] ?? '');
  const call = record({ request, body: parsed, index: calls.length, receivedAtMs, settings });
  calls.push(call);
  const planned = plan({ script: exchange.script(), call, settings });
  const wire = new Wire(response, { gzip: planned.transport.gzip ?? false });
  const progress = meter(call, { settings, planned });
  try {
    await awaitStart(wire, planned.transport);
    if (planned.kind === 'whole') {
      await deliverWhole(wire, { ...planned, head: complete(call, planned) }, progress);
    } else {
      await deliverStream(wire, { ...planned, head: complete(call, planned) }, progress);
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
  readonly settings: Settings;
}

function record({ request, body, index, receivedAtMs, settings }: Arrival): Recording {
  const fields = objectOf(body);
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  const named = addressOf(path).deployment ?? stringOf(fields['model']) ?? '';
  return {
    index,
    method: request.method ?? 'GET',
    path,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body,
    model: settings.deployments[named] ?? named,
    stream: String(fields['stream']) === 'true',
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

/** A script that throws is the test's own mistake: HTTP 500, not retried, with its message. */
function plan(input: {
  readonly script: FakeScript | undefined;
  readonly call: FakeCall;
  readonly settings: Settings;
}): PlannedReply {
  const { script, call, settings } = input;
  try {
    return planReply({ call, reply: script?.(call), settings });
  } catch (error) {
    const message = `the script of the fake provider failed: ${String(error)}`;
    const spec = { ...invalidRequest(message, { status: 500 }), type: 'server_error' };
    return failedReply(spec, { headers: { 'x-should-retry': 'false' } });
  }
}

/** Keeps the record and the bill of a call while its reply is delivered. */
function meter(
  call: Recording,
  context: { readonly settings: Settings; readonly planned: PlannedReply },
): Progress {
  const { settings, planned } = context;
  const { prices, snapshots } = settings;
  const price = prices[call.model] ?? prices[snapshots[call.model] ?? call.model];
  call.priced = price !== undefined;
  call.inputTokens = planned.inputTokens;
  call.cachedTokens = planned.cachedTokens;
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

/** Headers every reply of the real service has, below the planned and the scripted ones. */
function complete(call: FakeCall, planned: PlannedReply): PlannedReply['head'] {
  return {
    status: planned.head.status,
    headers: {
      'x-request-id': alphanumericId('req_', 32, String(call.index)).toLowerCase(),
      'openai-version': '2020-10-01',
      'openai-processing-ms': '7',
      ...planned.head.headers,
      ...planned.transport.headers,
    },
  };
}
