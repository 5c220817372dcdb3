// One request from its first byte to the end of its record: read, script, reply, bill.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { objectOf } from '../json.ts';
import type { FakePrice } from './billing.ts';
import { parseBody, readBody } from './body.ts';
import { deliver } from './deliver.ts';
import { type PlannedReply, rawReply } from './plan.ts';
import { type Details, meter, type Recording, recordOf } from './record.ts';
import type { Failed, FakeRaw, FakeRequest, FakeTransport, Script } from './reply.ts';
import { Wire } from './wire.ts';

/** All that is a provider's own: how its wire is read and written. */
export interface Speech<Answer, Failure, More extends Details> {
  readonly detailsOf: (request: FakeRequest, message: IncomingMessage) => More;
  /** Of every reply, below the planned and the scripted ones. */
  readonly headersOf: (call: FakeRequest) => Readonly<Record<string, string>>;
  /** What the real service would answer; without an answer of the script, the default one. */
  readonly answer: (call: Recording<More>, answer: Answer | undefined) => PlannedReply;
  /** An error in the provider's words; bills nothing. */
  readonly fail: (error: Failure | ScriptError, transport: FakeTransport) => PlannedReply;
}

interface ScriptError {
  readonly status: number;
  readonly message: string;
}

export interface Exchange<Answer, Failure, More extends Details> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly calls: Recording<More>[];
  readonly speech: Speech<Answer, Failure, More>;
  readonly script: () => Script<Answer, Failure> | undefined;
  readonly priceOf: (model: string) => FakePrice | undefined;
  readonly now: () => number;
}

/** Answers one request and keeps its record up to date; rejects only for ill-formed headers. */
export async function answerRequest<Answer, Failure, More extends Details>(
  exchange: Exchange<Answer, Failure, More>,
): Promise<void> {
  const { request, response, calls, speech } = exchange;
  const receivedAtMs = exchange.now();
  const bytes = await readBody(request);
  if (bytes === undefined) return;
  const body = await parseBody(bytes, request.headers['content-type'] ?? '');
  const read = requestOf(request, { index: calls.length, body });
  const details = speech.detailsOf(read, request);
  const call = recordOf({ request: read, details, receivedAtMs });
  calls.push(call);
  const planned = plan(exchange, call);
  const { transport } = planned;
  const headers = { ...speech.headersOf(call), ...planned.head.headers, ...transport.headers };
  const head = { status: planned.head.status, headers };
  const wire = new Wire(response, { gzip: transport.gzip });
  const progress = meter(call, { price: exchange.priceOf(call.model), planned });
  try {
    await deliver(wire, { ...planned, head }, progress);
  } finally {
    call.aborted = wire.isAborted;
    call.finished = true;
  }
}

/** Without the pseudo-headers of HTTP/2. */
function requestOf(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  { index, body }: { readonly index: number; readonly body: unknown },
): FakeRequest {
  const named = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  return {
    index,
    method,
    path: url.replace(/\?.*$/su, ''),
    headers: Object.fromEntries(named.map(([name, value]) => [name, String(value)])),
    body,
  };
}

/**
 * The script's failure or raw reply as it is; else what the real service would answer. A script that
 * throws is the test's own mistake: a status that no client tries again, with its message.
 */
function plan<Answer, Failure, More extends Details>(
  { speech, script }: Exchange<Answer, Failure, More>,
  call: Recording<More>,
): PlannedReply {
  try {
    const reply = script()?.(call);
    if (isFailed(reply)) return speech.fail(reply.error, reply);
    if (isRaw(reply)) return rawReply(reply);
    return speech.answer(call, reply);
  } catch (error) {
    const message = `the script of the fake provider failed: ${String(error)}`;
    return speech.fail({ status: 400, message }, {});
  }
}

type Scripted<Answer, Failure> = ReturnType<Script<Answer, Failure>>;

function isFailed<Answer, Failure>(reply: Scripted<Answer, Failure>): reply is Failed<Failure> {
  return objectOf(reply)['error'] !== undefined;
}

function isRaw<Answer, Failure>(reply: Scripted<Answer, Failure>): reply is FakeRaw {
  return objectOf(reply)['raw'] !== undefined;
}
