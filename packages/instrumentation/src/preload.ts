// What the preload loads at the first call to an LLM API.
import { eventualFetch } from './patch.ts';
import type { Fetch } from './outgoing.ts';
import { startGuardedFetch } from './runtime.ts';

/** The fetch to use from now on: guarded, or as given where there is nobody to ask. */
export function start(fetch: Fetch): Fetch {
  return eventualFetch(startGuardedFetch({ fetch, env: process.env }), fetch);
}
