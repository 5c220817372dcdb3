// The verb reserve: plan, ask the ledger, and on shortage go down the ladder.
import {
  type Budget,
  type Decision,
  type Denied,
  deny,
  draftReserve,
  explain,
  fingerprint,
  type Granted,
  invalid,
  largestThatFits,
  type Ledger,
  type LimitEntry,
  mintedAtMs,
  nextRung,
  type PreparedBudget,
  type Refusal,
  type ReserveRequest,
  type Reservation,
  type Rung,
  SpendfuseError,
  type WorstCase,
} from '@spendfuse/core';
import type { EntryMeta, ReserveMeta } from './entry.ts';
import type { VerbContext } from './verb-context.ts';
import type { ModelPrice } from './prices/price.ts';
import { DEFAULT_TTL_MS } from './validate.ts';
import type { Waiter } from './waiting-line.ts';

/** Output reserved for a model whose maximum nobody knows, where the request names none either. */
const UNKNOWN_MAX_OUTPUT_TOKENS = 128_000;

/** One reserve on its way down the ladder. */
interface Attempt {
  readonly request: ReserveRequest;
  readonly matching: readonly PreparedBudget[];
  readonly price: ModelPrice | undefined;
  readonly fingerprint: number;
  readonly startedMs: number;
  /** Per choice. */
  outputTokens: number;
  clamped: boolean;
  readonly tried: Set<Rung['kind']>;
  waiter: Waiter | undefined;
  /** Of the waiting line, before the latest look at the limits. */
  roomMade: number;
}

/** What one look at the limits came to. */
type Look =
  | { readonly kind: 'granted'; readonly decision: Granted }
  | {
      readonly kind: 'refused';
      readonly refusals: readonly Refusal[];
      readonly entries: readonly LimitEntry[];
    };

/** The request is valid. A denial has not been written down yet when this returns. */
export async function reserve(context: VerbContext, request: ReserveRequest): Promise<Decision> {
  const attempt = begin(context, request);
  try {
    for (;;) {
      const look = await tryOnce(context, attempt);
      if (look.kind === 'granted') return look.decision;
      const hopeless = look.refusals.some(({ reason }) => reason === 'UNPRICED');
      if (!request.estimate.inputBound.exact && !hopeless) return { kind: 'refine' };
      const denied = await goDown(context, attempt, look);
      if (denied) return denied;
    }
  } finally {
    attempt.waiter?.leave();
  }
}

function begin({ admission, catalogue }: VerbContext, request: ReserveRequest): Attempt {
  const { call, estimate } = request;
  // The instant by which the commit is priced too.
  const nowMs = mintedAtMs(request.id);
  const query = { provider: call.provider, model: call.model, nowMs };
  return {
    request,
    matching: admission.matching(call),
    price: catalogue.priceOf(query),
    fingerprint: fingerprintOf(request),
    startedMs: performance.now(),
    outputTokens:
      estimate.maxOutputTokens ?? catalogue.maxOutputTokensOf(query) ?? UNKNOWN_MAX_OUTPUT_TOKENS,
    clamped: false,
    tried: new Set(),
    waiter: undefined,
    roomMade: 0,
  };
}

/** Of the content of a reserve, by which a repeat of an id is told from its reuse. */
export function fingerprintOf({ call, estimate }: ReserveRequest): number {
  const { inputBound, maxOutputTokens, choices } = estimate;
  let text = `${call.provider}|${call.model}|${call.operation}|${inputBound.tokens}|`;
  text += `${inputBound.exact}|${maxOutputTokens}|${choices}`;
  for (const name in call.labels) text += `|${name}=${call.labels[name]}`;
  return fingerprint(text);
}

async function tryOnce(context: VerbContext, attempt: Attempt): Promise<Look> {
  const { ledger, clock, line } = context;
  const nowMs = clock.now();
  attempt.roomMade = line.roomMade();
  const { call, id, ttlMs = DEFAULT_TTL_MS } = attempt.request;
  const worst = worstCaseOf(attempt, attempt.outputTokens);
  const draft = draftReserve({ matching: attempt.matching, call, worst, nowMs });
  const { entries } = draft;
  if (draft.refusals.length > 0) {
    const refusals = [...draft.refusals, ...refusalsOf(ledger, entries, nowMs)];
    return { kind: 'refused', refusals, entries };
  }
  const meta: ReserveMeta = {
    kind: 'reserve',
    call,
    held: { costNanoUsd: worst.costNanoUsd, tokens: worst.inputTokens + worst.outputTokens },
    waitedMs: waitedMsOf(attempt),
    ...(attempt.clamped ? { maxOutputTokens: attempt.outputTokens } : undefined),
  };
  const expiresAtMs = nowMs + ttlMs;
  const plan = { id, fingerprint: attempt.fingerprint, nowMs, expiresAtMs, entries, meta };
  const outcome = await ledger.reserve(plan);
  if (outcome.kind === 'refused') {
    const refusals = outcome.refusals.map((refusal) =>
      explain(entries[refusal.index] as LimitEntry, refusal, nowMs),
    );
    return { kind: 'refused', refusals, entries };
  }
  const shadow = outcome.shadow.map((refusal) =>
    explain(entries[refusal.index] as LimitEntry, refusal, nowMs),
  );
  const decision = grantedOf(outcome.reservation, [...draft.shadow, ...shadow]);
  return { kind: 'granted', decision };
}

function grantedOf(reservation: Reservation<EntryMeta>, shadow: readonly Refusal[]): Granted {
  const { id, expiresAtMs, meta } = reservation;
  if (meta?.kind !== 'reserve') {
    const message = `id ${id} was used before by a record; mint a new one for each attempt`;
    throw new SpendfuseError({ code: 'ID_REUSED', message, field: 'id' });
  }
  const { held, maxOutputTokens, waitedMs } = meta;
  return { kind: 'granted', id, expiresAtMs, held, maxOutputTokens, waitedMs, shadow };
}

/** The refusals of counted limits, told without reserving. */
function refusalsOf(
  ledger: Ledger<EntryMeta>,
  entries: readonly LimitEntry[],
  nowMs: number,
): readonly Refusal[] {
  const refusals: Refusal[] = [];
  entries.forEach((entry, index) => {
    const { amount, ceiling, shadow, counter, oldestBucket } = entry;
    const { committed, reserved } = ledger.read({ key: counter.key, oldestBucket });
    if (shadow || amount === 0 || committed + reserved + amount <= ceiling) return;
    const kind = amount > ceiling ? 'TOO_LARGE' : 'EXHAUSTED';
    const inFlight = amount <= ceiling && committed + amount <= ceiling;
    const refusal = { index, committed, reserved, leavingBucket: undefined };
    refusals.push(explain(entry, { ...refusal, kind: inFlight ? 'IN_FLIGHT' : kind }, nowMs));
  });
  return refusals;
}

/** Takes the next rung. Returns the denial, or undefined when the limits are worth another look. */
async function goDown(
  context: VerbContext,
  attempt: Attempt,
  { refusals, entries }: Extract<Look, { kind: 'refused' }>,
): Promise<Denied | undefined> {
  const { request, tried } = attempt;
  for (;;) {
    const rung = nextRung({
      refusing: refusingBudgets(attempt.matching, refusals),
      refusals,
      maxWaitMs: request.maxWaitMs ?? 0,
      clampable: request.estimate.clampable,
      tried,
    });
    if (rung.kind === 'deny') {
      const waitedMs = waitedMsOf(attempt);
      return deny({ refusals, nowMs: context.clock.now(), waitedMs });
    }
    if (rung.kind === 'wait') {
      if (await waitForRoom(context, attempt, { rung, entries, refusals })) return undefined;
    } else if (rung.kind === 'clamp' && clamp(context, attempt, { rung, entries })) {
      return undefined;
    }
    tried.add(rung.kind);
  }
}

interface WaitInput {
  readonly rung: Extract<Rung, { kind: 'wait' }>;
  readonly entries: readonly LimitEntry[];
  readonly refusals: readonly Refusal[];
}

/** Whether there may be room now. */
async function waitForRoom(
  { line }: VerbContext,
  attempt: Attempt,
  { rung, entries, refusals }: WaitInput,
): Promise<boolean> {
  const { id } = attempt.request;
  if (!attempt.waiter) {
    if (line.full()) return false;
    const refusing = new Set(refusals.map(({ budget }) => budget));
    const counters = entries
      .filter(({ counter }) => refusing.has(counter.budget))
      .map(({ counter }) => counter.key);
    const deadlineMs = attempt.startedMs + rung.maxWaitMs;
    attempt.waiter = line.join({ id, counters, deadlineMs, roomMade: attempt.roomMade });
  }
  const wake = await attempt.waiter.turn();
  if (wake === 'closed') {
    throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'the authority is shutting down' });
  }
  return wake === 'room';
}

interface ClampInput {
  readonly rung: Extract<Rung, { kind: 'clamp' }>;
  readonly entries: readonly LimitEntry[];
}

/** Lowers the output to the most that fits every limit now. False: not even the minimum fits. */
function clamp(
  { ledger, clock }: VerbContext,
  attempt: Attempt,
  { rung, entries }: ClampInput,
): boolean {
  const { call } = attempt.request;
  const nowMs = clock.now();
  const sums = new Map(
    entries.map(({ counter, oldestBucket }) => [
      counter.key,
      ledger.read({ key: counter.key, oldestBucket }),
    ]),
  );
  const range = { least: rung.minOutputTokens, most: attempt.outputTokens };
  const fitting = largestThatFits(range, (outputTokens) => {
    const worst = worstCaseOf(attempt, outputTokens);
    const draft = draftReserve({ matching: attempt.matching, call, worst, nowMs });
    if (draft.refusals.length > 0) return false;
    return draft.entries.every(({ amount, ceiling, shadow, counter }) => {
      const { committed, reserved } = sums.get(counter.key) ?? { committed: 0, reserved: 0 };
      return shadow || amount === 0 || committed + reserved + amount <= ceiling;
    });
  });
  if (fitting === undefined) return false;
  attempt.tried.add('clamp');
  attempt.outputTokens = fitting;
  attempt.clamped = true;
  return true;
}

function refusingBudgets(
  matching: readonly PreparedBudget[],
  refusals: readonly Refusal[],
): readonly Budget[] {
  const ids = new Set(refusals.map(({ budget }) => budget));
  return matching.map(({ budget }) => budget).filter(({ id }) => ids.has(id));
}

function worstCaseOf({ request, price }: Attempt, outputPerChoice: number): WorstCase {
  const { inputBound, choices } = request.estimate;
  const inputTokens = inputBound.tokens;
  const outputTokens = outputPerChoice * choices;
  if (!Number.isSafeInteger(inputTokens + outputTokens)) {
    throw invalid('estimate', 'more tokens than a counter can hold');
  }
  return {
    inputTokens,
    outputTokens,
    costNanoUsd: price?.worstCostOf({ inputTokens, outputTokens }),
    inputCostNanoUsd: price?.worstCostOf({ inputTokens, outputTokens: 0 }),
  };
}

function waitedMsOf(attempt: Attempt): number {
  return attempt.waiter ? Math.round(performance.now() - attempt.startedMs) : 0;
}
