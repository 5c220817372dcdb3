// The end of a call: what it has come to is charged or released, and told.
import type { Usage } from '@spendfuse/core';
import type { Admitted, Plan, Tools } from './call.ts';
import { estimatedUsage, type Received, roughUsage } from './estimate.ts';
import type { Outcome } from './outcome.ts';
import type { Reservation } from './reservation.ts';
import type { CallTelemetry } from './telemetry/telemetry.ts';

export interface Settling {
  readonly tools: Tools;
  readonly plan: Plan;
  readonly admitted: Admitted;
  readonly reservation: Reservation;
  readonly telemetry: CallTelemetry;
}

export interface Settled {
  readonly outcome: Outcome;
  /** Undefined: there was no response. */
  readonly received?: Received;
  readonly errorType: string | undefined;
  /** A stream without its last event. */
  readonly isCut: boolean;
}

/** Never rejects. What is known when the process ends is handed to the authority in this turn. */
export async function settle(settling: Settling, settled: Settled): Promise<void> {
  const { reservation, telemetry } = settling;
  const { outcome, received, errorType, isCut } = settled;
  const end = { response: received?.facts, errorType, isCut };
  try {
    if (outcome.kind === 'unbilled') {
      await reservation.release(outcome.sent);
      telemetry.end({ ...end, usage: undefined, usageSource: undefined, committed: undefined });
      return;
    }
    const isReported = outcome.kind === 'reported';
    const estimate = isReported ? outcome.usage : estimated(settling, received);
    // At the end of the process nothing comes after this turn.
    const usage = estimate instanceof Promise ? await estimate : estimate;
    const usageSource = isReported ? 'provider' : 'estimated';
    const { model: responseModel, tier } = received?.facts ?? {};
    const { alsoUsed = [] } = received?.facts ?? {};
    const [committed] = await Promise.all([
      reservation.commit({ usage, usageSource, responseModel, tier }),
      ...alsoUsed.map((other) => reservation.recordOther(other)),
    ]);
    telemetry.end({ ...end, usage, usageSource, committed });
  } catch {
    // Only telemetry is left to fail here, and the call is over.
  }
}

function estimated(
  { tools, plan, admitted, reservation }: Settling,
  received: Received | undefined,
): Usage | Promise<Usage> {
  const { tokens } = tools;
  const { heldTokens } = reservation;
  const unreported = { plan, admitted, heldTokens, received, tokens };
  return received?.ending === 'exit' ? roughUsage(unreported) : estimatedUsage(unreported);
}
