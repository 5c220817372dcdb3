// What a Cohere request asks for.
import { countOf, listOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { isRerank } from './match.ts';
import { maxSearchUnits } from './rerank.ts';

export function request({ api }: Metered, body: JsonObject): RequestFacts {
  const model = textOf(body['model']) ?? '';
  const isAnswered = api !== 'embed' && !isRerank(api);
  return {
    model,
    stream: isAnswered && body['stream'] === true,
    maxOutputTokens: isAnswered ? countOf(body['max_tokens']) : 0,
    choices: api === 'generate' ? Math.max(1, countOf(body['num_generations']) ?? 1) : 1,
    clampable: isAnswered,
    downgradable: isAnswered && model !== '',
    tier: undefined,
    softInput: isAnswered && readsMore(body),
    wantsUsageOption: false,
    // Thoughts are shown.
    hiddenOutput: false,
    webSearches: isRerank(api) ? maxSearchUnits(api, body) : 0,
  };
}

/** A conversation that Cohere keeps, a preset, or what connectors find. */
function readsMore(body: JsonObject): boolean {
  if (listOf(body['connectors']).length > 0) return true;
  return textOf(body['conversation_id']) !== undefined || textOf(body['preset']) !== undefined;
}
