// What a Parrot request asks for.
import { countOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';

/** `{ model, turns: [{ role, text }], max_tokens, think, stream }` */
export function request(_: Metered, body: JsonObject): RequestFacts {
  const model = textOf(body['model']) ?? '';
  return {
    model,
    stream: body['stream'] === true,
    maxOutputTokens: countOf(body['max_tokens']),
    choices: 1,
    clampable: true,
    downgradable: model !== '',
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    // Thoughts are billed, and no stream shows them.
    hiddenOutput: body['think'] === true,
    webSearches: 0,
  };
}
