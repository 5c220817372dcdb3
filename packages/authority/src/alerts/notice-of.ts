// From the authority's events to the notices they are worth.
import type { AuthorityEvent } from '../event.ts';
import type { Notice } from './alert.ts';

/** Undefined: nothing that anybody has to hear of. */
export function noticeOf(event: AuthorityEvent): Notice | undefined {
  switch (event.kind) {
    case 'decision': {
      const { decision, call } = event;
      const refusal = decision.kind === 'denied' ? decision.refusals[0] : undefined;
      if (decision.kind !== 'denied' || !refusal) return undefined;
      const { budget, scope, unit, window, limit, committed, reserved, requested } = refusal;
      const { provider, model } = call;
      const { reason } = decision;
      const { resetAtMs } = refusal;
      const facts = { budget, scope, unit, window, limit, committed, reserved, resetAtMs };
      return { event: 'denied', ...facts, reason, requested, provider, model, count: 1 };
    }
    case 'commit': {
      const { overrunNanoUsd } = event.committed;
      if (overrunNanoUsd <= 0) return undefined;
      return { event: 'overrun', ...modelOf(event), overrunNanoUsd };
    }
    case 'expire':
      return { event: 'expired', ...modelOf(event) };
    case 'unpriced':
      return { event: 'unpriced', ...modelOf(event) };
    default:
      return undefined;
  }
}

function modelOf({ call }: { readonly call: { provider: string; model: string } }) {
  return { provider: call.provider, model: call.model, count: 1 };
}
