// Decides the whole reply to one request before any of it is sent.
import { generate } from '../fake-openai/generate.ts';
import { type PlannedReply, type PlannedWhole, rawReply } from '../fake-openai/plan.ts';
import type { FakeTransport } from '../fake-openai/reply.ts';
import { isObject, objectOf } from '../json.ts';
import { converse } from './converse.ts';
import { errorReply, invalid } from './errors.ts';
import { eventFrame, exceptionFrame } from './frames.ts';
import { invokeOf } from './invoke.ts';
import type { Context, Operation, Tokens } from './operation.ts';
import type {
  FakeBedrockAnswer,
  FakeBedrockCall,
  FakeBedrockFailure,
  FakeBedrockReply,
} from './reply.ts';

export type BedrockPlan = PlannedReply & { readonly cacheWriteTokens: number };

export interface PlanInput {
  readonly call: FakeBedrockCall;
  readonly reply: FakeBedrockReply | undefined;
  /** Visible tokens of a default answer. */
  readonly outputTokens: number;
}

/** Which model is asked, and in which way: from the path. */
export function addressOf(path: string): { readonly model: string; readonly action: string } {
  const [, model = '', action = ''] = /^\/model\/([^/]+)\/([a-z-]+)$/u.exec(path) ?? [];
  return { model: decodeURIComponent(model), action };
}

/** The script's failure or raw reply as it is; else what the real service would answer. */
export function planReply({ call, reply, outputTokens }: PlanInput): BedrockPlan {
  if (reply?.error !== undefined) return failedReply(reply.error, reply);
  if (reply?.raw !== undefined) return { ...rawReply(reply), cacheWriteTokens: 0 };
  const answer = reply ?? {};
  const { model, action } = addressOf(call.path);
  if (action === 'count-tokens') return jsonReply({ body: { inputTokens: 7 }, transport: answer });
  const operation = operationOf(model, action);
  if (!operation || call.method !== 'POST') return failedReply({ status: 404 }, answer);
  const refusal = isObject(call.body)
    ? operation.check(call.body)
    : invalid('Malformed input request');
  if (refusal) return failedReply(refusal, answer);
  const context = contextOf({ call, answer, operation, outputTokens });
  return call.stream ? streamReply(operation, context) : wholeReply(operation, context);
}

export function failedReply(
  error: FakeBedrockFailure['error'],
  transport: FakeTransport,
): BedrockPlan {
  const { headers, body } = errorReply(error);
  return jsonReply({ status: error.status, headers, body, transport });
}

function operationOf(model: string, action: string): Operation | undefined {
  if (action.startsWith('converse')) return converse;
  return action.startsWith('invoke') ? invokeOf(model) : undefined;
}

interface Answering {
  readonly call: FakeBedrockCall;
  readonly answer: FakeBedrockAnswer;
  readonly operation: Operation;
  readonly outputTokens: number;
}

function contextOf({ call, answer, operation, outputTokens }: Answering): Context {
  const body = objectOf(call.body);
  const seed = `${call.path}#${call.index}`;
  const { errorEvent: _, ...reply } = answer;
  const generation = generate({ ask: operation.ask(body), reply, outputTokens, seed });
  const tokens = tokensOf(answer, generation.usage);
  return { body, seed, model: call.model, generation, answer, tokens };
}

function tokensOf(answer: FakeBedrockAnswer, usage: Context['generation']['usage']): Tokens {
  if (answer.guardrail === 'input') return NONE;
  const cacheWrite = Math.min(answer.cacheWriteTokens ?? 0, usage.inputTokens - usage.cachedTokens);
  return {
    input: usage.inputTokens - usage.cachedTokens - cacheWrite,
    output: usage.outputTokens,
    cacheRead: usage.cachedTokens,
    cacheWrite,
    cacheWrite1h: Math.min(answer.cacheWrite1hTokens ?? 0, cacheWrite),
  };
}

const NONE: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 };

function billed({ input, cacheRead, cacheWrite }: Tokens): {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
} {
  return {
    inputTokens: input + cacheRead + cacheWrite,
    cachedTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
}

function wholeReply(operation: Operation, context: Context): BedrockPlan {
  const { tokens, answer } = context;
  const headers = operation.countsInHeaders ? countHeaders(tokens) : {};
  const reply = jsonReply({ body: operation.whole(context), headers, transport: answer });
  return { ...reply, ...billed(tokens), tokens: tokens.output };
}

function countHeaders({ input, output, cacheRead, cacheWrite }: Tokens): Record<string, string> {
  return {
    'x-amzn-bedrock-invocation-latency': '7',
    'x-amzn-bedrock-input-token-count': String(input),
    'x-amzn-bedrock-output-token-count': String(output),
    ...(cacheRead > 0 ? { 'x-amzn-bedrock-cache-read-input-token-count': String(cacheRead) } : {}),
    ...(cacheWrite > 0
      ? { 'x-amzn-bedrock-cache-write-input-token-count': String(cacheWrite) }
      : {}),
  };
}

function streamReply(operation: Operation, context: Context): BedrockPlan {
  const { answer, tokens } = context;
  const events = operation.events?.(context);
  if (!events) return failedReply(invalid('The model is unsupported for streaming.'), answer);
  const frames = events.map((event) => ({
    bytes: eventFrame(event.type, event.payload),
    tokens: event.tokens,
  }));
  const failsAfter = answer.errorEventAfterChunks;
  const { type = 'modelStreamErrorException', message = 'The model failed.' } =
    answer.errorEvent ?? {};
  const failure = { bytes: exceptionFrame(type, message), tokens: 0 };
  return {
    kind: 'stream',
    head: { status: 200, headers: { 'content-type': 'application/vnd.amazon.eventstream' } },
    ...billed(failsAfter === 0 ? NONE : tokens),
    chunks: failsAfter === undefined ? frames : [...frames.slice(0, failsAfter), failure],
    terminator: '',
    transport: answer,
  };
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
