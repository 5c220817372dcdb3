// Decides the whole reply to one request before any of it is sent.

import type { Generation } from '../fake-provider/generate.ts';
import { generate } from '../fake-provider/generate.ts';
import type { Speech } from '../fake-provider/exchange.ts';
import { alphanumericId } from '../fake-provider/ids.ts';
import { bytesReply, jsonReply, streamReply } from '../fake-provider/plan.ts';
import type { BilledInput, JsonReply, PlannedReply, PlannedWhole } from '../fake-provider/plan.ts';
import type { Details } from '../fake-provider/record.ts';
import type { FakeCall, FakeRequest, FakeTransport } from '../fake-provider/reply.ts';
import { chunksOf, EVENT_STREAM } from '../fake-provider/sse.ts';
import { isObject, objectOf, stringOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { addressOf } from './address.ts';
import { speech, transcriptions, translations } from './audio.ts';
import { azureFirstFrame, chat } from './chat.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import { errorReply, INSUFFICIENT_QUOTA, invalidRequest } from './errors.ts';
import { imageEdits, imageGenerations, imageVariations } from './images.ts';
import { isModelsPath, modelsBody } from './models.ts';
import type { Context, Operation } from './operation.ts';
import type { FakeAnswer, FakeError } from './reply.ts';
import { responses } from './responses.ts';
import type { Settings } from './settings.ts';

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

export function speechOf(settings: Settings): Speech<FakeAnswer, FakeError, Details> {
  return {
    detailsOf: (request) => detailsOf(request, settings),
    headersOf: ({ index }) => ({
      'x-request-id': alphanumericId('req_', 32, String(index)).toLowerCase(),
      'openai-version': '2020-10-01',
      'openai-processing-ms': '7',
    }),
    answer: (call, answer = {}) => answerOf({ call, answer, settings }),
    fail: failedReply,
  };
}

/** Forms have no booleans. */
function detailsOf({ path, body }: FakeRequest, { deployments }: Settings): Details {
  const fields = objectOf(body);
  const named = addressOf(path).deployment ?? stringOf(fields['model']) ?? '';
  return { model: deployments[named] ?? named, stream: String(fields['stream']) === 'true' };
}

interface Answering {
  readonly call: FakeCall;
  readonly answer: FakeAnswer;
  readonly settings: Settings;
}

function answerOf({ call, answer, settings }: Answering): PlannedReply {
  if (settings.apiKey !== undefined && !hasKey(call, settings.apiKey)) {
    return failedReply({ status: 401 }, answer);
  }
  const { path } = addressOf(call.path);
  if (call.method === 'GET' && settings.stored.has(path)) {
    return indentedReply({ body: settings.stored.get(path), transport: answer });
  }
  if (isModelsPath(path) && call.method === 'GET') {
    return indentedReply({ body: modelsBody(path, settings.models), transport: answer });
  }
  const operation = OPERATIONS.find((candidate) => candidate.path === path);
  const refusal = refusalOf(call, operation);
  if (refusal !== undefined || operation === undefined) {
    return failedReply(refusal ?? { status: 404 }, answer);
  }
  return generatedReply({ call, settings, operation, answer });
}

/** An error in OpenAI's JSON; bills nothing. */
function failedReply(error: FakeError, transport: FakeTransport): PlannedWhole {
  return indentedReply({ status: error.status, body: errorReply(error), transport });
}

/** Indented by two spaces, as the real service sends it. */
function indentedReply(reply: JsonReply): PlannedWhole {
  return jsonReply({ isIndented: true, ...reply });
}

/** Azure has a header of its own. */
function hasKey({ headers }: FakeCall, apiKey: string): boolean {
  return headers['authorization'] === `Bearer ${apiKey}` || headers['api-key'] === apiKey;
}

function refusalOf(call: FakeCall, operation: Operation | undefined): FakeError | undefined {
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

interface GeneratedInput extends Answering {
  readonly operation: Operation;
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
  const writer = operation.stream;
  const isAzure = answer.azureEmptyFirstChunk ?? hasVerdict(call);
  const frames = [...(isAzure ? [azureFirstFrame()] : []), ...writer.frames(context)];
  const error = { ...INSUFFICIENT_QUOTA, ...answer.errorEvent };
  return streamReply({
    ...EVENT_STREAM,
    input: inputOf(generation),
    chunks: chunksOf(frames),
    terminator: writer.terminator,
    failure: (sent) => chunksOf(writer.failure(context, { sent, error })),
    answer,
  });
}

function inputOf({ usage: { inputTokens, cachedTokens } }: Generation): BilledInput {
  return { inputTokens, cachedTokens, cacheWriteTokens: 0 };
}

/** What is not JSON travels as it is. */
function wholeReply(
  { settings, operation, answer }: GeneratedInput,
  context: Context,
): PlannedWhole {
  const { body, generation } = context;
  const later = operation.later?.(context);
  if (later) {
    settings.stored.set(later.path, later.body);
  }
  const raw = operation.raw?.(context);
  const reply = raw
    ? bytesReply({ ...raw, transport: answer })
    : indentedReply({ body: operation.whole(context), transport: answer });
  const tokens = operation.billsNoOutput?.(body) ? 0 : generation.usage.outputTokens;
  return { ...reply, ...inputOf(generation), tokens };
}

/** Chat streams of Azure begin with a verdict on the prompt. */
function hasVerdict({ path }: FakeCall): boolean {
  const address = addressOf(path);
  return address.isAzure && address.path === chat.path;
}
