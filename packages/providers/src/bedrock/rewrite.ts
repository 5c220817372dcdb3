// Changes a request as little as can be: less output at most, or (Converse) another model in the path.
import { anthropic } from '../anthropic/index.ts';
import { countOf, objectOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';
import { type Family, valueAt, withValueAt } from './families.ts';
import { thinkingOf } from './request.ts';

export function converseRewrite(
  match: Metered,
  body: JsonObject,
  { model, maxOutputTokens }: RequestChange,
): Rewritten {
  const lowered = maxOutputTokens === undefined ? body : converseLowered(body, maxOutputTokens);
  if (model === undefined) return { body: lowered };
  const path = match.path.replace(
    /(\/model\/).+(\/[a-z-]+\/*)$/u,
    `$1${encodeURIComponent(model)}$2`,
  );
  return { body: lowered, path };
}

/** Never raises a limit. */
function converseLowered(body: JsonObject, most: number): JsonObject {
  const config = objectOf(body['inferenceConfig']);
  const limit = Math.min(most, countOf(config['maxTokens']) ?? most);
  const inferenceConfig = { ...config, maxTokens: limit };
  return { ...body, inferenceConfig, ...withThinking(body, limit) };
}

/** What Claude may think has to be below the maximum, in which it is counted. */
function withThinking(body: JsonObject, limit: number): JsonObject {
  const own = objectOf(body['additionalModelRequestFields']);
  const { thinking } = thinkingOf(own);
  if (countOf(objectOf(thinking)['budget_tokens']) === undefined) return {};
  const match: Metered = { kind: 'metered', api: 'messages', operation: 'chat', path: '' };
  const change = { maxOutputTokens: limit };
  const rewritten = anthropic.rewrite(match, { max_tokens: limit, thinking }, change);
  const name = own['thinking'] === undefined ? 'reasoning_config' : 'thinking';
  return {
    additionalModelRequestFields: { ...own, [name]: rewritten.body['thinking'] },
  };
}

export function invokeRewrite(
  body: JsonObject,
  { maxOutputTokens: most }: RequestChange,
  { limits }: Family,
): Rewritten {
  const [first] = limits;
  if (most === undefined || !first) return { body };
  const present = limits.filter((path) => countOf(valueAt(body, path)) !== undefined);
  const changed = present.length > 0 ? present : [first];
  return {
    body: changed.reduce<JsonObject>((whole, path) => {
      const limit = Math.min(most, countOf(valueAt(body, path)) ?? most);
      return withValueAt(whole, path, limit);
    }, body),
  };
}
