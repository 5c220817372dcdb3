// The input of a Parrot request in countable pieces: what the model reads.
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { countable } from '../texts.ts';

export function bound(_: Metered, body: JsonObject): CountableInput {
  return countable({ values: [body['turns']], schemas: [body['tools']] });
}
