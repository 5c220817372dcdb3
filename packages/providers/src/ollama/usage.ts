// Usage and other facts of a unary response, or of the last line of a stream: both have the same form.
import { usageOf } from '@spendfuse/core';
import { countOf, objectOf, textOf } from '../json.ts';
import { errorTypeOf } from '../openai-compatible/usage.ts';
import type { JsonObject, ResponseFacts } from '../provider.ts';

export function usage(_: string, body: unknown): ResponseFacts {
  const response = objectOf(body);
  return {
    ...reported(response),
    id: undefined,
    model: textOf(response['model']),
    tier: undefined,
    finishReasons: finishReasonsOf(response),
    errorType: errorTypeOf(response['error']),
  };
}

/** A count of 0 is left out; so is that of a prompt which was still in memory. */
export function reported(response: JsonObject): Pick<ResponseFacts, 'usage' | 'lacksInput'> {
  const input = countOf(response['prompt_eval_count']);
  const output = countOf(response['eval_count']);
  const isIdle = /^(?:load|unload)$/u.test(textOf(response['done_reason']) ?? '');
  if (input === undefined && output === undefined && !isIdle) return { usage: undefined };
  return {
    usage: usageOf({ inputTokens: input ?? 0, outputTokens: output ?? 0 }),
    ...(input === undefined && !isIdle ? { lacksInput: true } : undefined),
  };
}

/** Older servers only say that it is done. */
export function finishReasonsOf({ done, done_reason: reason }: JsonObject): readonly string[] {
  return done === true ? [textOf(reason) ?? 'stop'] : [];
}
