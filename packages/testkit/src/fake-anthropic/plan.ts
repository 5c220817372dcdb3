// Decides the whole reply to one request before any of it is sent.

import type { Speech } from '../fake-provider/exchange.ts';
import { generate } from '../fake-provider/generate.ts';
import { alphanumericId } from '../fake-provider/ids.ts';
import { jsonReply, streamReply } from '../fake-provider/plan.ts';
import type { PlannedReply } from '../fake-provider/plan.ts';
import type { Details } from '../fake-provider/record.ts';
import type { FakeCall, FakeTransport } from '../fake-provider/reply.ts';
import { chunksOf, EVENT_STREAM } from '../fake-provider/sse.ts';
import { isObject, objectOf, stringOf } from '../json.ts';
import { refusalOf } from './checks.ts';
import { errorReply, invalidRequest } from './errors.ts';
import { ask, counted, event, frames, whole } from './messages.ts';
import type { MessageContext } from './messages.ts';
import type { FakeAnthropicAnswer, FakeAnthropicError } from './reply.ts';

/** The options of the fake with their defaults filled in. */
export interface AnthropicSettings {
  readonly outputTokens: number;
  readonly models: readonly string[];
  readonly snapshots: Readonly<Record<string, string>>;
  readonly apiKey: string | undefined;
}

export function speechOf(
  settings: AnthropicSettings,
): Speech<FakeAnthropicAnswer, FakeAnthropicError, Details> {
  return {
    detailsOf: ({ body }) => {
      const { model, stream } = objectOf(body);
      return { model: stringOf(model) ?? '', stream: stream === true };
    },
    headersOf: ({ index }) => ({ 'request-id': alphanumericId('req_01', 22, String(index)) }),
    answer: (call, answer = {}) => answerOf({ call, answer, settings }),
    fail: failedReply,
  };
}

interface Answering {
  readonly call: FakeCall;
  readonly answer: FakeAnthropicAnswer;
  readonly settings: AnthropicSettings;
}

function answerOf({ call, answer, settings }: Answering): PlannedReply {
  if (settings.apiKey !== undefined && !hasKey(call, settings.apiKey)) {
    return failedReply({ status: 401 }, answer);
  }
  const body = objectOf(call.body);
  switch (`${call.method} ${call.path}`) {
    case 'GET /v1/models':
      return jsonReply({ body: modelsBody(settings.models), transport: answer });
    case 'POST /v1/messages/count_tokens':
      return jsonReply({ body: counted(body), transport: answer });
    case 'POST /v1/messages': {
      const refusal = isObject(call.body)
        ? refusalOf(body)
        : invalidRequest('The request body is not valid JSON');
      return refusal ? failedReply(refusal, answer) : messageReply({ call, answer, settings });
    }
    default:
      return failedReply({ status: 404 }, answer);
  }
}

/** SDKs from 1.0 on send it the other way. */
function hasKey({ headers }: FakeCall, apiKey: string): boolean {
  return headers['x-api-key'] === apiKey || headers['authorization'] === `Bearer ${apiKey}`;
}

/** An error in Anthropic's JSON; bills nothing. */
function failedReply(error: FakeAnthropicError, transport: FakeTransport): PlannedReply {
  const { status } = error;
  const headers = status === 429 ? { 'retry-after': '1' } : {};
  return jsonReply({ status, headers, body: errorReply(error), transport });
}

function messageReply({ call, answer, settings }: Answering): PlannedReply {
  const seed = `${call.path}#${call.index}`;
  const generation = generate({
    ask: ask(objectOf(call.body)),
    reply: answer,
    outputTokens: settings.outputTokens,
    seed,
  });
  const { inputTokens, cachedTokens, outputTokens } = generation.usage;
  const cacheWriteTokens = Math.min(answer.cacheWriteTokens ?? 0, inputTokens - cachedTokens);
  const context: MessageContext = {
    id: alphanumericId('msg_01', 22, seed),
    model: settings.snapshots[call.model] ?? call.model,
    generation,
    cacheWriteTokens,
  };
  const input = { inputTokens, cachedTokens, cacheWriteTokens };
  if (!call.stream) {
    const reply = jsonReply({ body: whole(context), transport: answer });
    return { ...reply, ...input, tokens: outputTokens };
  }
  const failure = event({ ...errorReply({ status: 529, ...answer.errorEvent }) });
  return streamReply({
    ...EVENT_STREAM,
    input,
    chunks: chunksOf(frames(context)),
    failure: () => chunksOf([failure]),
    answer,
  });
}

function modelsBody(ids: readonly string[]): unknown {
  const data = ids.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2025-10-01T00:00:00Z',
  }));
  return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
}
