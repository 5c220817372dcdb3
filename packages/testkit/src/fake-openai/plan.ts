// Decides the whole reply to one request before any of it is sent.

import { addressOf } from './address.ts';
import { speech, transcriptions, translations } from './audio.ts';
import { azureFirstFrame, chat } from './chat.ts';
import { completions } from './completions.ts';
import type { Chunk } from './deliver.ts';
import { embeddings } from './embeddings.ts';
import { errorReply, INSUFFICIENT_QUOTA, invalidRequest } from './errors.ts';
import type { ErrorSpec } from './errors.ts';
import { generate } from './generate.ts';
import { imageEdits, imageGenerations, imageVariations } from './images.ts';
import { isObject, objectOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { isModelsPath, modelsBody } from './models.ts';
import type { Context, Operation, StreamWriter } from './operation.ts';
import type { FakeAnswer, FakeCall, FakeRaw, FakeReply, FakeTransport } from './reply.ts';
import { responses } from './responses.ts';
import type { Settings } from './settings.ts';
import { encodeFrame } from './sse.ts';
import type { Frame } from './sse.ts';
import type { WireHead } from './wire.ts';

const OPERATIONS: readonly Operation[] = [
  chat,
  responses,
  embeddings,
  completions,
  imageGenerations,
  imageEdits,
  imageVariations,
  transcriptions,
  translations,
  speech,
];

export type PlannedReply = PlannedWhole | PlannedStream;

interface Planned {
  readonly head: WireHead;
  /** Billed as soon as the reply is begun. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly transport: FakeTransport;
}

export interface PlannedWhole extends Planned {
  readonly kind: 'whole';
  readonly body: string | Uint8Array;
  /** Output tokens. */
  readonly tokens: number;
}

export interface PlannedStream extends Planned {
  readonly kind: 'stream';
  readonly chunks: readonly Chunk[];
  readonly terminator: string;
}

export interface PlanInput {
  readonly call: FakeCall;
  readonly reply: FakeReply | undefined;
  readonly settings: Settings;
}

/** The script's failure or raw reply as it is; else what the real service would answer. */
export function planReply({ call, reply, settings }: PlanInput): PlannedReply {
  if (reply?.error !== undefined) {
    return failedReply(reply.error, reply);
  }
  if (reply?.raw !== undefined) {
    return rawReply(reply);
  }
  const answer = reply ?? {};
  if (settings.apiKey !== undefined && !hasKey(call, settings.apiKey)) {
    return failedReply({ status: 401 }, answer);
  }
  const { path } = addressOf(call.path);
  if (call.method === 'GET' && settings.stored.has(path)) {
    return jsonReply(200, settings.stored.get(path), answer);
  }
  if (isModelsPath(path) && call.method === 'GET') {
    return jsonReply(200, modelsBody(path, Object.keys(settings.prices)), answer);
  }
  const operation = OPERATIONS.find((candidate) => candidate.path === path);
  const refusal = refusalOf(call, operation);
  if (refusal !== undefined || operation === undefined) {
    return failedReply(refusal ?? { status: 404 }, answer);
  }
  return generatedReply({ call, settings, operation, answer });
}

/** An error in OpenAI's JSON; bills nothing. */
export function failedReply(error: ErrorSpec, transport: FakeTransport): PlannedReply {
  return jsonReply(error.status, errorReply(error), transport);
}

/** Azure has a header of its own. */
function hasKey({ headers }: FakeCall, apiKey: string): boolean {
  return headers['authorization'] === `Bearer ${apiKey}` || headers['api-key'] === apiKey;
}

function refusalOf(call: FakeCall, operation: Operation | undefined): ErrorSpec | undefined {
  if (operation === undefined) {
    return invalidRequest(`Invalid URL (${call.method} ${call.path})`, { status: 404 });
  }
  if (call.method !== 'POST') {
    return invalidRequest(`Not allowed to ${call.method} on ${call.path}.`, { status: 405 });
  }
  return isObject(call.body)
    ? operation.check(bodyOf(call))
    : invalidRequest('We could not parse the JSON body of your request.');
}

/** With the model, which may stand in the path alone, or be another than the deployment. */
function bodyOf({ body, model }: FakeCall): JsonObject {
  return model === '' ? objectOf(body) : { ...objectOf(body), model };
}

interface GeneratedInput {
  readonly call: FakeCall;
  readonly settings: Settings;
  readonly operation: Operation;
  readonly answer: FakeAnswer;
}

function generatedReply(input: GeneratedInput): PlannedReply {
  const { call, settings, operation, answer } = input;
  const body = bodyOf(call);
  const seed = `${call.path}#${call.index}`;
  const generation = generate({
    ask: operation.ask(body),
    reply: operation.reportsCache ? answer : { ...answer, cachedTokens: 0 },
    outputTokens: operation.outputTokens?.(body) ?? settings.outputTokens,
    seed,
  });
  const context: Context = {
    body,
    seed,
    createdS: Math.floor(call.receivedAtMs / 1000),
    model: settings.snapshots[call.model] ?? call.model,
    generation,
    webSearches: answer.webSearches ?? 0,
    usageNullOnChunks: settings.usageNullOnChunks,
  };
  const streams = operation.streams?.(body) ?? call.stream;
  if (operation.stream === undefined || !streams) {
    return wholeReply({ call, settings, operation, answer }, context);
  }
  const billed = answer.errorEventAfterChunks === 0 ? { inputTokens: 0, cachedTokens: 0 } : {};
  return {
    kind: 'stream',
    head: eventStream(),
    inputTokens: generation.usage.inputTokens,
    cachedTokens: generation.usage.cachedTokens,
    ...billed,
    ...streamBody({ context, writer: operation.stream, answer, isAzure: hasVerdict(call) }),
    transport: answer,
  };
}

/** What is not JSON travels as it is. */
function wholeReply(
  { settings, operation, answer }: GeneratedInput,
  context: Context,
): PlannedReply {
  const { usage } = context.generation;
  const tokens = operation.billsNoOutput?.(context.body) ? 0 : usage.outputTokens;
  const later = operation.later?.(context);
  if (later) {
    settings.stored.set(later.path, later.body);
  }
  const raw = operation.raw?.(context);
  const reply = jsonReply(200, raw ? undefined : operation.whole(context), answer);
  if (!raw) {
    return { ...reply, ...usage, tokens };
  }
  const head = { status: 200, headers: { 'content-type': raw.contentType } };
  return { ...reply, ...usage, tokens, head, body: raw.body };
}

function streamBody(input: {
  readonly context: Context;
  readonly writer: StreamWriter;
  readonly answer: FakeAnswer;
  readonly isAzure: boolean;
}): Pick<PlannedStream, 'chunks' | 'terminator'> {
  const { context, writer, answer, isAzure } = input;
  const azure = (answer.azureEmptyFirstChunk ?? isAzure) ? [azureFirstFrame()] : [];
  const frames = [...azure, ...writer.frames(context)];
  const failsAfter = answer.errorEventAfterChunks;
  if (failsAfter === undefined) {
    return { chunks: chunksOf(frames), terminator: writer.terminator };
  }
  const before = frames.slice(0, failsAfter);
  const error = { ...INSUFFICIENT_QUOTA, ...answer.errorEvent };
  const failure = writer.failure(context, { sent: before.length, error });
  return { chunks: chunksOf([...before, ...failure]), terminator: '' };
}

/** Chat streams of Azure begin with a verdict on the prompt. */
function hasVerdict({ path }: FakeCall): boolean {
  const address = addressOf(path);
  return address.isAzure && address.path === chat.path;
}

export function chunksOf(frames: readonly Frame[]): readonly Chunk[] {
  return frames.map((frame) => ({ bytes: encodeFrame(frame), tokens: frame.tokens }));
}

export function eventStream(): WireHead {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
  };
}

/** Indented by two spaces, as the real service sends it. */
function jsonReply(status: number, body: unknown, transport: FakeTransport): PlannedWhole {
  return {
    kind: 'whole',
    head: { status, headers: { 'content-type': 'application/json' } },
    body: `${JSON.stringify(body, null, 2)}\n`,
    tokens: 0,
    inputTokens: 0,
    cachedTokens: 0,
    transport,
  };
}

export function rawReply(reply: FakeRaw): PlannedReply {
  const { body, contentType = 'application/json', status = 200 } = reply.raw;
  const common = {
    head: { status, headers: { 'content-type': contentType } },
    inputTokens: reply.inputTokens ?? 0,
    cachedTokens: 0,
    transport: reply,
  };
  const tokens = reply.outputTokens ?? 0;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return { ...common, kind: 'whole', body, tokens };
  }
  const chunks = body.map((bytes, index) => ({ bytes, tokens: index === 0 ? tokens : 0 }));
  return { ...common, kind: 'stream', chunks, terminator: '' };
}
