// xAI: chat completions and responses as OpenAI's, with a bill in every answer.
import { TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import { DIALECT } from './dialect.ts';

/** Images, videos and speech bill in ways of their own. */
export const xai = compatibleProvider({
  name: 'x_ai',
  // The second: those of a region.
  origins: ['https://api.x.ai', 'https://*.api.x.ai'],
  dialect: DIALECT,
  routes: {
    metered: TEXT_ENDPOINTS,
    free: [/\/(?:models|language-models|files|tokenize-text)(?:\/|$)/u],
  },
});
