// Changes a Parrot request as little as can be: another model, or less output at most.
import { countOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';

export function rewrite(
  _: Metered,
  body: JsonObject,
  { model, maxOutputTokens: most }: RequestChange,
): Rewritten {
  return {
    body: {
      ...body,
      ...(model === undefined ? {} : { model }),
      // Never more than was asked for.
      ...(most === undefined
        ? {}
        : { max_tokens: Math.min(most, countOf(body['max_tokens']) ?? most) }),
    },
  };
}
