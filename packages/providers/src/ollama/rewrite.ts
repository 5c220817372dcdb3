// Changes a request to Ollama's own API as little as can be: another model, or less output at most.
import { countOf, objectOf } from '../json.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';

export function rewrite(
  _: Metered,
  body: JsonObject,
  { model, maxOutputTokens: most }: RequestChange,
): Rewritten {
  const changed: Record<string, unknown> = { ...body };
  if (model !== undefined) changed['model'] = model;
  if (most !== undefined) {
    const options = objectOf(body['options']);
    const limit = countOf(options['num_predict']) || most;
    // 0 would mean without a limit.
    changed['options'] = { ...options, num_predict: Math.max(1, Math.min(most, limit)) };
  }
  return { body: changed };
}
