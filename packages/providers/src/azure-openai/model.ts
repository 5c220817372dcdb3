// The deployment stands for the model, until the answer says which model that is.
import type { JsonObject, Metered } from '../provider.ts';

/** The body as if it named the model, where the path does. */
export function withModel({ model }: Metered, body: JsonObject): JsonObject {
  return model === undefined ? body : { ...body, model };
}
