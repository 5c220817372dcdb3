// POST /v1/completions, the legacy text completions.

import { atLeast, firstOf, needs, needsModel, streamOptionsNeedStream } from './checks.ts';
import { joined } from '../fake-provider/generate.ts';
import type { Ask, Choice, Usage } from '../fake-provider/generate.ts';
import { alphanumericId } from '../fake-provider/ids.ts';
import { listOf, numberOf, objectOf, stringOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { DONE } from './operation.ts';
import type { Context, Operation } from './operation.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens } from '../fake-provider/text.ts';

/** The service's own maximum where the request has none; recorded replies end there. */
const DEFAULT_MAX_TOKENS = 16;

export const completions: Operation = {
  path: '/v1/completions',
  reportsCache: false,
  check: (body) =>
    firstOf(
      needsModel(body),
      needs(body, 'prompt'),
      streamOptionsNeedStream(body),
      atLeast(body, { param: 'n', minimum: 1 }),
    ),
  ask,
  whole,
  stream: {
    frames,
    failure: (_context, { error }) => [{ data: { error }, tokens: 0 }],
    terminator: DONE,
  },
};

function ask(body: JsonObject): Ask {
  const prompts = inputsOf(body['prompt']);
  const n = numberOf(body['n']) ?? 1;
  const bestOf = Math.max(n, numberOf(body['best_of']) ?? 1);
  return {
    inputTokens: inputTokensOf(prompts),
    choices: n * prompts.length,
    attempts: bestOf * prompts.length,
    maxOutputTokens: numberOf(body['max_tokens']) ?? DEFAULT_MAX_TOKENS,
    schema: undefined,
    tool: undefined,
  };
}

/** One entry per prompt or embedding input: a text, or a list of token ids. */
export function inputsOf(value: unknown): readonly (string | readonly number[])[] {
  if (!Array.isArray(value)) {
    return [stringOf(value) ?? ''];
  }
  if (value.every((item) => typeof item === 'number')) {
    return [value];
  }
  return value.map((item) =>
    Array.isArray(item) ? item.map((token) => numberOf(token) ?? 0) : (stringOf(item) ?? ''),
  );
}

/** Token ids count one each; texts as in `promptTokens`, without any overhead. */
export function inputTokensOf(inputs: readonly (string | readonly number[])[]): number {
  return inputs.reduce(
    (sum, input) =>
      sum + (typeof input === 'string' ? promptTokens([input], 0) : listOf(input).length),
    0,
  );
}

function whole(context: Context): unknown {
  const { choices, usage } = context.generation;
  const entries = choices.map((choice) =>
    entry(choice, { text: joined(choice.segments), last: true }),
  );
  return { ...envelope(context, entries), usage: usageBody(usage) };
}

function frames(context: Context): readonly Frame[] {
  const { choices, usage } = context.generation;
  const withUsage = objectOf(context.body['stream_options'])['include_usage'] === true;
  const nullUsage = withUsage && context.usageNullOnChunks ? { usage: null } : {};
  const result: Frame[] = choices.flatMap((choice) =>
    parts(choice).map((part) => ({
      tokens: part.tokens,
      data: { ...envelope(context, [entry(choice, part)]), ...nullUsage },
    })),
  );
  if (withUsage) {
    result.push({ tokens: 0, data: { ...envelope(context, []), usage: usageBody(usage) } });
  }
  return result;
}

interface Part {
  readonly text: string;
  readonly tokens: number;
  readonly last: boolean;
}

/** A truncated text ends with its last token; otherwise an empty piece carries the reason. */
function parts(choice: Choice): readonly Part[] {
  const result: Part[] = choice.segments.map((segment) => ({ ...segment, last: false }));
  if (result.length === 0 || choice.finishReason !== 'length') {
    result.push({ text: '', tokens: 0, last: true });
  }
  const lastPart = result.length - 1;
  return result.map((part, position) => ({
    text: part.text,
    tokens:
      part.tokens +
      (position === 0 ? choice.leadTokens : 0) +
      (position === lastPart ? choice.tailTokens : 0),
    last: position === lastPart,
  }));
}

function entry(choice: Choice, part: Pick<Part, 'text' | 'last'>): unknown {
  const reason = choice.finishReason === 'tool_calls' ? 'stop' : choice.finishReason;
  return {
    text: part.text,
    index: choice.index,
    logprobs: null,
    finish_reason: part.last ? reason : null,
  };
}

function envelope(context: Context, choices: readonly unknown[]): JsonObject {
  return {
    id: alphanumericId('cmpl-', 29, context.seed),
    object: 'text_completion',
    created: context.createdS,
    choices,
    model: context.model,
  };
}

function usageBody(usage: Usage): unknown {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
