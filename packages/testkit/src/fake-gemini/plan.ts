// Decides the whole reply to one request before any of it is sent.
import type { Speech } from '../fake-provider/exchange.ts';
import { generate } from '../fake-provider/generate.ts';
import {
  type JsonReply,
  jsonReply,
  type PlannedReply,
  type PlannedWhole,
  type StreamReply,
  streamReply,
} from '../fake-provider/plan.ts';
import type { Details } from '../fake-provider/record.ts';
import type { FakeCall, FakeRequest, FakeTransport } from '../fake-provider/reply.ts';
import { chunksOf, type Frame } from '../fake-provider/sse.ts';
import { isObject, objectOf, stringOf } from '../json.ts';
import { content, countTokens } from './content.ts';
import { batchEmbedContents, embedContent, predict } from './embeddings.ts';
import { errorBody, invalidArgument, OVERLOADED } from './errors.ts';
import { interactions } from './interactions.ts';
import type { Context, Operation } from './operation.ts';
import type { FakeGeminiAnswer, FakeGeminiError } from './reply.ts';

/** The options of the fake with their defaults filled in. */
export interface Settings {
  readonly outputTokens: number;
  /** Those that are listed. */
  readonly models: readonly string[];
  readonly apiKey: string | undefined;
}

interface GeminiDetails extends Details {
  /** `alt=sse` was asked for. */
  readonly isSse: boolean;
}

type Call = FakeCall & GeminiDetails;

const METHODS: ReadonlyMap<string, Operation> = new Map([
  ['generateContent', content],
  ['streamGenerateContent', content],
  ['countTokens', countTokens],
  ['embedContent', embedContent],
  ['batchEmbedContents', batchEmbedContents],
  ['predict', predict],
]);

const JSON_TYPE = 'application/json; charset=UTF-8';

export function speechOf(
  settings: Settings,
): Speech<FakeGeminiAnswer, FakeGeminiError, GeminiDetails> {
  return {
    detailsOf: (request, { url = '' }) => ({
      ...detailsOf(request),
      isSse: new URLSearchParams(url.split('?')[1]).get('alt') === 'sse',
    }),
    headersOf: () => ({ server: 'scaffolding' }),
    answer: (call, answer = {}) => answerOf({ call, answer, settings }),
    fail: failedReply,
  };
}

/** The model is named by the path; of interactions by the body. */
function detailsOf({ path, body }: FakeRequest): Details {
  const { model, stream } = objectOf(body);
  const named = /\/models\/([^/:]+)/u.exec(path)?.[1];
  return {
    model: named ?? stringOf(model) ?? '',
    stream: path.endsWith(':streamGenerateContent') || stream === true,
  };
}

interface Answering {
  readonly call: Call;
  readonly answer: FakeGeminiAnswer;
  readonly settings: Settings;
}

function answerOf({ call, answer, settings }: Answering): PlannedReply {
  if (settings.apiKey !== undefined && call.headers['x-goog-api-key'] !== settings.apiKey) {
    return failedReply(invalidArgument('API key not valid. Please pass a valid API key.'), answer);
  }
  if (call.method === 'GET' && call.path.endsWith('/models')) {
    const models = settings.models.map((name) => ({ name: `models/${name}` }));
    return indentedReply({ body: { models }, transport: answer });
  }
  const operation = operationOf(call.path);
  if (!operation || call.method !== 'POST') return failedReply({ status: 404 }, answer);
  const refusal = isObject(call.body)
    ? operation.check(call.body)
    : invalidArgument('Invalid JSON payload received.');
  if (refusal) return failedReply(refusal, answer);
  return generatedReply({ call, settings, operation, answer });
}

function failedReply(error: FakeGeminiError, transport: FakeTransport): PlannedWhole {
  return indentedReply({ status: error.status, body: errorBody(error), transport });
}

function indentedReply(reply: JsonReply): PlannedWhole {
  return jsonReply({ contentType: JSON_TYPE, isIndented: true, ...reply });
}

function operationOf(path: string): Operation | undefined {
  if (path.endsWith('/interactions')) return interactions;
  return METHODS.get(/\/models\/[^/]+:([A-Za-z]+)$/u.exec(path)?.[1] ?? '');
}

interface Generating extends Answering {
  readonly operation: Operation;
}

function generatedReply(generating: Generating): PlannedReply {
  const { call, operation, answer } = generating;
  const context = contextOf(generating);
  const { inputTokens, cachedTokens, outputTokens } = context.generation.usage;
  const input = {
    inputTokens: operation.isFree ? 0 : inputTokens,
    cachedTokens,
    cacheWriteTokens: 0,
  };
  if (!call.stream || !operation.frames) {
    const isUnbilled = operation.isFree || answer.blockReason !== undefined;
    const whole = indentedReply({ body: operation.whole(context), transport: answer });
    return { ...whole, ...input, tokens: isUnbilled ? 0 : outputTokens };
  }
  // Interactions stream events whatever the query says.
  const written = call.isSse || operation === interactions ? asEvents : asArray;
  const { terminator } = operation;
  const body = written({ frames: operation.frames(context), terminator, answer });
  return streamReply({ ...body, input, answer });
}

/** Tool results are input as well, so that they are asked for with the rest. */
function contextOf({ call, settings, operation, answer }: Generating): Context {
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

interface Streaming {
  readonly frames: readonly Frame[];
  readonly terminator: string;
  readonly answer: FakeGeminiAnswer;
}

type StreamBody = Pick<StreamReply, 'contentType' | 'chunks' | 'failure' | 'terminator'>;

function asEvents({ frames, terminator, answer }: Streaming): StreamBody {
  const data = errorBody(answer.errorEvent ?? OVERLOADED);
  const failure = answer.isErrorBare
    ? [{ bytes: JSON.stringify(data, null, 2), tokens: 0 }]
    : chunksOf([{ data, tokens: 0 }]);
  return {
    contentType: 'text/event-stream',
    chunks: chunksOf(frames),
    failure: () => failure,
    terminator,
  };
}

/** Without `alt=sse`: one JSON array that grows. */
function asArray({ frames, answer }: Streaming): StreamBody {
  const item = (data: unknown, index: number): string =>
    `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(data, null, 2)}`;
  const error = errorBody(answer.errorEvent ?? OVERLOADED);
  return {
    contentType: JSON_TYPE,
    chunks: frames.map(({ data, tokens }, index) => ({ bytes: item(data, index), tokens })),
    failure: (sent) => [{ bytes: `${item(error, sent)}\r\n]`, tokens: 0 }],
    terminator: '\r\n]',
  };
}
