// Changes a request as little as can be: another model, less output at most, usage in the stream.
import { objectOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';
import { type LimitNames, limitOf, maxOutputNames } from './request.ts';

export function rewrite(
  { api }: Metered,
  body: JsonObject,
  change: RequestChange,
  dialect: LimitNames = {},
): Rewritten {
  const { maxOutputTokens: most } = change;
  const names = maxOutputNames(api, dialect);
  const limits = most === undefined || api === 'embeddings' ? {} : lowered(body, { names, most });
  const options = change.includeUsage
    ? { stream_options: { ...objectOf(body['stream_options']), include_usage: true } }
    : {};
  const model = change.model === undefined ? {} : { model: change.model };
  return { body: { ...body, ...model, ...limits, ...options } };
}

/**
 * Lowers the limits that the request has, or adds the one the API prefers. Never raises one, but for
 * what limits nothing, such as 0.
 */
function lowered(
  body: JsonObject,
  { names, most }: { readonly names: readonly [string, ...string[]]; readonly most: number },
): JsonObject {
  const present = names.filter((name) => (body[name] ?? null) !== null);
  const changed = present.length > 0 ? present : [names[0]];
  return Object.fromEntries(
    changed.map((name) => [name, Math.min(most, limitOf(body[name]) ?? most)]),
  );
}
