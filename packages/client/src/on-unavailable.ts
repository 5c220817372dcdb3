// What becomes of a call when there is no decision to be had: denied, or let through ungoverned.
import {
  type BudgetAuthority,
  type Decision,
  type Held,
  type ReserveRequest,
  SpendfuseError,
} from '@spendfuse/core';
import type { Log } from './log.ts';

export type OnUnavailable = 'allow' | 'deny';

export interface PolicyOptions {
  readonly onUnavailable: OnUnavailable;
  readonly log?: Log | undefined;
  /** Wall clock in ms. */
  readonly now: () => number;
}

export interface GovernedByPolicy extends BudgetAuthority {
  /** Calls let through without a decision. */
  ungovernedCalls(): number;
}

/** What the domain gives a reservation that names no time. */
const DEFAULT_TTL_MS = 120_000;
const NOTHING_HELD: Held = { costNanoUsd: undefined, tokens: 0 };
/** Calls whose end is still awaited; the oldest are forgotten beyond it. */
const MAX_REMEMBERED = 10_000;

/**
 * Puts the policy before an authority whose `commit` delivers sooner or later. An ungoverned call is
 * a grant that holds nothing; its commit brings the call along, so that an authority that knows
 * nothing of it counts it nevertheless. One warning for each absence.
 */
export function withPolicy(authority: BudgetAuthority, options: PolicyOptions): GovernedByPolicy {
  const { onUnavailable, log, now } = options;
  const ungoverned = new Map<string, ReserveRequest['call'] & { readonly reservedAtMs: number }>();
  let count = 0;
  let warned = false;

  const decide = (request: ReserveRequest, startedMs: number): Decision => {
    const waitedMs = Math.max(0, now() - startedMs);
    if (onUnavailable === 'deny') {
      return { kind: 'denied', reason: 'UNAVAILABLE', refusals: [], waitedMs };
    }
    count += 1;
    ungoverned.set(request.id, { ...request.call, reservedAtMs: startedMs });
    if (ungoverned.size > MAX_REMEMBERED) ungoverned.delete(oldest(ungoverned));
    return {
      kind: 'granted',
      id: request.id,
      expiresAtMs: now() + (request.ttlMs ?? DEFAULT_TTL_MS),
      held: NOTHING_HELD,
      waitedMs,
      shadow: [],
    };
  };

  return {
    reserve: async (request) => {
      const startedMs = now();
      try {
        const decision = await authority.reserve(request);
        warned = false;
        return decision;
      } catch (error) {
        if (!isNoDecision(error)) throw error;
        if (!warned) log?.warn(WARNINGS[onUnavailable], { reason: error.message });
        warned = true;
        return decide(request, startedMs);
      }
    },
    commit: (request) => {
      const call = ungoverned.get(request.id);
      if (!call) return authority.commit(request);
      ungoverned.delete(request.id);
      return authority.commit({ ...request, call });
    },
    release: (request) => {
      ungoverned.delete(request.id);
      return authority.release(request);
    },
    extend: async (request) =>
      ungoverned.has(request.id)
        ? { kind: 'extended', expiresAtMs: now() + request.ttlMs, held: NOTHING_HELD }
        : authority.extend(request),
    record: (request) => authority.record(request),
    balances: (query) => authority.balances(query),
    watch: (query, signal) => authority.watch(query, signal),
    ungovernedCalls: () => count,
  };
}

const WARNINGS = {
  allow: 'no decision to be had; calls go on ungoverned',
  deny: 'no decision to be had; calls are denied',
};

/** Bad input stays an error: no policy makes it right. */
function isNoDecision(error: unknown): error is SpendfuseError {
  if (!(error instanceof SpendfuseError)) return true;
  return ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL'].includes(error.code);
}

function oldest(map: ReadonlyMap<string, unknown>): string {
  return map.keys().next().value ?? '';
}
