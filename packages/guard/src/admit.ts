// The first half of a guarded call: ask the authority, count exactly if it asks to, or do without it.
import {
  type Decision,
  type Denied,
  formatGrace,
  type Granted,
  mintedAtMs,
  type ReserveRequest,
  SpendfuseError,
} from '@spendfuse/core';
import { atMost } from './at-most.ts';
import type { Admitted, Plan, Tools } from './call.ts';
import { BudgetExceededError } from './errors.ts';
import { newId } from './new-id.ts';
import { ABORTED } from './outcome.ts';
import { untraced } from './reservation.ts';
import type { CallTelemetry } from './telemetry/telemetry.ts';

interface Asking {
  readonly plan: Plan;
  readonly telemetry: CallTelemetry;
  readonly signal: AbortSignal | undefined;
}

/** @throws BudgetExceededError, or the reason of the signal. */
export async function admit(tools: Tools, { plan, telemetry, signal }: Asking): Promise<Admitted> {
  let asked: Asked;
  try {
    asked = await ask(tools, { plan, decide: (request) => reserve(tools, request, signal) });
  } catch (error) {
    if (signal?.aborted) {
      telemetry.end({ ...UNSENT, errorType: ABORTED });
      throw signal.reason;
    }
    return withoutDecision(tools, { plan, telemetry, error });
  }
  const { decision, ...admitted } = asked;
  if (decision.kind === 'denied') return deny(tools, { denied: decision, plan, telemetry });
  if (decision.ungoverned) {
    telemetry.undecided(decision.ungoverned);
    return { ...admitted, granted: undefined };
  }
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

interface Deciding {
  readonly plan: Plan;
  readonly decide: (request: ReserveRequest) => Decision | Promise<Decision>;
}

/** Asks with the cheap bound first, and with an exact count only where a limit depends on it. */
async function ask(tools: Tools, { plan, decide }: Deciding): Promise<Asked> {
  const { input } = plan;
  const inputBound = { tokens: input.maxTokens, exact: input.texts.length === 0 };
  const first = requestOf(tools, { plan, inputBound });
  const decision = await decide(first);
  if (decision.kind !== 'refine') return askedOf(first, decision);
  const tokens = await exactTokens(tools, plan);
  const again = requestOf(tools, { plan, inputBound: { tokens, exact: true } });
  const decisionAgain = await decide(again);
  if (decisionAgain.kind !== 'refine') return askedOf(again, decisionAgain);
  throw new SpendfuseError({ code: 'INTERNAL', message: 'asked to refine an exact count' });
}

function askedOf({ id, estimate }: ReserveRequest, decision: Granted | Denied): Asked {
  return { id, reservedAtMs: mintedAtMs(id), inputTokens: estimate.inputBound.tokens, decision };
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

interface Requesting {
  readonly plan: Plan;
  readonly inputBound: { readonly tokens: number; readonly exact: boolean };
}

function requestOf({ times }: Tools, { plan, inputBound }: Requesting): ReserveRequest {
  const { maxOutputTokens, choices, clampable, downgradable, tier, softInput, webSearches } =
    plan.facts;
  const soft = softInput ? { soft: true } : undefined;
  return {
    id: newId(),
    call: plan.call,
    estimate: {
      inputBound: { ...inputBound, ...soft },
      maxOutputTokens,
      choices,
      clampable,
      downgradable,
      tier,
      ...(webSearches > 0 ? { webSearches } : undefined),
      ...(plan.amounts ? { amounts: plan.amounts } : undefined),
    },
    ttlMs: times.ttlMs,
    maxWaitMs: times.maxWaitMs,
  };
}

async function reserve(
  { authority }: Tools,
  request: ReserveRequest,
  signal: AbortSignal | undefined,
): Promise<Decision> {
  signal?.throwIfAborted();
  const { id } = request;
  const pending = untraced(() => authority.reserve(request));
  try {
    return await orAborted(pending, signal);
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

/** As the policy says: it is asked like an authority. */
async function withoutDecision(
  tools: Tools,
  input: { readonly plan: Plan; readonly telemetry: CallTelemetry; readonly error: unknown },
): Promise<Admitted> {
  const { plan, telemetry, error: cause } = input;
  const decide = (request: ReserveRequest): Decision => tools.authority.decide(request);
  const { decision, ...admitted } = await ask(tools, { plan, decide });
  if (decision.kind === 'denied') {
    return deny(tools, { denied: decision, plan, telemetry, cause: withGrace(tools, cause) });
  }
  tools.onUndecided?.(SpendfuseError.from(cause));
  telemetry.undecided(decision.ungoverned ?? 'allow');
  return { ...admitted, granted: undefined };
}

/** There is another reason then: the authority is away, and grace does not reach any more. */
function withGrace({ authority: { grace } }: Tools, cause: unknown): unknown {
  if (!grace) return cause;
  const { code, message: why } = SpendfuseError.from(cause);
  const message = `${why}; what is left of its grace (${formatGrace(grace)}) does not cover it`;
  return new SpendfuseError({ code, message, cause });
}

const UNAVAILABLE: Denied = {
  kind: 'denied',
  reason: 'UNAVAILABLE',
  refusals: [],
  waitedMs: 0,
};

async function deny(
  { telemetry: all, times }: Tools,
  { denied, plan, telemetry, cause }: Denying,
): Promise<never> {
  telemetry.denied(denied);
  const flushed = all.flush().catch(() => {});
  await atMost(times.closeWaitMs, flushed);
  const { provider, model } = plan.call;
  const why = cause === undefined ? {} : { cause };
  throw new BudgetExceededError(denied, { call: { provider, model }, ...why });
}

interface Denying {
  readonly denied: Denied;
  readonly plan: Plan;
  readonly telemetry: CallTelemetry;
  readonly cause?: unknown;
}

/** No decision and nothing understood: nothing to record either. */
export async function refuseUndecided(tools: Tools, cause: unknown): Promise<void> {
  if (!tools.authority.passesUnread()) throw new BudgetExceededError(UNAVAILABLE, { cause });
  tools.onUndecided?.(SpendfuseError.from(cause));
}
