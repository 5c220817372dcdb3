// The input of an Azure OpenAI request.
import { bound as openaiBound } from '../openai/bound.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { withModel } from './model.ts';

export function bound(match: Metered, body: JsonObject): CountableInput {
  return openaiBound(match, withModel(match, body));
}
