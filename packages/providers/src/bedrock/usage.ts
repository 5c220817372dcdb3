// Usage and other facts of a unary response: from the counts in its headers, and from its body.
import { type Usage, usageOf } from '@spendfuse/core';
import { usage as anthropicUsage } from '../anthropic/usage.ts';
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import { usage as compatibleUsage } from '../openai-compatible/usage.ts';
import type { JsonObject, ResponseFacts, ResponseHeaders } from '../provider.ts';
import { tierOf } from './request.ts';

export function converseUsage(body: unknown, headers?: ResponseHeaders): ResponseFacts {
  const response = objectOf(body);
  const reason = textOf(response['stopReason']);
  return {
    usage: countsOf(response['usage']),
    id: undefined,
    model: routedTo(response),
    tier: tierOf(response),
    finishReasons: reason === undefined ? [] : [reason],
    errorType: errorTypeOf(headers),
  };
}

/** A prompt router asks one of several models. */
export function routedTo(response: JsonObject): string | undefined {
  const { invokedModelId } = objectOf(objectOf(response['trace'])['promptRouter']);
  return textOf(invokedModelId)?.split('/').at(-1);
}

/** The counts of the headers win over those of the body, each by itself: one may be missing there. */
export function invokeUsage(body: unknown, headers?: ResponseHeaders): ResponseFacts {
  const response = objectOf(body);
  const facts = factsOf(response);
  const counted = (name: string): number | undefined => {
    const value = headers?.get(`x-amzn-bedrock-${name}-token-count`) ?? '';
    return /^\d+$/u.test(value) ? countOf(Number(value)) : undefined;
  };
  const counts: Counts = {
    input: counted('input'),
    output: counted('output'),
    cacheRead: counted('cache-read-input'),
    cacheWrite: counted('cache-write-input'),
  };
  return {
    ...facts,
    usage: corrected(facts.usage, counts),
    tier: tierOf(billingOf(headers)) ?? facts.tier,
    finishReasons: isBlocked(response) ? [BLOCKED] : facts.finishReasons,
    errorType: errorTypeOf(headers) ?? facts.errorType,
  };
}

/** What changes the price, as a body of Converse would say it. */
function billingOf(headers: ResponseHeaders | undefined): JsonObject {
  return {
    serviceTier: { type: headers?.get('x-amzn-bedrock-service-tier') },
    performanceConfig: { latency: headers?.get('x-amzn-bedrock-performanceconfig-latency') },
  };
}

/** The words of Converse. */
export const BLOCKED = 'guardrail_intervened';

export function isBlocked(body: JsonObject): boolean {
  return body['amazon-bedrock-guardrailAction'] === 'INTERVENED';
}

/** By what the maker's body looks like: the model is not known here. */
function factsOf(body: JsonObject): ResponseFacts {
  if (body['type'] === 'message') return anthropicUsage('messages', body);
  if (isObject(body['output'])) return converseUsage(body);
  if (Array.isArray(body['choices']) && isObject(body['usage'])) {
    return compatibleUsage('chat.completions', body);
  }
  return {
    usage: corrected(undefined, ownCounts(body)),
    id: textOf(body['id']),
    model: undefined,
    tier: undefined,
    finishReasons: reasonsOf(body),
    errorType: undefined,
  };
}

/** Parts of the input stand side by side. Undefined: not told. */
export interface Counts {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** Of `amazon-bedrock-invocationMetrics`, which the last chunk of a stream brings. */
export function metricsOf(body: JsonObject): Counts | undefined {
  const metrics = body['amazon-bedrock-invocationMetrics'];
  if (!isObject(metrics)) return undefined;
  return {
    input: countOf(metrics['inputTokenCount']),
    output: countOf(metrics['outputTokenCount']),
    cacheRead: countOf(metrics['cacheReadInputTokenCount']),
    cacheWrite: countOf(metrics['cacheWriteInputTokenCount']),
  };
}

/** Titan's and Llama's own counts; of a stream in several chunks. */
export function ownCounts(body: JsonObject): Counts {
  const { results } = body;
  return {
    input: countOf(body['inputTextTokenCount']) ?? countOf(body['prompt_token_count']),
    output:
      countOf(body['totalOutputTextTokenCount']) ??
      countOf(body['generation_token_count']) ??
      (Array.isArray(results) ? countsIn(results) : undefined),
  };
}

function countsIn(results: readonly unknown[]): number | undefined {
  const counts = results.map((each) => countOf(objectOf(each)['tokenCount']));
  if (counts.includes(undefined)) return undefined;
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** A report with these counts in it, as far as they are told; undefined where nothing is told at all. */
export function corrected(usage: Usage | undefined, counts: Counts): Usage | undefined {
  const { input, output, cacheRead, cacheWrite } = counts;
  if (input === undefined && output === undefined) return usage;
  const before = usage ?? usageOf({});
  const cacheReadTokens = cacheRead ?? before.cacheReadTokens;
  const cacheWriteTokens = cacheWrite ?? before.cacheWriteTokens;
  const uncached = before.inputTokens - before.cacheReadTokens - before.cacheWriteTokens;
  const inputTokens = (input ?? uncached) + cacheReadTokens + cacheWriteTokens;
  const outputTokens = output ?? before.outputTokens;
  if (!Number.isSafeInteger(inputTokens + outputTokens)) return undefined;
  return {
    ...before,
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: Math.min(before.cacheWrite1hTokens, cacheWriteTokens),
    reasoningTokens: Math.min(before.reasoningTokens, outputTokens),
  };
}

/** Of Converse; Nova's own bodies say `…TokenCount`, and some answers have both names. */
export function countsOf(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const cache = (kind: string): number | undefined =>
    countOf(wire[`${kind}InputTokens`]) ?? countOf(wire[`${kind}InputTokenCount`]);
  const usage = corrected(undefined, {
    input: countOf(wire['inputTokens']),
    output: countOf(wire['outputTokens']),
    cacheRead: cache('cacheRead'),
    cacheWrite: cache('cacheWrite'),
  });
  const anHour = listOf(wire['cacheDetails']).find((each) => objectOf(each)['ttl'] === '1h');
  const kept = countOf(objectOf(anHour)['inputTokens']) ?? 0;
  return usage && { ...usage, cacheWrite1hTokens: Math.min(kept, usage.cacheWriteTokens) };
}

/** Where makers put their answers; a body has one of these, or stands for its only answer itself. */
export function answersOf(body: JsonObject): readonly JsonObject[] {
  const { outputs, generations, results, completions, choices } = body;
  const list = outputs ?? generations ?? results ?? completions ?? choices;
  return list === undefined ? [body] : [body, ...listOf(list).map(objectOf)];
}

/** Why the answers of a maker's body ended, wherever it says so. */
export function reasonsOf(body: JsonObject): readonly string[] {
  return answersOf(body).flatMap((part) => {
    const { stop_reason, finish_reason, completionReason } = part;
    return textOf(stop_reason) ?? textOf(finish_reason) ?? textOf(completionReason) ?? [];
  });
}

/** `ThrottlingException:http://…`: what is before the colon. */
function errorTypeOf(headers: ResponseHeaders | undefined): string | undefined {
  return textOf(headers?.get('x-amzn-errortype')?.split(':', 1)[0]);
}
