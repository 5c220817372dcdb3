// Which paths of the Parrot API are metered, which are free, and which bill in ways not known here.
import type { Match, Target } from '../provider.ts';

/** Requests that send something and yet run no model. */
const FREE = /\/v1\/(?:count|voices)(?:\/|$)/u;

export function match({ method, path }: Target): Match {
  if (method !== 'POST') return { kind: 'free' };
  // By the end of the path: gateways put a prefix of their own in front of it.
  const trimmed = path.replace(/\/+$/u, '');
  if (trimmed.endsWith('/v1/say')) return { kind: 'metered', api: 'say', operation: 'chat', path };
  return { kind: FREE.test(trimmed) ? 'free' : 'unknown' };
}
