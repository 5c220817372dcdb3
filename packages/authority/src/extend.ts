// The verb extend: a reservation lives longer, and holds more where its output has outgrown it.
import { type Denied, type Extended, type ExtendRequest, SpendfuseError } from '@spendfuse/core';
import type { VerbContext } from './verb-context.ts';

/** The request is valid. */
export async function extend(
  { ledger, clock }: VerbContext,
  { id, ttlMs }: ExtendRequest,
): Promise<Extended | Denied> {
  const nowMs = clock.now();
  const outcome = await ledger.extend({ id, nowMs, expiresAtMs: nowMs + ttlMs });
  if (outcome.kind === 'refused' || outcome.reservation.meta?.kind !== 'reserve') {
    const message = `reservation ${id} has no call that could be extended`;
    throw new SpendfuseError({ code: 'SETTLED', message, field: 'id' });
  }
  const { expiresAtMs, meta } = outcome.reservation;
  return { kind: 'extended', expiresAtMs, held: meta.held };
}
