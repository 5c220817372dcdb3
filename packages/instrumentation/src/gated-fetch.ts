// A fetch with a gate before it, through which requests to known hosts go.
import type { Gate } from './gate.ts';
import { type Fetch, type Given, type Outgoing, readOutgoing, urlOf } from './outgoing.ts';

export function gatedFetch(fetch: Fetch, gate: Gate): Fetch {
  return async (input, init) => {
    const url = urlOf(input);
    const outgoing = url && gate.isFor(url) ? readSafely(fetch, { input, init, url }) : undefined;
    return outgoing ? gate.fetch(outgoing) : fetch(input, init);
  };
}

/** What cannot be read goes to the original untouched, and gets its error. */
function readSafely(fetch: Fetch, given: Given): Outgoing | undefined {
  try {
    return readOutgoing(fetch, given);
  } catch {
    return undefined;
  }
}
