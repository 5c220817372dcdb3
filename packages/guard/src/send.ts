// The second half of a guarded call: send what was admitted, read what comes back, settle.
import type { ResponseFacts, StreamFacts } from '@spendfuse/providers';
import type { Admitted, GuardedCall, Plan, SentChange, Tools } from './call.ts';
import { BudgetExceededError } from './errors.ts';
import { askedOutput, estimatedUsage } from './estimate.ts';
import { Growth } from './growth.ts';
import { bodyMeter, type Meter, streamMeter } from './meter.ts';
import { errorTypeOf, type Outcome, outcomeOfResponse, outcomeOfThrown } from './outcome.ts';
import { Reservation } from './reservation.ts';
import { withBody } from './response.ts';
import { atMost, type Ending, tap } from './tap.ts';
import { ERROR_BUDGET_EXCEEDED } from './telemetry/semconv.ts';
import type { CallTelemetry } from './telemetry/span.ts';

export interface Sending {
  readonly call: GuardedCall;
  readonly plan: Plan;
  readonly telemetry: CallTelemetry;
  readonly admitted: Admitted;
  readonly change: SentChange;
}

/** From here on nothing of ours disturbs the call: whatever fails, the caller gets the response. */
export async function sendReserved(tools: Tools, sending: Sending): Promise<Response> {
  const { call, plan, telemetry, admitted, change } = sending;
  const { id, reservedAtMs, granted } = admitted;
  const { authority, times } = tools;
  const reservation = new Reservation({
    authority,
    id,
    call: plan.call,
    reservedAtMs,
    ttlMs: times.ttlMs,
    extendEveryMs: granted ? times.extendEveryMs : undefined,
  });
  const settling: Settling = { tools, plan, admitted, reservation, telemetry };
  const wasAborted = call.request.signal?.aborted === true;
  let response: Response;
  try {
    response = await telemetry.run(() => call.send(change));
  } catch (error) {
    const outcome: Outcome = wasAborted
      ? { kind: 'unbilled', sent: false }
      : outcomeOfThrown(error);
    const errorType = errorTypeOf(error);
    const settled = settle(settling, { outcome, errorType, isCut: false, isWhole: false });
    await atMost(times.closeWaitMs, settled);
    throw error;
  }
  return metered(response, { ...settling, call, didAsk: change.bodyText !== undefined });
}

interface Metering extends Settling {
  readonly call: GuardedCall;
  /** The request was changed. */
  readonly didAsk: boolean;
}

/** The response with a body that is read as it passes. */
async function metered(response: Response, metering: Metering): Promise<Response> {
  const { tools, plan, telemetry, call, didAsk } = metering;
  const { status, body } = response;
  const type = response.headers.get('content-type') ?? '';
  const isStream = type.includes('event-stream') || (plan.facts.stream && !type.includes('json'));
  const growth = isStream && status < 400 ? growthOf(metering) : undefined;
  const meterOptions = {
    provider: call.provider,
    api: call.match.api,
    hidesUsage: didAsk && plan.facts.wantsUsageOption,
    onEvent: (output: string) => {
      telemetry.chunk();
      growth?.take(output);
    },
  };
  const meter = isStream ? streamMeter(meterOptions) : bodyMeter(meterOptions);
  const finish = once((ending: Ending) =>
    settle(metering, ended({ meter, status, isStream, ending })),
  );
  const { idleMs, closeWaitMs } = tools.times;
  try {
    if (!body) throw new TypeError('no body to read');
    const mayGoOn = growth && (() => stopOf(growth, { meter, choices: plan.facts.choices }));
    const tapped = tap({ source: body, meter, finish, idleMs, closeWaitMs, mayGoOn });
    return withBody(response, tapped);
  } catch {
    // No body, or one that is already being read: the caller gets what there is.
    await atMost(closeWaitMs, finish('ended'));
    return response;
  }
}

/** Undefined: all that the call can become is held. */
function growthOf({ tools, plan, admitted, reservation }: Metering): Growth | undefined {
  const heldTokens = admitted.granted?.heldOutputTokens;
  if (heldTokens === undefined) return undefined;
  const { tokens } = tools;
  const { model } = plan.call;
  // Loading it takes a while, and it will be needed.
  tokens.count({ model, texts: [] }).catch(() => {});
  return new Growth({
    heldTokens,
    mostTokens: askedOutput(plan, admitted) ?? Infinity,
    extend: async (outputTokens) => {
      const answer = await reservation.grow(outputTokens);
      return answer.kind === 'denied' ? answer : answer.held.tokens - admitted.inputTokens;
    },
    count: (text) => tokens.countIfLoaded({ model, texts: [text] }),
    countExactly: (text) => tokens.count({ model, texts: [text] }),
  });
}

interface Stopping {
  readonly meter: Meter;
  readonly choices: number;
}

/** The error that ends the stream; undefined: it may go on, or has said all it had to say. */
async function stopOf(
  growth: Growth,
  { meter, choices }: Stopping,
): Promise<BudgetExceededError | undefined> {
  const denied = meter.isTerminal ? undefined : await growth.check();
  if (!denied || meter.facts().finishReasons.length >= choices) return undefined;
  return new BudgetExceededError(denied, { isCut: true });
}

interface Ended {
  readonly meter: Meter;
  readonly status: number;
  readonly isStream: boolean;
  readonly ending: Ending;
}

/** What a stream ended by, where it did not end by itself. */
const LOST: Partial<Record<Ending, string>> = {
  failed: 'connection_lost',
  cut: ERROR_BUDGET_EXCEEDED,
};

function ended({ meter, status, isStream, ending }: Ended): Settled {
  const facts = meter.facts();
  const lost = LOST[ending];
  const isWhole = ending === 'ended' || ending === 'terminal';
  return {
    outcome: outcomeOfResponse({ status, facts, isWhole }),
    facts,
    bytes: meter.bytes,
    errorType: status >= 400 ? (facts.errorType ?? String(status)) : (facts.errorType ?? lost),
    isCut: isStream && facts.finishReasons.length === 0,
    isWhole,
  };
}

interface Settling {
  readonly tools: Tools;
  readonly plan: Plan;
  readonly admitted: Admitted;
  readonly reservation: Reservation;
  readonly telemetry: CallTelemetry;
}

interface Settled {
  readonly outcome: Outcome;
  readonly facts?: ResponseFacts | StreamFacts;
  /** Of the body, as far as it came. */
  readonly bytes?: number;
  readonly errorType: string | undefined;
  /** A stream without its last event. */
  readonly isCut: boolean;
  /** The response came to its end. */
  readonly isWhole: boolean;
}

/** Never rejects. */
async function settle(settling: Settling, settled: Settled): Promise<void> {
  const { reservation, telemetry } = settling;
  const { outcome, facts, errorType, isCut } = settled;
  const end = { response: facts, errorType, isCut };
  try {
    if (outcome.kind === 'unbilled') {
      await reservation.release(outcome.sent);
      telemetry.end({ ...end, usage: undefined, usageSource: undefined, committed: undefined });
      return;
    }
    const isReported = outcome.kind === 'reported';
    const usage = isReported
      ? outcome.usage
      : await estimatedUsage({ ...settled, ...settling, tokens: settling.tools.tokens });
    const usageSource = isReported ? 'provider' : 'estimated';
    const { model: responseModel, tier } = facts ?? {};
    const committed = await reservation.commit({ usage, usageSource, responseModel, tier });
    telemetry.end({ ...end, usage, usageSource, committed });
  } catch {
    // Only telemetry is left to fail here, and the call is over.
  }
}

function once<A>(fn: (argument: A) => Promise<void>): (argument: A) => Promise<void> {
  let result: Promise<void> | undefined;
  return (argument) => (result ??= fn(argument));
}
