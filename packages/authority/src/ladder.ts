// Down the shortage ladder: wait for room, ask for less output, send another model, or deny.
import {
  type Denied,
  deny,
  largestThatFits,
  type LimitEntry,
  nextRung,
  type Refusal,
  type ReserveDraft,
  type Rung,
  type RungTaken,
  SpendfuseError,
} from '@spendfuse/core';
import { type Attempt, downgrade, holdOf, modelsOf, waitedMsOf } from './attempt.ts';
import { draftOf } from './target.ts';
import type { VerbContext } from './verb-context.ts';

/** A look at the limits that some of them refused. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusals: readonly Refusal[];
  /** Keys of the counters without room for this call. */
  readonly lacking: readonly string[];
}

/** Takes the next rung. Returns the denial, or undefined when the limits are worth another look. */
export async function goDown(
  context: VerbContext,
  attempt: Attempt,
  refused: Refused,
): Promise<Denied | undefined> {
  for (;;) {
    const rung = nextRungOf(attempt, refused);
    switch (rung.kind) {
      case 'deny': {
        const { refusals } = refused;
        return deny({ refusals, nowMs: context.clock.now(), waitedMs: waitedMsOf(attempt) });
      }
      case 'wait':
        if (await waitForRoom(context, attempt, { rung, refused })) return undefined;
        break;
      case 'clamp':
        if (clamp(context, attempt, rung)) return undefined;
        break;
      case 'downgrade':
        downgrade(context, attempt, rung.model);
        return undefined;
    }
    markTried(attempt, rung.kind);
  }
}

function markTried(attempt: Attempt, kind: Rung['kind']): void {
  attempt.tried = new Set([...attempt.tried, kind]);
}

function nextRungOf(attempt: Attempt, { refusals }: Refused): RungTaken {
  const { request, target, tried } = attempt;
  const { estimate, maxWaitMs = 0 } = request;
  const refusing = new Set(refusals.map(({ budget }) => budget));
  return nextRung({
    refusing: target.admission.budgets.filter(({ id }) => refusing.has(id)),
    refusals,
    maxWaitMs,
    clampable: estimate.clampable,
    downgradable: estimate.downgradable
      ? { model: target.call.model, tried: modelsOf(attempt) }
      : undefined,
    tried,
  });
}

interface WaitInput {
  readonly rung: Extract<RungTaken, { kind: 'wait' }>;
  readonly refused: Refused;
}

/** Whether there may be room now. */
async function waitForRoom(
  { line }: VerbContext,
  attempt: Attempt,
  { rung, refused }: WaitInput,
): Promise<boolean> {
  const { request, startedMs, roomMade } = attempt;
  if (!attempt.waiter && line.full()) return false;
  attempt.waiter ??= line.join({ id: request.id, place: attempt.place });
  const deadlineMs = startedMs + rung.maxWaitMs;
  const wake = await attempt.waiter.turn({ counters: refused.lacking, deadlineMs, roomMade });
  if (wake === 'closed') {
    throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'the authority is shutting down' });
  }
  return wake === 'room';
}

/** Lowers the output to the most that fits every limit now. False: not even the minimum fits. */
function clamp(
  context: VerbContext,
  attempt: Attempt,
  rung: Extract<RungTaken, { kind: 'clamp' }>,
): boolean {
  const { ledger, clock } = context;
  const nowMs = clock.now();
  const draftWith = (outputTokens: number): ReserveDraft =>
    draftOf(holdOf(context, { ...attempt, outputTokens }, nowMs));
  const draft = draftWith(attempt.outputTokens);
  // Others came earlier and wait for this room.
  if (entriesBehind(context, attempt, draft.entries).length > 0) return false;
  const sums = new Map(
    draft.entries.map(({ counter, oldestBucket }) => {
      return [counter.key, ledger.read({ counter, oldestBucket })];
    }),
  );
  const range = { least: rung.minOutputTokens, most: attempt.outputTokens };
  const fitting = largestThatFits(range, (outputTokens) => {
    const { refusals, entries } = draftWith(outputTokens);
    if (refusals.length > 0) return false;
    return entries.every(({ amount, ceiling, shadow, counter }) => {
      const { committed, reserved } = sums.get(counter.key) ?? { committed: 0, reserved: 0 };
      return shadow || amount === 0 || committed + reserved + amount <= ceiling;
    });
  });
  if (fitting === undefined) return false;
  markTried(attempt, 'clamp');
  attempt.outputTokens = fitting;
  attempt.clamped = true;
  return true;
}

const NOBODY: readonly LimitEntry[] = [];

/** The entries of counters for whose room somebody waits who came before this call. */
export function entriesBehind(
  { line }: VerbContext,
  { place }: Attempt,
  entries: readonly LimitEntry[],
): readonly LimitEntry[] {
  if (line.isEmpty()) return NOBODY;
  return entries.filter(({ amount, shadow, counter }) => {
    return amount > 0 && !shadow && line.isAhead(counter.key, place);
  });
}
