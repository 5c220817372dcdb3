// The second half of a guarded call: send what was admitted, and settle where nothing comes back.
import { atMost } from './at-most.ts';
import type { Admitted, GuardedCall, Plan, SentChange, Tools } from './call.ts';
import { errorTypeOf, type Outcome, outcomeOfThrown } from './outcome.ts';
import { receive } from './receive.ts';
import { Reservation } from './reservation.ts';
import { settle, type Settling } from './settle.ts';
import type { CallTelemetry } from './telemetry/telemetry.ts';

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
  const { signal } = call.request;
  const wasAborted = signal?.aborted === true;
  let response: Response;
  try {
    response = await telemetry.run(() => call.send(change));
  } catch (error) {
    const outcome: Outcome = wasAborted
      ? { kind: 'unbilled', sent: false }
      : outcomeOfThrown(error);
    const errorType = errorTypeOf(error, signal);
    await atMost(times.closeWaitMs, settle(settling, { outcome, errorType, isCut: false }));
    throw error;
  }
  return receive(response, { ...settling, call, didAsk: change.bodyText !== undefined });
}
