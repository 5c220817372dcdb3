// Changes a Cohere request as little as can be: another model, or less output at most.
import { countOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';

export function rewrite(
  _: Metered,
  body: JsonObject,
  { model, maxOutputTokens: most }: RequestChange,
): Rewritten {
  const changed: Record<string, unknown> = { ...body };
  if (model !== undefined) changed['model'] = model;
  if (most !== undefined)
    changed['max_tokens'] = Math.min(most, countOf(body['max_tokens']) ?? most);
  return { body: changed };
}
