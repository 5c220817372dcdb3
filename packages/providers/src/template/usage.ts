// Usage and other facts of a unary Parrot response.
import { type Usage, usageOf } from '@spendfuse/core';
import { countOf, isObject, objectOf, textOf } from '../json.ts';
import type { ResponseFacts } from '../provider.ts';

/** `{ id, model, said, stopped, usage }`, or `{ error: { type } }` */
export function usage(_: string, body: unknown): ResponseFacts {
  const response = objectOf(body);
  const { error, stopped } = response;
  const reason = textOf(stopped);
  return {
    usage: usageOfWire(response['usage']),
    id: textOf(response['id']),
    model: textOf(response['model']),
    tier: undefined,
    finishReasons: reason === undefined ? [] : [reason],
    errorType: isObject(error) ? (textOf(error['type']) ?? 'error') : undefined,
  };
}

/**
 * `{ read, cached, thought, said }`, side by side; ours are inclusive: input holds what was cached,
 * output what was thought (API reference, "usage").
 */
export function usageOfWire(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const [read, said] = [countOf(wire['read']), countOf(wire['said'])];
  // What is not counted is no report: an estimate is better than nothing.
  if (read === undefined || said === undefined) return undefined;
  const cached = countOf(wire['cached']) ?? 0;
  const thought = countOf(wire['thought']) ?? 0;
  // No counter could hold it: garbage.
  if (!Number.isSafeInteger(read + cached + thought + said)) return undefined;
  return usageOf({
    inputTokens: read + cached,
    cacheReadTokens: cached,
    outputTokens: said + thought,
    reasoningTokens: thought,
  });
}
