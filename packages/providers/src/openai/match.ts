// Which paths of the OpenAI API are metered, which are free, and which bill in ways not known here.
import type { Match, Metered, Target } from '../provider.ts';

export type OpenAIApi = 'chat.completions' | 'responses' | 'completions' | 'embeddings';

const UNKNOWN: Match = { kind: 'unknown' };
const FREE: Match = { kind: 'free' };

/** By the end of the path: gateways put their own prefix in front of it. The longest comes first. */
const METERED: readonly { readonly ending: string; readonly match: Omit<Metered, 'path'> }[] = [
  { ending: '/chat/completions', match: metered('chat.completions', 'chat') },
  { ending: '/responses', match: metered('responses', 'chat') },
  { ending: '/completions', match: metered('completions', 'text_completion') },
  { ending: '/embeddings', match: metered('embeddings', 'embeddings') },
];

/** Requests that send something and yet run no model. */
const FREE_PATHS: readonly RegExp[] = [
  /\/(?:models|files|uploads|moderations|conversations)(?:\/|$)/u,
  /\/chat\/completions\/[^/]+$/u,
  /\/responses\/(?:input_tokens|[^/]+\/cancel)$/u,
];

/** Opening one of these bills although it only reads. */
const BILLED_READS = /\/realtime(?:\/|$)/u;

export function match({ method, path }: Target): Match {
  const trimmed = path.replace(/\/+$/u, '');
  if (method !== 'POST') return BILLED_READS.test(trimmed) ? UNKNOWN : FREE;
  const found = METERED.find(({ ending }) => trimmed.endsWith(ending));
  if (found) return { ...found.match, path };
  return FREE_PATHS.some((pattern) => pattern.test(trimmed)) ? FREE : UNKNOWN;
}

function metered(api: OpenAIApi, operation: string): Omit<Metered, 'path'> {
  return { kind: 'metered', api, operation };
}
