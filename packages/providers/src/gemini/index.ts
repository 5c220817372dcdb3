// The Gemini API: content, embeddings, pictures and interactions, also in OpenAI's style.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { match } from './match.ts';
import { isOpenAIStyle, openaiStyle } from './openai-style.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream, usage } from './stream.ts';

const native = { request, bound, rewrite, usage, stream };
const spokenIn = (api: string): typeof openaiStyle => (isOpenAIStyle(api) ? openaiStyle : native);

export const gemini: Provider = {
  name: 'gcp.gemini',
  origins: ['https://generativelanguage.googleapis.com'],
  match,
  request: (metered, body) => spokenIn(metered.api).request(metered, body),
  bound: (metered, body) => spokenIn(metered.api).bound(metered, body),
  rewrite: (metered, body, change) => spokenIn(metered.api).rewrite(metered, body, change),
  usage: (api, body) => spokenIn(api).usage(api, body),
  stream: (api) => spokenIn(api).stream(api),
};
