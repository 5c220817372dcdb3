// Changes an Azure OpenAI request: another model is another deployment, in the path where it is there.
import { rewrite as openaiRewrite } from '../openai/rewrite.ts';
import type { JsonObject, Metered, RequestChange, Rewritten } from '../provider.ts';
import { DEPLOYMENT } from './match.ts';

export function rewrite(match: Metered, body: JsonObject, change: RequestChange): Rewritten {
  const { model } = change;
  if (match.model === undefined || model === undefined) return openaiRewrite(match, body, change);
  const named = 'model' in body ? model : undefined;
  const path = match.path.replace(DEPLOYMENT, () => encodeURIComponent(model));
  return { ...openaiRewrite(match, body, { ...change, model: named }), path };
}
