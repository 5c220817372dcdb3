// POST /v1/chat/completions: unary bodies and chunks, as recorded from the real service.

import { atLeast, firstOf, needs, needsModel, streamOptionsNeedStream } from './checks.ts';
import { invalidRequest } from './errors.ts';
import type { FakeError } from './reply.ts';
import { joined } from '../fake-provider/generate.ts';
import type { Ask, Choice, GeneratedToolCall, Usage } from '../fake-provider/generate.ts';
import { alphanumericId, obfuscation } from '../fake-provider/ids.ts';
import { listOf, numberOf, objectOf, stringOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { DONE } from './operation.ts';
import type { Context, Operation } from './operation.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';

/** Models that refuse `max_tokens`, see the recording `reasoning-model-legacy-parameter-error`. */
const REASONING_MODEL = /^(o\d|gpt-5)/;
const TOKENS_PER_MESSAGE = 3;

export const chat: Operation = {
  path: '/v1/chat/completions',
  reportsCache: true,
  check: (body) =>
    firstOf(
      needsModel(body),
      needs(body, 'messages'),
      streamOptionsNeedStream(body),
      atLeast(body, { param: 'max_tokens', minimum: 1 }),
      atLeast(body, { param: 'max_completion_tokens', minimum: 1 }),
      atLeast(body, { param: 'n', minimum: 1 }),
      noLegacyMaximum(body),
    ),
  ask,
  whole,
  stream: {
    frames,
    failure: (_context, { error }) => [{ data: { error }, tokens: 0 }],
    terminator: DONE,
  },
};

function noLegacyMaximum(body: JsonObject): FakeError | undefined {
  return numberOf(body['max_tokens']) !== undefined &&
    REASONING_MODEL.test(stringOf(body['model']) ?? '')
    ? invalidRequest(
        "Unsupported parameter: 'max_tokens' is not supported with this model. " +
          "Use 'max_completion_tokens' instead.",
        { param: 'max_tokens', code: 'unsupported_parameter' },
      )
    : undefined;
}

function ask(body: JsonObject): Ask {
  const format = objectOf(body['response_format']);
  const schema = objectOf(format['json_schema'])['schema'];
  const tools = listOf(body['tools']).map((tool) => objectOf(objectOf(tool)['function']));
  const texts = [
    ...listOf(body['messages']).map(textOf),
    ...tools.map((tool) => JSON.stringify(tool)),
    ...(schema === undefined ? [] : [JSON.stringify(schema)]),
  ];
  const choices = numberOf(body['n']) ?? 1;
  return {
    inputTokens: promptTokens(texts, TOKENS_PER_MESSAGE),
    choices,
    attempts: choices,
    maxOutputTokens: numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']),
    schema: format['type'] === 'json_object' ? { type: 'object' } : schema,
    tool: demandedTool(tools, body['tool_choice']),
  };
}

/** The tool that `tool_choice` names, or the first one if it only says `required`. */
export function demandedTool(tools: readonly JsonObject[], choice: unknown): Ask['tool'] {
  const named = objectOf(choice)['function'] ?? choice;
  const name = stringOf(objectOf(named)['name']);
  const demanded =
    choice === 'required' ? tools[0] : tools.find((tool) => name && tool['name'] === name);
  return demanded && { name: String(demanded['name']), parameters: demanded['parameters'] };
}

function whole(context: Context): unknown {
  const { generation } = context;
  return {
    id: idOf(context),
    object: 'chat.completion',
    created: context.createdS,
    model: context.model,
    choices: generation.choices.map((choice) => ({
      index: choice.index,
      message: message(choice),
      logprobs: null,
      finish_reason: choice.finishReason,
    })),
    usage: usageBody(generation.usage),
    service_tier: 'default',
    system_fingerprint: null,
  };
}

function message(choice: Choice): unknown {
  const calls = choice.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: joined(call.segments) },
  }));
  return {
    role: 'assistant',
    content: choice.segments.length === 0 && calls.length > 0 ? null : joined(choice.segments),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    refusal: null,
    annotations: [],
  };
}

/** One chunk before the envelope is put around it. */
interface Part {
  readonly choices: readonly unknown[];
  readonly usage?: unknown;
  readonly tokens: number;
  /** Characters of the delta, which the padding depends on. */
  readonly length: number;
}

/** All chunks of all choices, one choice after the other, then the finish reasons and the usage. */
function frames(context: Context): readonly Frame[] {
  const { choices, usage } = context.generation;
  const options = objectOf(context.body['stream_options']);
  const parts: Part[] = choices.flatMap((choice) => deltas(choice));
  for (const choice of choices) {
    parts.push(part(choice, { tokens: choice.tailTokens, finish: choice.finishReason }));
  }
  const withUsage = options['include_usage'] === true;
  if (withUsage) {
    parts.push({ choices: [], usage: usageBody(usage), tokens: 0, length: 0 });
  }
  const nullUsage = withUsage && context.usageNullOnChunks ? { usage: null } : {};
  const padded = options['include_obfuscation'] !== false;
  return parts.map((entry, position) => ({
    tokens: entry.tokens,
    data: {
      id: idOf(context),
      object: 'chat.completion.chunk',
      created: context.createdS,
      model: context.model,
      service_tier: 'default',
      system_fingerprint: null,
      choices: entry.choices,
      ...(entry.usage === undefined ? nullUsage : { usage: entry.usage }),
      ...(padded ? { obfuscation: obfuscation(entry.length, `${context.seed}/${position}`) } : {}),
    },
  }));
}

/** A single tool call opens the answer; several come one by one after the role (both recorded). */
function deltas(choice: Choice): readonly Part[] {
  const calls = choice.toolCalls.map((call, index) => ({ call, index }));
  const [only] = calls.length === 1 && choice.segments.length === 0 ? calls : [];
  const result = [part(choice, { tokens: choice.leadTokens, delta: opening(choice, only) })];
  for (const { text, tokens } of choice.segments) {
    result.push(part(choice, { tokens, delta: { content: text }, length: text.length }));
  }
  for (const { call, index } of calls) {
    if (only === undefined) {
      result.push(part(choice, { tokens: 0, delta: { tool_calls: [callHead({ call, index })] } }));
    }
    for (const { text, tokens } of call.segments) {
      const delta = { tool_calls: [{ index, function: { arguments: text } }] };
      result.push(part(choice, { tokens, delta, length: text.length }));
    }
  }
  return result;
}

interface IndexedCall {
  readonly call: GeneratedToolCall;
  readonly index: number;
}

function opening(choice: Choice, only: IndexedCall | undefined): JsonObject {
  if (only !== undefined) {
    return { role: 'assistant', content: null, tool_calls: [callHead(only)], refusal: null };
  }
  return choice.toolCalls.length > 0 && choice.segments.length === 0
    ? { role: 'assistant', content: null }
    : { role: 'assistant', content: '', refusal: null };
}

function callHead({ call, index }: IndexedCall): JsonObject {
  return { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
}

interface PartInput {
  readonly tokens: number;
  readonly delta?: JsonObject;
  readonly finish?: string;
  readonly length?: number;
}

function part(choice: Choice, input: PartInput): Part {
  const entry = {
    index: choice.index,
    delta: input.delta ?? {},
    logprobs: null,
    finish_reason: input.finish ?? null,
  };
  return { choices: [entry], tokens: input.tokens, length: input.length ?? 0 };
}

function usageBody(usage: Usage): unknown {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function idOf(context: Context): string {
  return alphanumericId('chatcmpl-', 29, context.seed);
}

/** Azure's first chunk: the verdict on the prompt, without choices, model or usage (recorded). */
export function azureFirstFrame(): Frame {
  const safe = { filtered: false, severity: 'safe' };
  const verdicts = {
    hate: safe,
    jailbreak: { filtered: false, detected: false },
    self_harm: safe,
    sexual: safe,
    violence: safe,
  };
  return {
    data: {
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: verdicts }],
    },
    tokens: 0,
  };
}
