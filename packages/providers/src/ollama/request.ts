// What a request to Ollama's own API asks for.
import { countOf, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';

export function request({ api }: Metered, body: JsonObject): RequestFacts {
  const model = textOf(body['model']) ?? '';
  const isAnswered = api !== 'ollama.embed';
  return {
    model,
    // It streams unless it is told not to.
    stream: isAnswered && body['stream'] !== false,
    maxOutputTokens: isAnswered && asks(api, body) ? maxOutputTokens(objectOf(body['options'])) : 0,
    choices: 1,
    clampable: isAnswered,
    // Tokens of one model mean nothing to another.
    downgradable: isAnswered && model !== '' && listOf(body['context']).length === 0,
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    // Thoughts are shown.
    hiddenOutput: false,
    webSearches: 0,
  };
}

/** Without anything to answer, a request loads the model, or lets it go. */
function asks(api: string, body: JsonObject): boolean {
  if (api === 'ollama.chat') return listOf(body['messages']).length > 0;
  return textOf(body['prompt']) !== undefined || listOf(body['images']).length > 0;
}

/** The server ends whatever gets longer than so many times the context (`llm/server.go`). */
const MOST_CONTEXTS = 10;

/** 0 and less mean that there is no limit; so does none at all. */
function maxOutputTokens(options: JsonObject): number | undefined {
  const limit = countOf(options['num_predict']) || undefined;
  const context = countOf(options['num_ctx']) || undefined;
  if (context === undefined) return limit;
  return Math.min(limit ?? Infinity, MOST_CONTEXTS * context);
}
