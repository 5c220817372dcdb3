// One guarded call: bound, reserve (count exactly if asked to), clamp, send, tap, settle, tell.
import {
  type BudgetAuthority,
  type Call,
  type Decision,
  type Denied,
  type Granted,
  type Labels,
  mintId,
  SpendfuseError,
} from '@spendfuse/core';
import type {
  CountableInput,
  JsonObject,
  Match,
  Provider,
  RequestChange,
  RequestFacts,
} from '@spendfuse/providers';
import { currentLabels } from './context.ts';
import { BudgetExceededError } from './errors.ts';
import { untraced } from './reservation.ts';
import { sendReserved } from './send.ts';
import { atMost } from './tap.ts';
import type { CallTelemetry, Telemetry } from './telemetry/span.ts';
import type { TokenCounter } from './tokens.ts';

/** What happens to a call when no decision is to be had. */
export type OnUnavailable = 'allow' | 'deny';

export interface GuardOptions {
  readonly authority: BudgetAuthority;
  readonly telemetry: Telemetry;
  readonly tokens: TokenCounter;
  /** Labels of the whole process; those of `runAs` go over them. */
  readonly labels: Labels;
  readonly onUnavailable: OnUnavailable;
  /** Told of calls that go out without a decision. Must not throw. */
  readonly onUndecided?: ((error: SpendfuseError) => void) | undefined;
  readonly times?: Partial<GuardTimes> | undefined;
}

/** In ms. */
export interface GuardTimes {
  /** How long a reserve may wait for room; default 30 s. */
  readonly maxWaitMs: number;
  /** How long a reservation lives unless it is extended; default 2 min. */
  readonly ttlMs: number;
  /** Default 30 s. */
  readonly extendEveryMs: number;
  /** A body that nobody has read for so long is over; default 120 s. */
  readonly idleMs: number;
  /** How long the end of a response waits for its commit; default 250. */
  readonly closeWaitMs: number;
}

const DEFAULT_TIMES: GuardTimes = {
  maxWaitMs: 30_000,
  ttlMs: 120_000,
  extendEveryMs: 30_000,
  idleMs: 120_000,
  closeWaitMs: 250,
};

export interface GuardedCall {
  readonly provider: Provider;
  readonly match: Extract<Match, { readonly kind: 'metered' }>;
  readonly request: GuardedRequest;
  /** Sends the request with this body: that of the request, or one with a few fields changed. */
  readonly send: (bodyText: string) => Promise<Response>;
}

export interface GuardedRequest {
  readonly url: URL;
  readonly bodyText: string;
  /** Ends the wait for a decision. */
  readonly signal?: AbortSignal | undefined;
}

export interface Guard {
  /**
   * @throws BudgetExceededError where a budget refuses; the request is not sent then. Otherwise
   * resolves and rejects as `send` does.
   */
  call(call: GuardedCall): Promise<Response>;
  /** What happens to a call that cannot even be read, as `onUnavailable` says: throws or returns. */
  undecided(cause: unknown): Promise<void>;
}

export type Tools = GuardOptions & { readonly times: GuardTimes };

/** A request as it was understood. */
export interface Plan {
  readonly call: Call;
  readonly body: JsonObject;
  readonly facts: RequestFacts;
  readonly input: CountableInput;
}

/** What a call may do: with a reservation, or (policy `allow`) without. */
export interface Admitted {
  readonly id: string;
  readonly reservedAtMs: number;
  /** Undefined where no decision was to be had. */
  readonly granted: Granted | undefined;
  readonly inputTokens: number;
}

export function createGuard(options: GuardOptions): Guard {
  const tools: Tools = { ...options, times: { ...DEFAULT_TIMES, ...options.times } };
  return {
    call: (call) => guardedCall(tools, call),
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
    return send(request.bodyText);
  }
  const admitted = await admit(tools, { plan, telemetry, signal: request.signal });
  return sendReserved(tools, {
    call,
    plan,
    telemetry,
    admitted,
    bodyText: bodyFor(call, plan, admitted),
  });
}

/** @throws SpendfuseError where the request cannot be understood. */
function planOf(tools: Tools, { provider, match, request }: GuardedCall): Plan {
  const body: unknown = JSON.parse(request.bodyText);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SpendfuseError({ code: 'INVALID_ARGUMENT', message: 'the body is no JSON object' });
  }
  const json = body as JsonObject;
  const facts = provider.request(match.api, json);
  const labels = currentLabels(tools.labels);
  return {
    call: { labels, provider: provider.name, model: facts.model, operation: match.operation },
    body: json,
    facts,
    input: provider.bound(match.api, json),
  };
}

interface Asking {
  readonly plan: Plan;
  readonly telemetry: CallTelemetry;
  readonly signal: AbortSignal | undefined;
}

/** @throws BudgetExceededError, or the reason of the signal. */
async function admit(tools: Tools, { plan, telemetry, signal }: Asking): Promise<Admitted> {
  let asked: Asked;
  try {
    asked = await ask(tools, { plan, signal });
  } catch (error) {
    if (signal?.aborted) {
      telemetry.end({ ...UNSENT, errorType: 'aborted' });
      throw signal.reason;
    }
    return withoutDecision(tools, { plan, telemetry, error });
  }
  const { decision, ...admitted } = asked;
  if (decision.kind === 'denied') return deny(tools, { denied: decision, telemetry });
  telemetry.granted(decision);
  return { ...admitted, granted: decision };
}

const UNSENT = {
  usage: undefined,
  usageSource: undefined,
  committed: undefined,
  response: undefined,
  isCut: false,
} as const;

interface Asked {
  readonly id: string;
  readonly reservedAtMs: number;
  readonly inputTokens: number;
  readonly decision: Granted | Denied;
}

/** Asks with the cheap bound first, and with an exact count only where a limit depends on it. */
async function ask(
  tools: Tools,
  { plan, signal }: { readonly plan: Plan; readonly signal: AbortSignal | undefined },
): Promise<Asked> {
  const { input } = plan;
  const first = { tokens: input.maxTokens, exact: input.texts.length === 0 };
  const asked = await reserve(tools, { plan, signal, inputBound: first });
  if (asked.decision.kind !== 'refine') return { ...asked, decision: asked.decision };
  const tokens = await exactTokens(tools, plan);
  const again = await reserve(tools, { plan, signal, inputBound: { tokens, exact: true } });
  if (again.decision.kind !== 'refine') return { ...again, decision: again.decision };
  throw new SpendfuseError({ code: 'INTERNAL', message: 'asked to refine an exact count' });
}

/** Never above the cheap bound; that bound itself where the tokenizer fails. */
async function exactTokens({ tokens }: Tools, { call, input }: Plan): Promise<number> {
  try {
    const counted = await tokens.count({ model: call.model, texts: input.texts });
    return Math.min(counted + input.extraTokens, input.maxTokens);
  } catch {
    return input.maxTokens;
  }
}

interface Reserving {
  readonly plan: Plan;
  readonly inputBound: { readonly tokens: number; readonly exact: boolean };
  readonly signal: AbortSignal | undefined;
}

async function reserve(
  { authority, times }: Tools,
  { plan, inputBound, signal }: Reserving,
): Promise<Omit<Asked, 'decision'> & { readonly decision: Decision }> {
  signal?.throwIfAborted();
  const reservedAtMs = Date.now();
  const id = mintId({ nowMs: reservedAtMs, random: crypto.getRandomValues(new Uint8Array(10)) });
  const { maxOutputTokens, choices, clampable } = plan.facts;
  const pending = untraced(() =>
    authority.reserve({
      id,
      call: plan.call,
      estimate: { inputBound, maxOutputTokens, choices, clampable },
      ttlMs: times.ttlMs,
      maxWaitMs: times.maxWaitMs,
    }),
  );
  try {
    const decision = await orAborted(pending, signal);
    return { id, reservedAtMs, inputTokens: inputBound.tokens, decision };
  } catch (error) {
    // Given up by the caller: whatever becomes of the reserve, it must not hold anything.
    if (signal?.aborted) untraced(() => authority.release({ id, sent: false })).catch(() => {});
    throw error;
  }
}

/** The promise, unless the signal aborts first. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

async function withoutDecision(
  tools: Tools,
  input: { readonly plan: Plan; readonly telemetry: CallTelemetry; readonly error: unknown },
): Promise<Admitted> {
  const { plan, telemetry, error } = input;
  if (tools.onUnavailable === 'deny') {
    return deny(tools, { denied: UNAVAILABLE, telemetry, cause: error });
  }
  tools.onUndecided?.(SpendfuseError.from(error));
  telemetry.undecided();
  const reservedAtMs = Date.now();
  const id = mintId({ nowMs: reservedAtMs, random: crypto.getRandomValues(new Uint8Array(10)) });
  return { id, reservedAtMs, granted: undefined, inputTokens: plan.input.maxTokens };
}

const UNAVAILABLE: Denied = {
  kind: 'denied',
  reason: 'UNAVAILABLE',
  refusals: [],
  waitedMs: 0,
};

async function deny(
  { telemetry: all, times }: Tools,
  { denied, telemetry, cause }: Denying,
): Promise<never> {
  telemetry.denied(denied);
  const flushed = all.flush().catch(() => {});
  await atMost(times.closeWaitMs, flushed);
  throw new BudgetExceededError(denied, cause === undefined ? undefined : { cause });
}

interface Denying {
  readonly denied: Denied;
  readonly telemetry: CallTelemetry;
  readonly cause?: unknown;
}

/** No decision and nothing understood: nothing to record either. */
async function refuseUndecided(tools: Tools, cause: unknown): Promise<void> {
  if (tools.onUnavailable === 'deny') throw new BudgetExceededError(UNAVAILABLE, { cause });
  tools.onUndecided?.(SpendfuseError.from(cause));
}

/** The body to send: clamped where the grant says so, asking for usage where a stream does not. */
function bodyFor(
  { provider, match, request }: GuardedCall,
  plan: Plan,
  admitted: Admitted,
): string {
  const maxOutputTokens = admitted.granted?.maxOutputTokens;
  const { wantsUsageOption: includeUsage } = plan.facts;
  if (maxOutputTokens === undefined && !includeUsage) return request.bodyText;
  const change: RequestChange = { maxOutputTokens, includeUsage };
  return JSON.stringify(provider.rewrite(match.api, plan.body, change));
}
