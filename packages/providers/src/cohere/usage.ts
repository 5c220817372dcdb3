// Usage and other facts of a unary Cohere response.
import { type Usage, usageOf } from '@spendfuse/core';
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, ResponseFacts } from '../provider.ts';

export function usage(_: string, body: unknown): ResponseFacts {
  const response = objectOf(body);
  return {
    usage: reportedUsage(response),
    id: idOf(response),
    // It never says.
    model: undefined,
    tier: undefined,
    finishReasons: finishReasonsOf(response),
    // Of an answer it is an object.
    errorType: textOf(response['message']) === undefined ? undefined : 'error',
  };
}

/**
 * Of a body, of the delta of `message-end`, or of the response in `stream-end`. What is billed is in
 * `billed_units`; `tokens` and `cached_tokens` count what the model read and wrote besides, such as
 * the provider's own preamble, and would be a multiple of it.
 */
export function reportedUsage(response: JsonObject): Usage | undefined {
  const report = isObject(response['usage']) ? response['usage'] : objectOf(response['meta']);
  return usageOfUnits(report['billed_units']) ?? usageOfUnits(report['tokens']);
}

function usageOfUnits(units: unknown): Usage | undefined {
  if (!isObject(units)) return undefined;
  const [input, images, output, searches] = UNITS.map((name) => countOf(units[name]));
  if ((input ?? images ?? output ?? searches) === undefined) return undefined;
  const inputImageTokens = images ?? 0;
  return usageOf({
    inputTokens: (input ?? 0) + inputImageTokens,
    inputImageTokens,
    outputTokens: output ?? 0,
    webSearches: searches ?? 0,
  });
}

/** Those of text and of images stand beside each other. */
const UNITS = ['input_tokens', 'image_tokens', 'output_tokens', 'search_units'];

export function idOf(response: JsonObject): string | undefined {
  return textOf(response['id']) ?? textOf(response['response_id']);
}

/** Of the answer, or of each generation. */
export function finishReasonsOf(response: JsonObject): readonly string[] {
  const generations = listOf(response['generations']).map(objectOf);
  return [response, ...generations].flatMap((each) => textOf(each['finish_reason']) ?? []);
}
