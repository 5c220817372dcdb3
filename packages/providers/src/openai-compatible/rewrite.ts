// Changes a request as little as can be: another model, less output at most, usage in the stream.
import { countOf, objectOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';
import { maxOutputNames } from './request.ts';

export function rewrite({ api }: Metered, body: JsonObject, change: RequestChange): Rewritten {
  const limits =
    change.maxOutputTokens === undefined ? {} : lowered(api, body, change.maxOutputTokens);
  const options = change.includeUsage
    ? { stream_options: { ...objectOf(body['stream_options']), include_usage: true } }
    : {};
  const model = change.model === undefined ? {} : { model: change.model };
  return { body: { ...body, ...model, ...limits, ...options } };
}

/** Lowers the limits that the request has, or adds the one the API prefers. Never raises one. */
function lowered(api: string, body: JsonObject, most: number): JsonObject {
  if (api === 'embeddings') return {};
  const names = maxOutputNames(api);
  const present = names.filter((name) => countOf(body[name]) !== undefined);
  const changed = present.length > 0 ? present : [names[0]];
  return Object.fromEntries(
    changed.map((name) => [name, Math.min(most, countOf(body[name]) ?? most)]),
  );
}
