// The first half of a guarded call: ask the authority, count exactly if it asks to, or do without it.
import { type Decision, type Denied, type Granted, mintId, SpendfuseError } from '@spendfuse/core';
import type { Admitted, Plan, Tools } from './call.ts';
import { BudgetExceededError } from './errors.ts';
import { untraced } from './reservation.ts';
import { atMost } from './tap.ts';
import type { CallTelemetry } from './telemetry/span.ts';

interface Asking {
  readonly plan: Plan;
  readonly telemetry: CallTelemetry;
  readonly signal: AbortSignal | undefined;
}

/** @throws BudgetExceededError, or the reason of the signal. */
export async function admit(tools: Tools, { plan, telemetry, signal }: Asking): Promise<Admitted> {
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
  const { maxOutputTokens, choices, clampable, downgradable, tier, softInput, webSearches } =
    plan.facts;
  const soft = softInput ? { soft: true } : undefined;
  const pending = untraced(() =>
    authority.reserve({
      id,
      call: plan.call,
      estimate: {
        inputBound: { ...inputBound, ...soft },
        maxOutputTokens,
        choices,
        clampable,
        downgradable,
        tier,
        ...(webSearches > 0 ? { webSearches } : undefined),
      },
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
export async function refuseUndecided(tools: Tools, cause: unknown): Promise<void> {
  if (tools.onUnavailable === 'deny') throw new BudgetExceededError(UNAVAILABLE, { cause });
  tools.onUndecided?.(SpendfuseError.from(cause));
}
