// Hosts that speak Anthropic's messages beside OpenAI's API, at a path of their own on the same host.
import { anthropic } from '../anthropic/index.ts';
import type { Provider } from '../provider.ts';
import { TEMPLATE_TOKENS } from './dialect.ts';

/** Below any prefix: `/anthropic/v1/messages`, `/api/v1/messages`. */
const MESSAGES = /\/v1\/messages(?:\/|$)/u;

/** `templateTokens` as of a dialect: the models are those of the host, whoever speaks to them. */
export function withMessages(provider: Provider, templateTokens = TEMPLATE_TOKENS): Provider {
  const spokenIn = (api: string): Provider => (api === 'messages' ? anthropic : provider);
  return {
    ...provider,
    match: (target) => (MESSAGES.test(target.path) ? anthropic : provider).match(target),
    request: (match, body) => spokenIn(match.api).request(match, body),
    bound(match, body) {
      const input = spokenIn(match.api).bound(match, body);
      if (match.api !== 'messages') return input;
      const extraTokens = input.extraTokens + templateTokens;
      return { ...input, extraTokens, maxTokens: input.maxTokens + templateTokens };
    },
    rewrite: (match, body, change) => spokenIn(match.api).rewrite(match, body, change),
    usage: (api, body, headers) => spokenIn(api).usage(api, body, headers),
    stream: (api) => spokenIn(api).stream(api),
  };
}
