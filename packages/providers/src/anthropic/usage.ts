// Usage and other facts of a unary Anthropic response.
import { type Usage, usageOf } from '@spendfuse/core';
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, ModelUsage, ResponseFacts } from '../provider.ts';
import { tierOf } from './tier.ts';

export function usage(api: string, body: unknown): ResponseFacts {
  const response = objectOf(body);
  const reason = textOf(response['stop_reason']);
  return {
    usage: api === 'complete' ? undefined : usageOfWire(response['usage']),
    id: textOf(response['id']),
    model: textOf(response['model']),
    tier: tierOf(objectOf(response['usage'])),
    finishReasons: reason === undefined ? [] : [reason],
    errorType: errorTypeOf(response['error']),
    ...advised(response['usage']),
  };
}

/**
 * Input, cache reads and cache writes stand side by side, and are summed. The top level holds all that
 * the model in charge used but for compactions, which only `iterations` tells. An advisor is another
 * model, and an attempt that was declined before a fallback served is told apart: neither is in it.
 */
export function usageOfWire(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  if (countOf(wire['input_tokens']) === undefined && countOf(wire['output_tokens']) === undefined) {
    return undefined;
  }
  const webSearches = countOf(objectOf(wire['server_tool_use'])['web_search_requests']) ?? 0;
  return usageOfPasses([wire, ...iterations(wire, 'compaction')], webSearches);
}

/** Models that the one in charge asked for advice (tool `advisor`), at their own prices. */
export function advised(wire: unknown): Pick<ResponseFacts, 'alsoUsed'> {
  const alsoUsed = iterations(objectOf(wire), 'advisor_message').flatMap((pass): ModelUsage[] => {
    const model = textOf(pass['model']);
    const usage = usageOfPasses([pass], 0);
    return model !== undefined && usage ? [{ model, usage }] : [];
  });
  return alsoUsed.length === 0 ? {} : { alsoUsed };
}

function usageOfPasses(wires: readonly JsonObject[], webSearches: number): Usage | undefined {
  const passes = wires.map(passOf);
  const sum = (kind: keyof Pass): number => passes.reduce((total, pass) => total + pass[kind], 0);
  const cacheReadTokens = sum('cacheReads');
  const cacheWriteTokens = sum('cacheWrites');
  const inputTokens = sum('input') + cacheReadTokens + cacheWriteTokens;
  const outputTokens = sum('output');
  // No counter could hold it: garbage, and so no report.
  if (!Number.isSafeInteger(inputTokens + outputTokens)) return undefined;
  return usageOf({
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: sum('cacheWrites1h'),
    // A part above its whole is cut: a wrong detail must not lose the total.
    reasoningTokens: Math.min(sum('thinking'), outputTokens),
    webSearches,
  });
}

/** The model that served in the place of the one asked for. */
export function fallbackModel(wire: JsonObject): string | undefined {
  return textOf(iterations(wire, 'fallback_message').at(-1)?.['model']);
}

/** `overloaded_error`, `rate_limit_error`, …; `error` where the error has no type. */
export function errorTypeOf(error: unknown): string | undefined {
  if (!isObject(error)) return textOf(error) === undefined ? undefined : 'error';
  return textOf(error['type']) ?? 'error';
}

interface Pass {
  readonly input: number;
  readonly cacheReads: number;
  readonly cacheWrites: number;
  readonly cacheWrites1h: number;
  readonly output: number;
  readonly thinking: number;
}

function passOf(wire: JsonObject): Pass {
  const count = (name: string): number => countOf(wire[name]) ?? 0;
  const cacheWrites = count('cache_creation_input_tokens');
  const kept = objectOf(wire['cache_creation']);
  const fiveMinutes = Math.min(countOf(kept['ephemeral_5m_input_tokens']) ?? 0, cacheWrites);
  const hasHours = (countOf(kept['ephemeral_1h_input_tokens']) ?? 0) > 0;
  return {
    input: count('input_tokens'),
    cacheReads: count('cache_read_input_tokens'),
    cacheWrites,
    // The end of a stream raises the total and not its parts: what is new is taken for the dearer one.
    cacheWrites1h: hasHours ? cacheWrites - fiveMinutes : 0,
    output: count('output_tokens'),
    thinking: countOf(objectOf(wire['output_tokens_details'])['thinking_tokens']) ?? 0,
  };
}

function iterations(wire: JsonObject, type: string): readonly JsonObject[] {
  return listOf(wire['iterations'])
    .filter(isObject)
    .filter((each) => each['type'] === type);
}
