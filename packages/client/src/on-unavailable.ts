// What becomes of a call when there is no decision to be had: the policy, for users of the client.
import {
  type BudgetAuthority,
  type Decision,
  type ReserveRequest,
  SpendfuseError,
  type Ungoverned,
  type UngovernedOptions,
  withUngoverned,
} from '@spendfuse/core';
import type { Log } from './log.ts';

export interface PolicyOptions extends UngovernedOptions {
  readonly log?: Log | undefined;
  /** The policy has spoken, in the place of the authority. */
  readonly onDecided?: ((id: string, decision: Decision) => void) | undefined;
}

/** Puts the policy before an authority whose `commit` delivers sooner or later. One warning for each absence. */
export function withPolicy(authority: BudgetAuthority, options: PolicyOptions): Ungoverned {
  const { onUnavailable, log, now } = options;
  const ungoverned = withUngoverned(authority, options);
  let warned = false;
  const decide = (request: ReserveRequest, startedMs: number): Decision => {
    const decision = ungoverned.decide(request);
    options.onDecided?.(request.id, decision);
    if (decision.kind === 'refine') return decision;
    return { ...decision, waitedMs: Math.max(0, now() - startedMs) };
  };
  const decided = (decision: Decision): Decision => {
    warned = false;
    return decision;
  };
  return {
    ...ungoverned,
    // Without `await`: it would cost more than all else that is done here for a call.
    reserve: (request) => {
      const startedMs = now();
      return ungoverned.reserve(request).then(decided, (error: unknown) => {
        if (!isNoDecision(error)) throw error;
        if (!warned) log?.warn(WARNINGS[onUnavailable], { reason: error.message });
        warned = true;
        return decide(request, startedMs);
      });
    },
  };
}

const WARNINGS = {
  allow: 'no decision to be had; calls go on ungoverned',
  deny: 'no decision to be had; calls are denied',
  grace: 'no decision to be had; calls go on ungoverned as far as grace allows',
};

/** Bad input stays an error: no policy makes it right. */
function isNoDecision(error: unknown): error is SpendfuseError {
  if (!(error instanceof SpendfuseError)) return true;
  return ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL'].includes(error.code);
}
