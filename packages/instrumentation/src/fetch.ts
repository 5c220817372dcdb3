// The base layer: a fetch that puts calls to known LLM APIs under guard and passes all others on.
import { gatedFetch } from './gated-fetch.ts';
import { createGate, type GateOptions } from './gate.ts';
import type { Fetch } from './outgoing.ts';

export interface GuardedFetchOptions extends GateOptions {
  /** The fetch that sends. */
  readonly fetch: Fetch;
}

/** Shaped like `fetch`; rejects with BudgetExceededError where a budget refuses. */
export function createGuardedFetch({ fetch, ...options }: GuardedFetchOptions): Fetch {
  return gatedFetch(fetch, createGate(options));
}
