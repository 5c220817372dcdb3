// One guarded call: bound, reserve, rewrite, send, tap, settle, tell.
import { SpendfuseError, withUngoverned } from '@spendfuse/core';
import type { JsonObject, RequestChange } from '@spendfuse/providers';
import { admit, refuseUndecided } from './admit.ts';
import type {
  Admitted,
  GuardedCall,
  GuardOptions,
  GuardTimes,
  Plan,
  RequestBody,
  SentChange,
  Tools,
} from './call.ts';
import { callLabels } from './context.ts';
import { sendReserved } from './send.ts';
import { spend, type Spending, type Spent } from './spend.ts';
import type { CallTelemetry } from './telemetry/telemetry.ts';

const DEFAULT_TIMES: GuardTimes = {
  maxWaitMs: 30_000,
  ttlMs: 120_000,
  extendEveryMs: 30_000,
  idleMs: 120_000,
  closeWaitMs: 250,
};

export interface Guard {
  /**
   * @throws BudgetExceededError where a budget refuses; the request is not sent then. Otherwise
   * resolves and rejects as `send` does.
   */
  call(call: GuardedCall): Promise<Response>;
  /**
   * Runs `fn`, for which a reservation is held until it is over.
   * @throws BudgetExceededError where a budget refuses; `fn` is not run then. Otherwise resolves and
   * rejects as `fn` does.
   */
  spend<T>(spending: Spending, fn: (spent: Spent) => T | Promise<T>): Promise<T>;
  /** What happens to a call that cannot even be read, as `onUnavailable` says: throws or returns. */
  undecided(cause: unknown): Promise<void>;
}

export function createGuard(options: GuardOptions): Guard {
  const { onUnavailable, grace, ...rest } = options;
  const policy = { onUnavailable, grace, now: Date.now };
  const tools: Tools = {
    ...rest,
    authority: withUngoverned(options.authority, policy),
    times: { ...DEFAULT_TIMES, ...options.times },
  };
  return {
    call: (call) => guardedCall(tools, call),
    spend: (spending, fn) => spend(tools, spending, fn),
    undecided: (cause) => refuseUndecided(tools, cause),
  };
}

async function guardedCall(tools: Tools, call: GuardedCall): Promise<Response> {
  const { request, send } = call;
  let plan: Plan;
  let telemetry: CallTelemetry;
  try {
    plan = planOf(tools, call);
    telemetry = tools.telemetry.begin({ call: plan.call, facts: plan.facts, url: request.url });
  } catch (error) {
    await refuseUndecided(tools, error);
    return send({});
  }
  const admitted = await admit(tools, { plan, telemetry, signal: request.signal });
  const change = changeFor(call, plan, admitted);
  return sendReserved(tools, { call, plan: asSent(plan, admitted), telemetry, admitted, change });
}

/** @throws SpendfuseError where the request cannot be understood. */
function planOf(tools: Tools, { provider, match, request }: GuardedCall): Plan {
  const body = parsed(request.body);
  const asked = provider.request(match, body);
  const facts = request.isFixed ? { ...asked, ...UNCHANGEABLE } : asked;
  const labels = callLabels(tools);
  return {
    call: { labels, provider: provider.name, model: facts.model, operation: match.operation },
    body,
    facts,
    input: provider.bound(match, body),
  };
}

const UNCHANGEABLE = { clampable: false, downgradable: false, wantsUsageOption: false };

function parsed(given: RequestBody): JsonObject {
  if (given.kind === 'form') return given.fields;
  const body: unknown = JSON.parse(given.text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SpendfuseError({ code: 'INVALID_ARGUMENT', message: 'the body is no JSON object' });
  }
  return body as JsonObject;
}

/** With the model that the grant puts in the place of the one asked for. */
function asSent(plan: Plan, { granted }: Admitted): Plan {
  if (granted?.model === undefined) return plan;
  return { ...plan, call: { ...plan.call, model: granted.model } };
}

/** Clamped or to another model where the grant says so, asking for usage where a stream does not. */
function changeFor(
  { provider, match, request }: GuardedCall,
  plan: Plan,
  admitted: Admitted,
): SentChange {
  const { maxOutputTokens, model } = admitted.granted ?? {};
  const { wantsUsageOption: includeUsage } = plan.facts;
  if (request.body.kind === 'form' || request.isFixed) return {};
  if (maxOutputTokens === undefined && model === undefined && !includeUsage) return {};
  const change: RequestChange = { model, maxOutputTokens, includeUsage };
  const { body, path } = provider.rewrite(match, plan.body, change);
  return { bodyText: JSON.stringify(body), path };
}
