// What a Voyage request asks for: a model. Vectors of another one are no substitute.
import { textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';

export function request(_: Metered, body: JsonObject): RequestFacts {
  return {
    model: textOf(body['model']) ?? '',
    stream: false,
    maxOutputTokens: 0,
    choices: 1,
    clampable: false,
    downgradable: false,
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    hiddenOutput: false,
    webSearches: 0,
  };
}
