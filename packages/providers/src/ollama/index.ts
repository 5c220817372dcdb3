// Ollama: its own API, the ones it speaks like OpenAI and Anthropic, and the same at ollama.com.
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { Provider } from '../provider.ts';
import { bound, MAX_TEMPLATE_TOKENS } from './bound.ts';
import { isNative, match } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

/** Below `/v1`, Anthropic's too. Thoughts are shown; of the limits it knows only the older one. */
const compatible = withMessages(
  compatibleProvider({
    name: 'ollama',
    origins: [],
    dialect: {
      hidesReasoning: () => false,
      chatLimit: 'max_tokens',
      ignoresNewLimit: true,
      hasLongCompletions: true,
      templateTokens: MAX_TEMPLATE_TOKENS,
    },
  }),
  MAX_TEMPLATE_TOKENS,
);

const own = { request, bound, rewrite, usage, stream };

function of(api: string): Omit<Provider, 'name' | 'origins' | 'match'> {
  return isNative(api) ? own : compatible;
}

/** What it costs to run a model there, nobody else knows: a price of 0 comes with the product. */
export const ollama: Provider = {
  name: 'ollama',
  origins: ['http://localhost:11434', 'http://127.0.0.1:11434'],
  baseUrlVariables: ['OLLAMA_HOST'],
  match,
  request: (matched, body) => of(matched.api).request(matched, body),
  bound: (matched, body) => of(matched.api).bound(matched, body),
  rewrite: (matched, body, change) => of(matched.api).rewrite(matched, body, change),
  usage: (api, body, headers) => of(api).usage(api, body, headers),
  stream: (api) => of(api).stream(api),
};

/** Somebody else's machines, which are paid for. */
export const ollamaCloud: Provider = {
  ...ollama,
  name: 'ollama_cloud',
  origins: ['https://ollama.com'],
  baseUrlVariables: [],
};
