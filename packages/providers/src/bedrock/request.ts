// What a request of Converse or InvokeModel asks for: model, streaming, the most output, tier.
import { mayThink } from '../anthropic/request.ts';
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { EVERY_CHOICE, EVERY_LIMIT, type Family, takesLimit, valueAt } from './families.ts';
import { isPlain, mayBeClaude } from './model.ts';

/** Above every model's output, and small enough that n times it still can be counted. */
const BELIEVABLE_MAX = 1_000_000_000;

export function isStream({ path }: Metered): boolean {
  return /-stream\/*$/u.test(path);
}

export function converseRequest(match: Metered, body: JsonObject): RequestFacts {
  const { model = '' } = match;
  const own = objectOf(body['additionalModelRequestFields']);
  return {
    model,
    stream: isStream(match),
    maxOutputTokens: converseLimit(body, own),
    choices: Math.max(1, ...EVERY_CHOICE.map((name) => believable(own[name]) ?? 1)),
    clampable:
      objectOf(own['reasoningConfig'])['maxReasoningEffort'] !== 'high' &&
      largest(own, EVERY_LIMIT) === undefined,
    downgradable: isPlain(model) && takesOthers(body),
    tier: tierOf(body),
    softInput: softInput(model, body),
    wantsUsageOption: false,
    hiddenOutput: hidesOutput(model, { body, own }),
    webSearches: 0,
  };
}

export function invokeRequest(match: Metered, body: JsonObject, family: Family): RequestFacts {
  const limit = largest(body, family.limits);
  const hasOutput = family.name !== 'embeddings';
  const isKnown = takesLimit(family) || limit !== undefined;
  return {
    model: match.model ?? '',
    stream: isStream(match),
    maxOutputTokens: hasOutput ? limit : 0,
    choices: Math.max(1, (family.choices && countOf(body[family.choices])) || 1),
    clampable: hasOutput && isKnown,
    downgradable: false,
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    hiddenOutput: family.name === 'nova' && isReasoning(body),
    webSearches: 0,
  };
}

/** What is set for one model besides may go before the limit of the call. */
function converseLimit(body: JsonObject, own: JsonObject): number | undefined {
  const limit = believable(objectOf(body['inferenceConfig'])['maxTokens']);
  return limit && Math.max(limit, largest(own, EVERY_LIMIT) ?? 0);
}

/** Of limits by several names: which of two goes before the other is not said. */
function largest(body: JsonObject, paths: readonly (readonly string[])[]): number | undefined {
  const limits = paths.flatMap((path) => believable(valueAt(body, path)) ?? []);
  return limits.length > 0 ? Math.max(...limits) : undefined;
}

function believable(value: unknown): number | undefined {
  const count = countOf(value);
  return count === undefined || count > BELIEVABLE_MAX ? undefined : count;
}

/** Fields for one model, and what few models offer, would make others refuse the call. */
function takesOthers(body: JsonObject): boolean {
  const special = ['additionalModelRequestFields', 'performanceConfig', 'promptVariables'];
  return special.every((name) => (body[name] ?? null) === null);
}

/** `flex`, `priority`, `reserved`; `optimized` for a latency that has a price of its own. */
export function tierOf(body: JsonObject): string | undefined {
  const tier = textOf(objectOf(body['serviceTier'])['type']);
  if (tier !== undefined && tier !== 'default') return tier;
  const latency = textOf(objectOf(body['performanceConfig'])['latency']);
  return latency === 'optimized' ? latency : undefined;
}

/** A stored prompt, a tool that the service runs, and files of which only the place or bytes are told. */
function softInput(model: string, body: JsonObject): boolean {
  if (model.startsWith('prompt/') || isObject(body['promptVariables'])) return true;
  const tools = listOf(objectOf(body['toolConfig'])['tools']);
  return tools.some((tool) => isObject(objectOf(tool)['systemTool'])) || hasFile(body['messages']);
}

function hasFile(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasFile);
  if (!isObject(value)) return false;
  if (isObject(value['video'])) return true;
  if (objectOf(objectOf(value['audio'])['source'])['s3Location'] !== undefined) return true;
  const source = objectOf(objectOf(value['document'])['source']);
  if (source['bytes'] !== undefined || source['s3Location'] !== undefined) return true;
  return hasFile(value['content']) || hasFile(objectOf(value['toolResult'])['content']);
}

/**
 * Claude shows a summary of what it thinks, Nova nothing of it; and where a guardrail steps in, what it
 * says stands in the place of an answer that was made.
 */
function hidesOutput(
  model: string,
  { body, own }: { readonly body: JsonObject; readonly own: JsonObject },
): boolean {
  if (isObject(body['guardrailConfig']) || isReasoning(own)) return true;
  return mayBeClaude(model) && mayThink(model, thinkingOf(own));
}

/** Bedrock has a name of its own for it as well. */
export function thinkingOf(own: JsonObject): JsonObject {
  return { ...own, thinking: own['thinking'] ?? own['reasoning_config'] };
}

function isReasoning(body: JsonObject): boolean {
  return objectOf(body['reasoningConfig'])['type'] === 'enabled';
}
