// Hosts that speak Anthropic's messages beside OpenAI's API, at a path of their own on the same host.
import { anthropic } from '../anthropic/index.ts';
import type { CountableInput, Provider } from '../provider.ts';
import { TEMPLATE_TOKENS } from './dialect.ts';

/** Below any prefix: `/anthropic/v1/messages`, `/api/v1/messages`. */
const MESSAGES = /\/v1\/messages(?:\/|$)/u;

export function withMessages(provider: Provider): Provider {
  const spokenIn = (api: string): Provider => (api === 'messages' ? anthropic : provider);
  return {
    ...provider,
    match: (target) => (MESSAGES.test(target.path) ? anthropic : provider).match(target),
    request: (match, body) => spokenIn(match.api).request(match, body),
    bound(match, body) {
      const input = spokenIn(match.api).bound(match, body);
      return match.api === 'messages' ? withTemplate(input) : input;
    },
    rewrite: (match, body, change) => spokenIn(match.api).rewrite(match, body, change),
    usage: (api, body, headers) => spokenIn(api).usage(api, body, headers),
    stream: (api) => spokenIn(api).stream(api),
  };
}

/** The models are those of the host, whoever speaks to them. */
function withTemplate(input: CountableInput): CountableInput {
  const { extraTokens, maxTokens } = input;
  return {
    ...input,
    extraTokens: extraTokens + TEMPLATE_TOKENS,
    maxTokens: maxTokens + TEMPLATE_TOKENS,
  };
}
