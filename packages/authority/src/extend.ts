// The verb extend: a reservation lives longer, and holds more where its output outgrows what is held.
import {
  type Denied,
  deny,
  type EntryRefusal,
  explain,
  type Extended,
  type ExtendRequest,
  type HeldEntry,
  type LimitEntry,
  mintedAtMs,
  type PlanEntry,
  type Refusal,
  SpendfuseError,
} from '@spendfuse/core';
import type { ReserveMeta } from './entry.ts';
import { growthCases, heldBy } from './held.ts';
import { draftOf, type Target, targetOf } from './target.ts';
import type { VerbContext } from './verb-context.ts';

/** The request is valid. Denied: nothing was changed, the expiry included. */
export async function extend(
  context: VerbContext,
  request: ExtendRequest,
): Promise<Extended | Denied> {
  const { ledger, clock, catalogue } = context;
  const { id, ttlMs } = request;
  const growth = await planGrowth(context, request);
  const nowMs = clock.now();
  if (growth && growth.refusals.length > 0) {
    return deny({ refusals: growth.refusals, nowMs, waitedMs: 0 });
  }
  const entries = growth?.planned.map(({ entry }) => entry);
  const outcome = await ledger.extend({ id, nowMs, expiresAtMs: nowMs + ttlMs, entries });
  if (outcome.kind === 'refused') {
    const planned = growth?.planned ?? [];
    const refusals = outcome.refusals.flatMap((refusal) => {
      const grown = planned[refusal.index];
      return grown?.limit ? explainGrowth(grown.limit, grown.held, { refusal, nowMs }) : [];
    });
    return deny({ refusals, nowMs, waitedMs: 0 });
  }
  const held = heldBy(catalogue, outcome.reservation);
  if (!held) {
    const message = `reservation ${id} has no call that could be extended`;
    throw new SpendfuseError({ code: 'SETTLED', message, field: 'id' });
  }
  return { kind: 'extended', expiresAtMs: outcome.reservation.expiresAtMs, held };
}

interface Growth {
  /** One for each entry of the reservation. */
  readonly planned: readonly PlannedGrowth[];
  /** By limits that need no counter. */
  readonly refusals: readonly Refusal[];
}

interface PlannedGrowth {
  readonly held: HeldEntry;
  readonly entry: PlanEntry;
  /** Undefined: the budget has no such limit any more, so nothing more is taken there. */
  readonly limit: LimitEntry | undefined;
}

/** Undefined: there is nothing to grow. What the ledger says of the id is left to it. */
async function planGrowth(
  context: VerbContext,
  { id, outputTokens }: ExtendRequest,
): Promise<Growth | undefined> {
  if (outputTokens === undefined) return undefined;
  const reservation = await context.ledger.find(id);
  const meta = reservation?.meta;
  if (reservation?.state !== 'open' || meta?.kind !== 'reserve' || !meta.growth) return undefined;
  const { heldOutputTokens, maxOutputTokens } = meta.growth;
  if (outputTokens <= heldOutputTokens) return undefined;
  const worst = growthCases(context.catalogue, { id, meta })(
    Math.min(outputTokens, maxOutputTokens),
  );
  const target = targetOfReserve(context, { id, meta });
  const draft = draftOf({ target, worst, usual: undefined, nowMs: context.clock.now() });
  const limits = new Map(draft.entries.map((entry) => [entry.counter.key, entry]));
  const planned = reservation.entries.map((held) => {
    const limit = limits.get(held.counter.key);
    const entry = limit ?? { ...held, ...STAYS };
    return { held, entry, limit };
  });
  return { planned, refusals: draft.refusals };
}

const STAYS = { oldestBucket: 0, forgetAtMs: 0, ceiling: 0, shadow: true, maxCounters: 0 };

function targetOfReserve(
  context: VerbContext,
  { id, meta }: { readonly id: string; readonly meta: ReserveMeta },
): Target {
  const { call: sent, askedModel = sent.model, tier } = meta;
  const { provider, model } = sent;
  const call = { ...sent, model: askedModel };
  return targetOf(context, { call, provider, model, nowMs: mintedAtMs(id), tier });
}

interface GrowthRefusal {
  readonly refusal: EntryRefusal;
  readonly nowMs: number;
}

/** What is held already is among what is reserved, so only the rest is asked for. */
function explainGrowth(
  limit: LimitEntry,
  held: HeldEntry,
  { refusal, nowMs }: GrowthRefusal,
): Refusal {
  if (limit.amount > limit.ceiling) return explain(limit, { ...refusal, kind: 'TOO_LARGE' }, nowMs);
  return explain(limit.withAmount(limit.amount - held.amount), refusal, nowMs);
}
