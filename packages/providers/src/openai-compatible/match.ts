// Which paths are metered, which are free, and which bill in ways not known here.
import type { Match, Metered, Target } from '../provider.ts';

/** A metered API, by the end of its path: gateways put their own prefix in front of it. */
export interface Endpoint extends Pick<Metered, 'api' | 'operation'> {
  readonly ending: string;
}

export interface Routes {
  /** The first that fits: the longer of two endings comes before the shorter. */
  readonly metered: readonly Endpoint[];
  /** Requests that send something and yet run no model. */
  readonly free: readonly RegExp[];
  /** Opening one of these bills although it only reads. */
  readonly billedReads?: RegExp | undefined;
}

export const TEXT_ENDPOINTS: readonly Endpoint[] = [
  { ending: '/chat/completions', api: 'chat.completions', operation: 'chat' },
  { ending: '/responses', api: 'responses', operation: 'chat' },
  { ending: '/completions', api: 'completions', operation: 'text_completion' },
  { ending: '/embeddings', api: 'embeddings', operation: 'embeddings' },
];

const UNKNOWN: Match = { kind: 'unknown' };
const FREE: Match = { kind: 'free' };

export function match({ method, path }: Target, { metered, free, billedReads }: Routes): Match {
  const trimmed = path.replace(/\/+$/u, '');
  if (method !== 'POST') return billedReads?.test(trimmed) ? UNKNOWN : FREE;
  const found = metered.find(({ ending }) => trimmed.endsWith(ending));
  if (found) return { kind: 'metered', api: found.api, operation: found.operation, path };
  return free.some((pattern) => pattern.test(trimmed)) ? FREE : UNKNOWN;
}
