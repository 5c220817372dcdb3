// POST /v1/responses: what a request asks for, the response object and the streamed events.

import { atLeast, firstOf, needs, needsModel, streamOptionsNeedStream } from './checks.ts';
import { demandedTool } from './chat.ts';
import { invalidRequest } from './errors.ts';
import type { FakeError } from './reply.ts';
import type { Ask, Usage } from '../fake-provider/generate.ts';
import { hexId } from '../fake-provider/ids.ts';
import { listOf, numberOf, objectOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Context, Operation, StreamFailure } from './operation.ts';
import { itemsOf, itemEvents } from './response-items.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';

const TOKENS_PER_ITEM = 3;
/** The service refuses less: "Expected a value >= 16". */
const LEAST_OUTPUT_TOKENS = 16;

export const responses: Operation = {
  path: '/v1/responses',
  reportsCache: true,
  check: (body) =>
    firstOf(
      needsModel(body),
      needs(body, 'input'),
      streamOptionsNeedStream(body),
      noIncludeUsage(body),
      atLeast(body, { param: 'max_output_tokens', minimum: LEAST_OUTPUT_TOKENS }),
    ),
  ask,
  whole: (context) => (isQueued(context) ? queuedResponse(context) : finalResponse(context)),
  later,
  stream: { frames, failure, terminator: '' },
};

function isQueued({ body }: Context): boolean {
  return body['background'] === true;
}

/** What a response in the background is answered with: no output, no usage. */
function queuedResponse(context: Context): JsonObject {
  return response(context, { status: 'queued', background: true });
}

function later(context: Context): ReturnType<NonNullable<Operation['later']>> {
  if (!isQueued(context)) {
    return undefined;
  }
  const body = { ...finalResponse(context), background: true };
  return { path: `${responses.path}/${hexId('resp_', context.seed)}`, body };
}

/** Responses always report usage and do not know the chat API's option. */
function noIncludeUsage(body: JsonObject): FakeError | undefined {
  return 'include_usage' in objectOf(body['stream_options'])
    ? invalidRequest("Unknown parameter: 'stream_options.include_usage'.", {
        param: 'stream_options.include_usage',
        code: 'unknown_parameter',
      })
    : undefined;
}

function ask(body: JsonObject): Ask {
  const { input } = body;
  const format = objectOf(objectOf(body['text'])['format']);
  const tools = listOf(body['tools']).map(objectOf);
  const texts = [
    textOf(body['instructions']),
    ...(Array.isArray(input) ? input.map(textOf) : [textOf(input)]),
    ...tools.map((tool) => JSON.stringify(tool)),
    ...(format['schema'] === undefined ? [] : [JSON.stringify(format['schema'])]),
  ].filter((text) => text !== '');
  return {
    inputTokens: promptTokens(texts, TOKENS_PER_ITEM),
    choices: 1,
    attempts: 1,
    maxOutputTokens: numberOf(body['max_output_tokens']),
    schema: format['type'] === 'json_object' ? { type: 'object' } : format['schema'],
    tool: demandedTool(tools, body['tool_choice']),
  };
}

/** Every event with its `event:` line and a running `sequence_number`. */
function frames(context: Context): readonly Frame[] {
  const started = response(context, { status: 'in_progress' });
  const [choice] = context.generation.choices;
  const final = finalResponse(context);
  return numbered(0, [
    event('response.created', { response: started }),
    event('response.in_progress', { response: started }),
    ...(choice ? itemEvents({ choice, seed: context.seed, obfuscated: obfuscated(context) }) : []),
    event(`response.${String(final['status'])}`, { response: final }, choice?.tailTokens),
  ]);
}

/** The recorded way to fail: an `error` event, then `response.failed`, with HTTP status 200. */
function failure(context: Context, { sent, error }: StreamFailure): readonly Frame[] {
  const { code, message } = error;
  const failed = response(context, { status: 'failed', error: { code, message } });
  return numbered(sent, [
    event('error', { error }),
    event('response.failed', { response: failed }),
  ]);
}

function numbered(from: number, events: readonly Frame[]): readonly Frame[] {
  return events.map((frame, position) => ({
    ...frame,
    data: { ...objectOf(frame.data), sequence_number: from + position },
  }));
}

function event(type: string, fields: JsonObject, tokens = 0): Frame {
  return { event: type, data: { type, ...fields }, tokens };
}

function obfuscated(context: Context): boolean {
  return objectOf(context.body['stream_options'])['include_obfuscation'] !== false;
}

function finalResponse(context: Context): JsonObject {
  const [choice] = context.generation.choices;
  const reason = INCOMPLETE_REASONS[choice?.finishReason ?? 'stop'];
  return response(context, {
    status: reason === undefined ? 'completed' : 'incomplete',
    completed_at: reason === undefined ? context.createdS : null,
    incomplete_details: reason === undefined ? null : { reason },
    output: [...searches(context), ...(choice ? itemsOf(choice, context.seed) : [])],
    usage: usageBody(context.generation.usage),
    service_tier: 'default',
  });
}

/** Each with a look into what it found, which is not billed. */
function searches({ webSearches, seed }: Context): readonly JsonObject[] {
  return Array.from({ length: webSearches }, (_, index) =>
    [
      { type: 'search', query: 'the sea' },
      { type: 'open_page', url: 'https://example.com/sea' },
    ].map((action) => ({
      id: hexId('ws_', `${seed}/${index}/${action.type}`),
      type: 'web_search_call',
      status: 'completed',
      action,
    })),
  ).flat();
}

const INCOMPLETE_REASONS: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/** The response object with the request's own settings and the service's defaults. */
function response(context: Context, fields: JsonObject): JsonObject {
  const { body, createdS, model, seed } = context;
  return {
    id: hexId('resp_', seed),
    object: 'response',
    created_at: createdS,
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    frequency_penalty: 0,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    model,
    output: [],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    presence_penalty: 0,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: null,
    reasoning: { effort: null, summary: null, ...objectOf(body['reasoning']) },
    safety_identifier: null,
    service_tier: 'auto',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...objectOf(body['text']) },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: listOf(body['tools']),
    top_logprobs: 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    usage: null,
    user: null,
    metadata: body['metadata'] ?? {},
    ...fields,
  };
}

function usageBody(usage: Usage): unknown {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
