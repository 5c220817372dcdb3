// Changes a request as little as can be: another model, which the path names, less output at most.
//
// `maxOutputTokens` limits thoughts and answer together, and a thinking budget may be above it: so
// only the limit is lowered. An answer that was all thought by then ends with `MAX_TOKENS`.
import { objectOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';
import { countIn, spellings } from './fields.ts';
import { hasOutput } from './request.ts';

export function rewrite(match: Metered, body: JsonObject, change: RequestChange): Rewritten {
  const { api, path } = match;
  const { model, maxOutputTokens } = change;
  const limits =
    maxOutputTokens === undefined || !hasOutput(api) ? {} : lowered(api, body, maxOutputTokens);
  if (model === undefined) return { body: { ...body, ...limits } };
  if (api === 'interactions') return { body: { ...body, ...limits, model } };
  return { body: { ...body, ...limits }, path: renamed(path, model) };
}

/** Lowers the limits that the request has, or adds one. Never raises one. */
function lowered(api: string, body: JsonObject, most: number): JsonObject {
  const usual = api === 'interactions' ? 'generation_config' : 'generationConfig';
  const places = spellings(body, 'generationConfig');
  const changed = (places.length > 0 ? places : [usual]).map((place) => {
    const config = objectOf(body[place]);
    const added =
      place === usual && api !== 'interactions' ? 'maxOutputTokens' : 'max_output_tokens';
    const present = spellings(config, 'maxOutputTokens');
    const names = present.length > 0 ? present : [added];
    const limits = names.map((name) => [name, Math.min(most, countIn(config[name]) || most)]);
    return [place, { ...config, ...Object.fromEntries(limits) }];
  });
  return Object.fromEntries(changed) as JsonObject;
}

/** The path with another model. */
export function renamed(path: string, model: string): string {
  const name = encodeURIComponent(model).replaceAll('%40', '@');
  return path.replace(/\/models\/[^/]+?(?=:[A-Za-z]+\/*$)/u, () => `/models/${name}`);
}
