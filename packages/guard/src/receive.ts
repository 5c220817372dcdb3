// What comes back for a guarded call: a response whose body is read as it passes.
import type { GuardedCall } from './call.ts';
import { BudgetExceededError } from './errors.ts';
import { atMost } from './at-most.ts';
import { askedOutput } from './estimate.ts';
import { Growth } from './growth.ts';
import { bodyMeter, lengthMeter, type Meter, type MeterOptions, streamMeter } from './meter.ts';
import { type BodyKind, framingOf } from './framing.ts';
import { ABORTED, countableFacts, errorTypeOf, outcomeOfResponse } from './outcome.ts';
import type { Ending, Finish } from './open-body.ts';
import { withBody } from './response.ts';
import { settle, type Settled, type Settling } from './settle.ts';
import { tap } from './tap.ts';
import { ERROR_BUDGET_EXCEEDED } from './telemetry/semconv.ts';

export interface Receiving extends Settling {
  readonly call: GuardedCall;
  /** The request was changed. */
  readonly didAsk: boolean;
}

/** Never rejects: where the body cannot be tapped, the response is returned as it came. */
export async function receive(response: Response, receiving: Receiving): Promise<Response> {
  const { tools, plan, telemetry, call, didAsk } = receiving;
  const { status, body } = response;
  const { kind, splitter } = framingOf(response.headers, plan.facts.stream);
  const isStream = kind === 'stream';
  const growth = isStream && status < 400 ? growthOf(receiving) : undefined;
  const hidesUsage = isStream && didAsk && plan.facts.wantsUsageOption;
  const meter = METERS[kind]({
    provider: call.provider,
    api: call.match.api,
    headers: response.headers,
    splitter,
    hidesUsage,
    onEvent: (output) => {
      telemetry.chunk();
      growth?.take(output);
    },
  });
  const { signal } = call.request;
  const finish = once((ending, error) =>
    settle(receiving, ended({ meter, status, isStream, ending, error, signal })),
  );
  const { closeWaitMs } = tools.times;
  const idleMs = status >= 400 ? Math.min(ERROR_IDLE_MS, tools.times.idleMs) : tools.times.idleMs;
  try {
    if (!body) throw new TypeError('no body to read');
    const mayGoOn = growth && (() => stopOf(growth, { meter, choices: plan.facts.choices }));
    const tapped = tap({ source: body, meter, finish, idleMs, closeWaitMs, mayGoOn });
    const received = withBody(response, tapped);
    // What is kept back was counted in it.
    if (hidesUsage) received.headers.delete('content-length');
    return received;
  } catch {
    // No body, or one that is already being read: the caller gets what there is.
    await atMost(closeWaitMs, finish('ended'));
    return response;
  }
}

/** Some SDKs leave the body of an error unread, which is no reason to hold anything. */
const ERROR_IDLE_MS = 1000;

const METERS: Readonly<Record<BodyKind, (options: MeterOptions) => Meter>> = {
  stream: streamMeter,
  json: bodyMeter,
  other: lengthMeter,
};

/** Undefined: all that the call can become is held. */
function growthOf({ tools, plan, admitted, reservation }: Receiving): Growth | undefined {
  const heldTokens = admitted.granted?.heldOutputTokens;
  if (heldTokens === undefined) return undefined;
  const { tokens, times } = tools;
  const { model } = plan.call;
  // Loading it takes a while, and it will be needed.
  tokens.count({ model, texts: [] }).catch(() => {});
  return new Growth({
    heldTokens,
    mostTokens: askedOutput(plan, admitted) ?? Infinity,
    waitMs: times.closeWaitMs,
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
  readonly error: unknown;
  readonly signal: AbortSignal | undefined;
}

function ended({ meter, status, isStream, ending, error, signal }: Ended): Settled {
  const read = meter.facts();
  const facts = countableFacts(read);
  const isWhole = ending === 'ended' || ending === 'terminal';
  const hasUnread = meter.hasUnread || facts !== read;
  const received = { status, facts, ending, bytes: meter.bytes, hasUnread };
  const own = status >= 400 ? (facts.errorType ?? String(status)) : facts.errorType;
  return {
    outcome: outcomeOfResponse({ status, facts, isWhole }),
    received,
    errorType: own ?? lossOf(ending, { error, signal }),
    isCut: isStream && facts.finishReasons.length === 0,
  };
}

/** What a body ended by, where it did not end by itself and nobody wanted it to end. */
function lossOf(
  ending: Ending,
  { error, signal }: Pick<Ended, 'error' | 'signal'>,
): string | undefined {
  if (ending === 'cut') return ERROR_BUDGET_EXCEEDED;
  if (ending !== 'failed') return undefined;
  // A caller that has seen enough aborts or cancels, as its SDK likes: neither is an error.
  const errorType = errorTypeOf(error, signal);
  return errorType === ABORTED ? undefined : errorType;
}

function once(finish: Finish): Finish {
  let result: Promise<void> | undefined;
  return (ending, error) => (result ??= finish(ending, error));
}
