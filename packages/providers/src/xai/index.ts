// xAI: chat completions and responses as OpenAI's, with a bill in every answer.
import { countOf, isObject } from '../json.ts';
import { TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { JsonObject, Provider } from '../provider.ts';
import { DIALECT } from './dialect.ts';

/** Images, videos and speech bill in ways of their own. */
const text = compatibleProvider({
  name: 'x_ai',
  // The second: those of a region.
  origins: ['https://api.x.ai', 'https://*.api.x.ai'],
  dialect: DIALECT,
  routes: {
    metered: TEXT_ENDPOINTS,
    free: [/\/(?:models|language-models|files|tokenize-text)(?:\/|$)/u],
  },
});

/** Sources of a chat that limits them not (guide on live search). */
const USUAL_SOURCES = 20;

export const xai: Provider = {
  ...text,
  request(match, body) {
    const facts = text.request(match, body);
    return { ...facts, webSearches: facts.webSearches + mostSources(body) };
  },
};

/** Chats that search are billed by the source. */
function mostSources({ search_parameters: search }: JsonObject): number {
  if (!isObject(search) || search['mode'] === 'off') return 0;
  return countOf(search['max_search_results']) ?? USUAL_SOURCES;
}
