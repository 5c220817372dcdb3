// Cohere: chat, embeddings and rerank of both versions of its API, and the older generate.
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { isOpenAIStyle, match } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

/** Below `/compatibility/v1`. Thoughts are not asked for there, or shown. */
const openaiStyle = compatibleProvider({
  name: 'cohere',
  origins: [],
  dialect: { hidesReasoning: () => false, chatLimit: 'max_tokens', ignoresNewLimit: true },
});

const own = { request, bound, rewrite, usage, stream };
const of = (api: string) => (isOpenAIStyle(api) ? openaiStyle : own);

/** Its URL is an option of the SDK, not a variable. */
export const cohere: Provider = {
  name: 'cohere',
  origins: ['https://api.cohere.com', 'https://api.cohere.ai'],
  match,
  request: (matched, body) => of(matched.api).request(matched, body),
  bound: (matched, body) => of(matched.api).bound(matched, body),
  rewrite: (matched, body, change) => of(matched.api).rewrite(matched, body, change),
  usage: (api, body) => of(api).usage(api, body),
  stream: (api) => of(api).stream(api),
};
