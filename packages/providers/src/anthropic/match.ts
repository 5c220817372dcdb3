// Which paths of the Anthropic API are metered, which are free, and which bill in ways not known here.
import type { Match, Metered, Target } from '../provider.ts';

export type AnthropicApi = 'messages' | 'complete';

const UNKNOWN: Match = { kind: 'unknown' };
const FREE: Match = { kind: 'free' };

/** By the end of the path: gateways put their own prefix in front of it. */
const METERED: readonly { readonly ending: string; readonly match: Omit<Metered, 'path'> }[] = [
  { ending: '/v1/messages', match: metered('messages', 'chat') },
  { ending: '/v1/complete', match: metered('complete', 'text_completion') },
];

/** Requests that send something and yet run no model. Batches do, and are billed later. */
const FREE_PATHS: readonly RegExp[] = [
  /\/v1\/messages\/count_tokens$/u,
  /\/v1\/messages\/batches\/[^/]+\/cancel$/u,
  /\/v1\/(?:models|files|skills|user_profiles|organizations|oauth)(?:\/|$)/u,
];

export function match({ method, path }: Target): Match {
  if (method !== 'POST') return FREE;
  const trimmed = path.replace(/\/+$/u, '');
  const found = METERED.find(({ ending }) => trimmed.endsWith(ending));
  if (found) return { ...found.match, path };
  return FREE_PATHS.some((pattern) => pattern.test(trimmed)) ? FREE : UNKNOWN;
}

function metered(api: AnthropicApi, operation: string): Omit<Metered, 'path'> {
  return { kind: 'metered', api, operation };
}
