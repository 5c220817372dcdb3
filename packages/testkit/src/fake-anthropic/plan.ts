// Decides the whole reply to one request before any of it is sent.

import type { ErrorSpec } from '../fake-openai/errors.ts';
import { generate } from '../fake-openai/generate.ts';
import { alphanumericId } from '../fake-openai/ids.ts';
import { chunksOf, eventStream, rawReply } from '../fake-openai/plan.ts';
import type { PlannedReply, PlannedWhole } from '../fake-openai/plan.ts';
import type { FakeCall, FakeTransport } from '../fake-openai/reply.ts';
import type { Frame } from '../fake-openai/sse.ts';
import { isObject, objectOf } from '../json.ts';
import { refusalOf } from './checks.ts';
import { errorReply, invalidRequest } from './errors.ts';
import { ask, counted, event, frames, whole } from './messages.ts';
import type { MessageContext } from './messages.ts';
import type { FakeAnthropicAnswer, FakeAnthropicReply } from './reply.ts';

/** The options of the fake with their defaults filled in. */
export interface AnthropicSettings {
  readonly outputTokens: number;
  readonly models: readonly string[];
  readonly snapshots: Readonly<Record<string, string>>;
  readonly apiKey: string | undefined;
}

export type AnthropicPlan = PlannedReply & { readonly cacheWriteTokens: number };

export interface PlanInput {
  readonly call: FakeCall;
  readonly reply: FakeAnthropicReply | undefined;
  readonly settings: AnthropicSettings;
}

/** The script's failure or raw reply as it is; else what the real service would answer. */
export function planReply({ call, reply, settings }: PlanInput): AnthropicPlan {
  if (reply?.error !== undefined) {
    return failedReply(reply.error, reply);
  }
  if (reply?.raw !== undefined) {
    return { ...rawReply(reply), cacheWriteTokens: 0 };
  }
  const answer = reply ?? {};
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
export function failedReply(spec: ErrorSpec, transport: FakeTransport): AnthropicPlan {
  const headers = spec.status === 429 ? { 'retry-after': '1' } : {};
  return jsonReply({ status: spec.status, headers, body: errorReply(spec), transport });
}

interface MessageInput {
  readonly call: FakeCall;
  readonly answer: FakeAnthropicAnswer;
  readonly settings: AnthropicSettings;
}

function messageReply({ call, answer, settings }: MessageInput): AnthropicPlan {
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
  const billed = { inputTokens, cachedTokens, cacheWriteTokens };
  if (!call.stream) {
    const reply = jsonReply({ body: whole(context), transport: answer });
    return { ...reply, ...billed, tokens: outputTokens };
  }
  const isRefused = answer.errorEventAfterChunks === 0;
  return {
    kind: 'stream',
    head: eventStream(),
    ...(isRefused ? { inputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 } : billed),
    chunks: chunksOf(withFailure(frames(context), answer)),
    terminator: '',
    transport: answer,
  };
}

/** An overload, unless the script says otherwise. */
function withFailure(all: readonly Frame[], answer: FakeAnthropicAnswer): readonly Frame[] {
  if (answer.errorEventAfterChunks === undefined) {
    return all;
  }
  const failure = event({ ...errorReply({ status: 529, ...answer.errorEvent }) });
  return [...all.slice(0, answer.errorEventAfterChunks), failure];
}

interface JsonReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly transport: FakeTransport;
}

function jsonReply(reply: JsonReply): PlannedWhole & { readonly cacheWriteTokens: number } {
  const { status = 200, headers = {}, body, transport } = reply;
  return {
    kind: 'whole',
    head: { status, headers: { 'content-type': 'application/json', ...headers } },
    body: JSON.stringify(body),
    tokens: 0,
    inputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    transport,
  };
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
