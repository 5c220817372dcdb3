// What an authority tells of what happens in it.
import type { Call, Committed, Decision, Held, SpendfuseError, Usage } from '@spendfuse/core';

/** What happened, for metrics and logs. Durations are from the request to its durable answer. */
export type AuthorityEvent =
  | {
      readonly kind: 'decision';
      readonly call: Call;
      readonly decision: Decision;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'commit';
      readonly call: Call;
      readonly usage: Usage;
      readonly committed: Committed;
      /**
       * By the reservation when the call ended; undefined for a record. Against what was used it is
       * the error of the estimate.
       */
      readonly held: Held | undefined;
      readonly durationMs: number;
    }
  | { readonly kind: 'expire'; readonly call: Call }
  | { readonly kind: 'unpriced'; readonly call: Call }
  | { readonly kind: 'failure'; readonly verb: string; readonly error: SpendfuseError };
