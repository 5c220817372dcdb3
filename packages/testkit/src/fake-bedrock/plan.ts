// Decides the whole reply to one request before any of it is sent.
import type { Speech } from '../fake-provider/exchange.ts';
import { generate } from '../fake-provider/generate.ts';
import {
  type BilledInput,
  jsonReply,
  type PlannedReply,
  type PlannedWhole,
  streamReply,
} from '../fake-provider/plan.ts';
import type { Details } from '../fake-provider/record.ts';
import type { FakeTransport } from '../fake-provider/reply.ts';
import { isObject, objectOf } from '../json.ts';
import { converse } from './converse.ts';
import { errorReply, invalid } from './errors.ts';
import { eventFrame, exceptionFrame } from './frames.ts';
import { invokeOf } from './invoke.ts';
import type { Context, Operation, Tokens } from './operation.ts';
import type { FakeBedrockAnswer, FakeBedrockCall, FakeBedrockError } from './reply.ts';

type BedrockDetails = Details & Pick<FakeBedrockCall, 'httpVersion'>;

export function speechOf(
  outputTokens: number,
): Speech<FakeBedrockAnswer, FakeBedrockError, BedrockDetails> {
  return {
    detailsOf: ({ path }, { httpVersionMajor }) => {
      const { model, action } = addressOf(path);
      const httpVersion = httpVersionMajor === 2 ? '2.0' : '1.1';
      return { model, stream: action.endsWith('-stream'), httpVersion };
    },
    headersOf: ({ index }) => ({
      'x-amzn-requestid': `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    }),
    answer: (call, answer = {}) => answerOf({ call, answer, outputTokens }),
    fail: failedReply,
  };
}

/** Which model is asked, and in which way: from the path. */
function addressOf(path: string): { readonly model: string; readonly action: string } {
  const [, model = '', action = ''] = /^\/model\/([^/]+)\/([a-z-]+)$/u.exec(path) ?? [];
  return { model: decodeURIComponent(model), action };
}

interface Answering {
  readonly call: FakeBedrockCall;
  readonly answer: FakeBedrockAnswer;
  /** Visible tokens of a default answer. */
  readonly outputTokens: number;
}

function answerOf({ call, answer, outputTokens }: Answering): PlannedReply {
  const { model, action } = addressOf(call.path);
  if (action === 'count-tokens') return jsonReply({ body: { inputTokens: 7 }, transport: answer });
  const operation = operationOf(model, action);
  if (!operation || call.method !== 'POST') return failedReply({ status: 404 }, answer);
  const refusal = isObject(call.body)
    ? operation.check(call.body)
    : invalid('Malformed input request');
  if (refusal) return failedReply(refusal, answer);
  const context = contextOf({ call, answer, outputTokens }, operation);
  return call.stream ? streamedReply(operation, context) : wholeReply(operation, context);
}

function failedReply(error: FakeBedrockError, transport: FakeTransport): PlannedWhole {
  return jsonReply({ status: error.status, ...errorReply(error), transport });
}

function operationOf(model: string, action: string): Operation | undefined {
  if (action.startsWith('converse')) return converse;
  return action.startsWith('invoke') ? invokeOf(model) : undefined;
}

function contextOf({ call, answer, outputTokens }: Answering, operation: Operation): Context {
  const body = objectOf(call.body);
  const seed = `${call.path}#${call.index}`;
  const generation = generate({ ask: operation.ask(body), reply: answer, outputTokens, seed });
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

function billed({ input, cacheRead, cacheWrite }: Tokens): BilledInput {
  return {
    inputTokens: input + cacheRead + cacheWrite,
    cachedTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
}

function wholeReply(operation: Operation, context: Context): PlannedWhole {
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

function streamedReply(operation: Operation, context: Context): PlannedReply {
  const { answer, tokens } = context;
  const events = operation.events?.(context);
  if (!events) return failedReply(invalid('The model is unsupported for streaming.'), answer);
  const { type = 'modelStreamErrorException', message = 'The model failed.' } =
    answer.errorEvent ?? {};
  return streamReply({
    contentType: 'application/vnd.amazon.eventstream',
    input: billed(tokens),
    chunks: events.map((event) => ({
      bytes: eventFrame(event.type, event.payload),
      tokens: event.tokens,
    })),
    failure: () => [{ bytes: exceptionFrame(type, message), tokens: 0 }],
    answer,
  });
}
