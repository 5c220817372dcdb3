// Decides the whole reply to one request before any of it is sent.
import type { Chunk } from '../fake-openai/deliver.ts';
import { generate } from '../fake-openai/generate.ts';
import type { FakeCall, FakeRaw, FakeTransport } from '../fake-openai/reply.ts';
import { encodeFrame, type Frame } from '../fake-openai/sse.ts';
import type { WireHead } from '../fake-openai/wire.ts';
import { isObject, objectOf } from '../json.ts';
import { content, countTokens } from './content.ts';
import { batchEmbedContents, embedContent, predict } from './embeddings.ts';
import { errorBody, invalidArgument, OVERLOADED } from './errors.ts';
import { interactions } from './interactions.ts';
import type { Context, Operation } from './operation.ts';
import type { FakeGeminiAnswer, FakeGeminiError, FakeGeminiReply } from './reply.ts';
import type { Settings } from './settings.ts';

const METHODS: ReadonlyMap<string, Operation> = new Map([
  ['generateContent', content],
  ['streamGenerateContent', content],
  ['countTokens', countTokens],
  ['embedContent', embedContent],
  ['batchEmbedContents', batchEmbedContents],
  ['predict', predict],
]);

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

export type PlannedReply = PlannedWhole | PlannedStream;

export interface PlanInput {
  readonly call: FakeCall;
  /** `alt=sse` was asked for. */
  readonly isSse: boolean;
  readonly reply: FakeGeminiReply | undefined;
  readonly settings: Settings;
}

/** The script's failure or raw reply as it is; else what the real service would answer. */
export function planReply({ call, isSse, reply, settings }: PlanInput): PlannedReply {
  if (reply?.error !== undefined) return failedReply(reply.error, reply);
  if (reply?.raw !== undefined) return rawReply(reply);
  const answer = reply ?? {};
  if (settings.apiKey !== undefined && call.headers['x-goog-api-key'] !== settings.apiKey) {
    return failedReply(invalidArgument('API key not valid. Please pass a valid API key.'), answer);
  }
  if (call.method === 'GET' && call.path.endsWith('/models')) {
    const models = Object.keys(settings.prices).map((name) => ({ name: `models/${name}` }));
    return jsonReply(200, { models }, answer);
  }
  const operation = operationOf(call.path);
  if (!operation || call.method !== 'POST') return failedReply({ status: 404 }, answer);
  const refusal = isObject(call.body)
    ? operation.check(call.body)
    : invalidArgument('Invalid JSON payload received.');
  if (refusal) return failedReply(refusal, answer);
  return generatedReply({ call, isSse, settings, operation, answer });
}

export function failedReply(error: FakeGeminiError, transport: FakeTransport): PlannedReply {
  return jsonReply(error.status, errorBody(error), transport);
}

function operationOf(path: string): Operation | undefined {
  if (path.endsWith('/interactions')) return interactions;
  return METHODS.get(/\/models\/[^/]+:([A-Za-z]+)$/u.exec(path)?.[1] ?? '');
}

interface Generating {
  readonly call: FakeCall;
  readonly isSse: boolean;
  readonly settings: Settings;
  readonly operation: Operation;
  readonly answer: FakeGeminiAnswer;
}

function generatedReply({ call, isSse, settings, operation, answer }: Generating): PlannedReply {
  const context = contextOf({ call, settings, operation, answer });
  const { usage } = context.generation;
  const inputTokens = operation.isFree ? 0 : usage.inputTokens;
  const { cachedTokens } = usage;
  if (!call.stream || !operation.frames) {
    const tokens = answer.blockReason === undefined ? usage.outputTokens : 0;
    const whole = jsonReply(200, operation.whole(context), answer);
    return { ...whole, inputTokens, cachedTokens, tokens: operation.isFree ? 0 : tokens };
  }
  const isRefused = answer.errorEventAfterChunks === 0;
  const body = { frames: operation.frames(context), terminator: operation.terminator, answer };
  return {
    kind: 'stream',
    inputTokens: isRefused ? 0 : inputTokens,
    cachedTokens: isRefused ? 0 : cachedTokens,
    // Interactions stream events whatever the query says.
    ...(isSse || operation === interactions ? asEvents(body) : asArray(body)),
    transport: answer,
  };
}

/** Tool results are input as well, so that they are asked for with the rest. */
function contextOf({ call, settings, operation, answer }: Omit<Generating, 'isSse'>): Context {
  const body = objectOf(call.body);
  const seed = `${call.path}#${call.index}`;
  const asked = operation.ask(body);
  const { finishReason: _, ...reply } = answer;
  const inputTokens = (answer.inputTokens ?? asked.inputTokens) + (answer.toolUseTokens ?? 0);
  const generation = generate({
    ask: asked,
    reply: { ...reply, inputTokens } as Parameters<typeof generate>[0]['reply'],
    outputTokens: settings.outputTokens,
    seed,
  });
  const isVertex = call.path.includes('/publishers/');
  return { body, seed, model: call.model, isVertex, generation, answer };
}

interface StreamBody {
  readonly frames: readonly Frame[];
  readonly terminator: string;
  readonly answer: FakeGeminiAnswer;
}

type StreamedParts = Pick<PlannedStream, 'head' | 'chunks' | 'terminator'>;

function asEvents({ frames, terminator, answer }: StreamBody): StreamedParts {
  const chunks = frames.map((frame) => ({ bytes: encodeFrame(frame), tokens: frame.tokens }));
  const head = headOf('text/event-stream');
  const failsAfter = answer.errorEventAfterChunks;
  if (failsAfter === undefined) return { head, chunks, terminator };
  const data = errorBody(answer.errorEvent ?? OVERLOADED);
  const bytes = answer.isErrorBare
    ? JSON.stringify(data, null, 2)
    : encodeFrame({ data, tokens: 0 });
  return { head, chunks: [...chunks.slice(0, failsAfter), { bytes, tokens: 0 }], terminator: '' };
}

/** Without `alt=sse`: one JSON array that grows. */
function asArray({ frames, answer }: StreamBody): StreamedParts {
  const failsAfter = answer.errorEventAfterChunks;
  const failure = { data: errorBody(answer.errorEvent ?? OVERLOADED), tokens: 0 };
  const all = failsAfter === undefined ? frames : [...frames.slice(0, failsAfter), failure];
  const chunks = all.map(({ data, tokens }, index) => ({
    bytes: `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(data, null, 2)}`,
    tokens,
  }));
  return { head: headOf('application/json; charset=UTF-8'), chunks, terminator: '\r\n]' };
}

function headOf(type: string): WireHead {
  return { status: 200, headers: { 'content-type': type } };
}

function jsonReply(status: number, body: unknown, transport: FakeTransport): PlannedWhole {
  return {
    kind: 'whole',
    head: { status, headers: { 'content-type': 'application/json; charset=UTF-8' } },
    body: `${JSON.stringify(body, null, 2)}\n`,
    tokens: 0,
    inputTokens: 0,
    cachedTokens: 0,
    transport,
  };
}

function rawReply(reply: FakeRaw): PlannedReply {
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
