// The verb reserve: plan, ask the ledger, and on shortage go down the ladder.
import {
  type Decision,
  explain,
  type Granted,
  type LimitEntry,
  type Refusal,
  type Reservation,
  type ReserveDraft,
  type ReserveRequest,
  SpendfuseError,
} from '@spendfuse/core';
import { aimAgain, type Attempt, begin, grantOf, holdOf, planOf } from './attempt.ts';
import type { EntryMeta } from './entry.ts';
import { entriesBehind, goDown, type Refused } from './ladder.ts';
import type { Verbs } from './stores/verbs.ts';
import { draftOf } from './target.ts';
import type { VerbContext } from './verb-context.ts';

export { fingerprintOf } from './attempt.ts';

/** What one look at the limits came to. */
type Look = { readonly kind: 'granted'; readonly decision: Granted } | Refused;

/** The request is valid. A denial has not been written down yet when this returns. */
export async function reserve(context: VerbContext, request: ReserveRequest): Promise<Decision> {
  const attempt = begin(context, request, performance.now());
  try {
    for (;;) {
      const look = await lookOnce(context, attempt);
      if (look.kind === 'granted') return look.decision;
      const refused = certainly(request, look);
      if (!refused) return { kind: 'refine' };
      const denied = await goDown(context, attempt, refused);
      if (denied) return denied;
      aimAgain(context, attempt);
    }
  } finally {
    attempt.waiter?.leave();
  }
}

/** Undefined: not granted at the first look, and nothing was changed. */
export function reserveAtOnce(
  context: VerbContext,
  verbs: Pick<Verbs<EntryMeta>, 'reserveLive'>,
  request: ReserveRequest,
  nowMs: number,
): Granted | undefined {
  const attempt = begin(context, request, 0);
  const hold = holdOf(context, attempt, nowMs);
  const draft = draftOf(hold);
  const { refusals, entries } = draft;
  if (refusals.length > 0 || entriesBehind(context, attempt, entries).length > 0) return undefined;
  const outcome = verbs.reserveLive(planOf(context, attempt, hold, draft));
  return outcome.kind === 'granted' ? grantedOf(outcome.reservation) : undefined;
}

async function lookOnce(context: VerbContext, attempt: Attempt): Promise<Look> {
  const { ledger, line, clock } = context;
  attempt.roomMade = line.roomMade();
  const nowMs = clock.now();
  const hold = holdOf(context, attempt, nowMs);
  const draft = draftOf(hold);
  const { entries } = draft;
  const behind = entriesBehind(context, attempt, entries);
  if (draft.refusals.length > 0 || behind.length > 0) {
    const refused = refusedBeforehand(context, { draft, behind, nowMs });
    // A repeat of an id that is known gets what it was told before, whatever the limits say now (L4).
    if (!(await ledger.find(attempt.request.id))) return refused;
  }
  const outcome = await ledger.reserve(planOf(context, attempt, hold, draft));
  if (outcome.kind === 'granted') {
    return { kind: 'granted', decision: grantedOf(outcome.reservation) };
  }
  const refused = outcome.refusals.map((refusal) => ({
    entry: entries[refusal.index] as LimitEntry,
    refusal,
  }));
  return {
    kind: 'refused',
    refusals: refused.map(({ entry, refusal }) => explain(entry, refusal, nowMs)),
    lacking: refused.map(({ entry }) => entry.counter.key),
  };
}

interface Beforehand {
  readonly draft: ReserveDraft;
  readonly behind: readonly LimitEntry[];
  readonly nowMs: number;
}

/** Refusals that the ledger is not asked for, with those it would give beside them. */
function refusedBeforehand({ ledger }: VerbContext, { draft, behind, nowMs }: Beforehand): Refused {
  const enforced = draft.entries.filter(({ shadow }) => !shadow);
  const refused = ledger.check(enforced).map((refusal) => ({
    entry: enforced[refusal.index] as LimitEntry,
    refusal,
  }));
  const full = new Set(refused.map(({ entry }) => entry.counter.key));
  const spokenFor = behind.filter(({ counter }) => !full.has(counter.key));
  return {
    kind: 'refused',
    refusals: [
      ...draft.refusals,
      ...refused.map(({ entry, refusal }) => explain(entry, refusal, nowMs)),
      ...spokenFor.map((entry) => ({ ...heldUp(ledger, entry, nowMs), detail: SPOKEN_FOR })),
    ],
    lacking: [...full, ...spokenFor.map(({ counter }) => counter.key)],
  };
}

const SPOKEN_FOR = 'calls that came earlier wait for the room there is';

function heldUp(ledger: VerbContext['ledger'], entry: LimitEntry, nowMs: number): Refusal {
  const { counter, oldestBucket } = entry;
  const sums = ledger.read({ counter, oldestBucket });
  const refusal = { index: 0, kind: 'IN_FLIGHT', leavingBucket: undefined, ...sums } as const;
  return explain(entry, refusal, nowMs);
}

/** Units in which the input is counted. */
const UNITS_OF_INPUT: readonly string[] = ['cost', 'tokens', 'input_tokens'];

/** Whether the refusal may be owed to a bound that is too high: of a limit in which input counts. */
function isUncertain({ unit, reason, detail }: Refusal): boolean {
  return UNITS_OF_INPUT.includes(unit) && reason !== 'UNPRICED' && detail === undefined;
}

/**
 * What is certain of a refusal of a bound that is not exact. Undefined: an exact count could change
 * the outcome, because no limit refuses for good what neither a count nor less output would help.
 */
function certainly({ estimate }: ReserveRequest, refused: Refused): Refused | undefined {
  const { refusals } = refused;
  if (estimate.inputBound.exact || !refusals.some(isUncertain)) return refused;
  const certain = refusals.filter((refusal) => !isUncertain(refusal));
  const isFinal = ({ reason, unit }: Refusal): boolean =>
    reason !== 'IN_FLIGHT' && !(estimate.clampable && unit === 'output_tokens');
  return certain.some(isFinal) ? { ...refused, refusals: certain } : undefined;
}

function grantedOf(reservation: Reservation<EntryMeta>): Granted {
  const { meta } = reservation;
  if (meta?.kind !== 'reserve') {
    const message = `id ${reservation.id} was used before by a record; mint a new one for each attempt`;
    throw new SpendfuseError({ code: 'ID_REUSED', message, field: 'id' });
  }
  return grantOf(reservation, meta);
}
