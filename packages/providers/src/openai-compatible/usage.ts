// Usage and other facts of a unary response, in all shapes that OpenAI and its look-alikes have.
import { type Usage, usageOf } from '@spendfuse/core';
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, ModelUsage, ResponseFacts } from '../provider.ts';
import type { Reporting } from './dialect.ts';
import { isSearchModel, searchesOf } from './searches.ts';

export function usage(api: string, body: unknown, reporting: Reporting = {}): ResponseFacts {
  const response = objectOf(body);
  const model = textOf(response['model']);
  return {
    usage: reportedUsage(response, { api, model, reporting }),
    reportedCostNanoUsd: reporting.costOf?.(response),
    id: textOf(response['id']),
    model,
    tier: tierOf(response),
    finishReasons: api === 'responses' ? responseReasons(response) : choiceReasons(response),
    errorType: errorTypeOf(errorOf(response)),
    ...(api === 'responses' ? drawn(response) : undefined),
  };
}

/** Some hosts say it in their report of usage. */
export function tierOf(body: JsonObject): string | undefined {
  return textOf(body['service_tier']) ?? textOf(objectOf(body['usage'])['service_tier']);
}

export interface Reported {
  readonly api: string;
  /** The one that answered. */
  readonly model: string | undefined;
  readonly reporting: Reporting;
}

/** Of a body, of a chunk, or of the response in an event of the Responses API. */
export function reportedUsage(
  body: JsonObject,
  { api, model, reporting: { reportOf, refine } }: Reported,
): Usage | undefined {
  const report = reportOf ? reportOf(body) : body['usage'];
  const usage = usageOfWire(report);
  if (!usage) return undefined;
  const counted = refine ? refine(usage, objectOf(report), api) : usage;
  // Where the report does not tell, they are among the output of the Responses API.
  if (api === 'responses') {
    return { ...counted, webSearches: counted.webSearches || searchesOf(body) };
  }
  return isSearchModel(model) ? { ...counted, webSearches: 1 } : counted;
}

/** What the image model needs whose tool a model may use: `usage` leaves its tokens out. */
export function drawn(response: JsonObject): Pick<ResponseFacts, 'alsoUsed'> {
  const usage = usageOfWire(objectOf(response['tool_usage'])['image_gen']);
  if (!usage || usage.inputTokens + usage.outputTokens === 0) return {};
  const tool = listOf(response['tools']).find(
    (each) => objectOf(each)['type'] === 'image_generation',
  );
  const drawing: ModelUsage = { model: textOf(objectOf(tool)['model']) ?? IMAGE_MODEL, usage };
  return { alsoUsed: [drawing] };
}

/** Of the tool where it names none (API reference, `image_generation`). */
const IMAGE_MODEL = 'gpt-image-1';

/** The second at Alibaba and Perplexity. */
const CACHE_WRITES = ['cache_write_tokens', 'cache_creation_input_tokens'];

/** Some servers write them in the singular. */
const INPUT_DETAILS = 'prompt_tokens prompt_token input_tokens input_token'
  .split(' ')
  .map((name) => `${name}_details`);
const OUTPUT_DETAILS = 'completion_tokens completion_token output_tokens output_token'
  .split(' ')
  .map((name) => `${name}_details`);

/**
 * `prompt_tokens`/`completion_tokens` or `input_tokens`/`output_tokens`; both pairs are totals, so
 * their details are parts. A part above its whole is cut: a wrong detail must not lose the total.
 */
export function usageOfWire(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const inputTokens = first(wire, ['prompt_tokens', 'input_tokens']);
  const outputTokens = first(wire, ['completion_tokens', 'output_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const input = inputTokens ?? 0;
  const output = outputTokens ?? 0;
  const inputDetails = details(wire, INPUT_DETAILS);
  const outputDetails = details(wire, OUTPUT_DETAILS);
  const part = (of: JsonObject, name: string, whole: number): number =>
    Math.min(countOf(of[name]) ?? 0, whole);
  const written = CACHE_WRITES.find((name) => name in inputDetails) ?? '';
  const cacheReadTokens = part(inputDetails, 'cached_tokens', input);
  return usageOf({
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens,
    cacheWriteTokens: part(inputDetails, written, input - cacheReadTokens),
    inputAudioTokens: part(inputDetails, 'audio_tokens', input),
    inputImageTokens: part(inputDetails, 'image_tokens', input),
    reasoningTokens: part(outputDetails, 'reasoning_tokens', output),
    outputAudioTokens: part(outputDetails, 'audio_tokens', output),
    outputImageTokens: part(outputDetails, 'image_tokens', output),
  });
}

export function choiceReasons(body: JsonObject): readonly string[] {
  return listOf(body['choices']).flatMap((choice) => {
    const reason = textOf(objectOf(choice)['finish_reason']);
    return reason === undefined ? [] : [reason];
  });
}

/** The Responses API has a status instead; told in the words of the others. */
export function responseReasons(response: JsonObject): readonly string[] {
  switch (response['status']) {
    case 'completed':
      return ['stop'];
    case 'incomplete': {
      const reason = textOf(objectOf(response['incomplete_details'])['reason']);
      return [reason === 'max_output_tokens' ? 'length' : (reason ?? 'length')];
    }
    case 'failed':
    case 'cancelled':
      return ['error'];
    default:
      return [];
  }
}

/** Undefined: none. vLLM of before 0.10 puts it at the top: `{"object": "error", …}`. */
export function errorOf(body: JsonObject): unknown {
  if (body['object'] === 'error') return body;
  return isObject(body['error']) ? body['error'] : textOf(body['error']);
}

/** `insufficient_quota`, `rate_limit_exceeded`, `402`, …; `error` where the error has no code. */
export function errorTypeOf(error: unknown): string | undefined {
  if (!isObject(error)) return textOf(error) === undefined ? undefined : 'error';
  const status = countOf(error['code']);
  const named = textOf(error['code']) ?? textOf(error['type']);
  return named ?? (status === undefined ? 'error' : String(status));
}

function first(wire: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) {
    const count = countOf(wire[name]);
    if (count !== undefined) return count;
  }
  return undefined;
}

function details(wire: JsonObject, names: readonly string[]): JsonObject {
  for (const name of names) if (isObject(wire[name])) return wire[name];
  return {};
}
