// Changes a request as little as can be: another model, or less output at most.
import { countOf, isObject, objectOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';
import { fallbacksOf, maxOutputName } from './request.ts';

/** The least `budget_tokens` that the API takes. */
const LEAST_THINKING = 1_024;

export function rewrite({ api }: Metered, body: JsonObject, change: RequestChange): Rewritten {
  const model = change.model === undefined ? {} : { model: change.model };
  const limits =
    change.maxOutputTokens === undefined ? {} : lowered(api, body, change.maxOutputTokens);
  return { body: { ...body, ...model, ...limits } };
}

/** Never raises a limit. */
function lowered(api: string, body: JsonObject, most: number): JsonObject {
  const name = maxOutputName(api);
  const limit = Math.min(most, countOf(body[name]) ?? most);
  const fallbacks = fallbacksOf(body).map((entry) => {
    const own = countOf(entry[name]);
    return own === undefined ? entry : { ...entry, [name]: Math.min(most, own) };
  });
  return {
    [name]: limit,
    ...(fallbacks.length > 0 ? { fallbacks } : undefined),
    ...withThinking(body['thinking'], limit),
  };
}

/**
 * `budget_tokens` has to be below the maximum and at least 1,024. Where there is no room for that the
 * call goes on without thinking: it must not fail, and it must not pass the maximum.
 */
function withThinking(thinking: unknown, limit: number): JsonObject {
  const budget = isObject(thinking) ? countOf(thinking['budget_tokens']) : undefined;
  if (budget === undefined || budget < limit) return {};
  if (limit <= LEAST_THINKING) return { thinking: { type: 'disabled' } };
  return { thinking: { ...objectOf(thinking), budget_tokens: limit - 1 } };
}
