// For programs that the preload's hooks cannot see into, such as bundles: the same guard, given to an SDK.
import type { Fetch } from './outgoing.ts';
import { gatedFetch } from './gated-fetch.ts';
import { threadGate } from './thread-gate.ts';

/**
 * A fetch whose calls to LLM APIs are under budget: `new OpenAI({ fetch: guardedFetch() })`. Settings come
 * from the environment (`SPENDFUSE_ENDPOINT`, `SPENDFUSE_HOSTS`, …), as for the preload; without an
 * endpoint calls pass. A call that the preload guards as well is counted once.
 *
 * `fetch`: what sends; default: `globalThis.fetch` at the time of the call. Where it makes several
 * requests of one, only one is counted: let what retries be outside.
 */
export function guardedFetch(fetch?: Fetch): Fetch {
  return async (input, init) => {
    const sending: Fetch = fetch ?? globalThis.fetch;
    const gate = await threadGate();
    return gate ? gatedFetch(sending, gate)(input, init) : sending(input, init);
  };
}
