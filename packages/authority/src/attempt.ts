// One reserve on its way down the ladder: what would be sent now, and one look at the limits.
import {
  agreedDowngrade,
  downgradeShare,
  explain,
  fingerprint,
  type Granted,
  type LimitEntry,
  mintedAtMs,
  type Refusal,
  type ReserveDraft,
  type ReservePlan,
  type ReserveRequest,
  type Rung,
  type WorstCase,
} from '@spendfuse/core';
import type { EntryMeta, ReserveMeta } from './entry.ts';
import { caseOf, draftOf, type Target, targetOf } from './target.ts';
import { DEFAULT_TTL_MS } from './validate.ts';
import type { VerbContext } from './verb-context.ts';
import type { Waiter } from './waiting-line.ts';

/** Output reserved for a model whose maximum nobody knows, where the request names none either. */
const UNKNOWN_MAX_OUTPUT_TOKENS = 128_000;

export interface Attempt {
  readonly request: ReserveRequest;
  readonly fingerprint: number;
  readonly startedMs: number;
  /** In the waiting line, should it have to wait. */
  readonly place: number;
  /** Kinds of rungs taken. */
  readonly tried: Set<Rung['kind']>;
  target: Target;
  /** The model asked for, and each it was downgraded to. */
  models: readonly string[];
  /** The most that will be asked of the provider, per choice. */
  outputTokens: number;
  /** That is less than the request says. */
  clamped: boolean;
  waiter: Waiter | undefined;
  /** Of the waiting line, before the latest look at the limits. */
  roomMade: number;
}

export function begin(context: VerbContext, request: ReserveRequest): Attempt {
  const target = aim(context, request, undefined);
  const attempt: Attempt = {
    request,
    fingerprint: fingerprintOf(request),
    startedMs: performance.now(),
    place: context.line.takePlace(),
    tried: new Set(),
    target,
    models: [request.call.model],
    outputTokens: request.estimate.maxOutputTokens ?? mostOutput(target, request),
    clamped: false,
    waiter: undefined,
    roomMade: 0,
  };
  if (request.estimate.downgradable) downgradeEarly(context, attempt);
  return attempt;
}

function aim(context: VerbContext, request: ReserveRequest, model: string | undefined): Target {
  const { admission, catalogue } = context;
  const { id, call, estimate } = request;
  const { tier } = estimate;
  return targetOf({ admission, catalogue, call, model, tier, mintedMs: mintedAtMs(id) });
}

function mostOutput({ call, catalogue }: Target, { id }: ReserveRequest): number {
  const { provider, model } = call;
  const most = catalogue.maxOutputTokensOf({ provider, model, nowMs: mintedAtMs(id) });
  return most ?? UNKNOWN_MAX_OUTPUT_TOKENS;
}

/** Budgets and prices may have changed while the call waited. */
export function aimAgain(context: VerbContext, attempt: Attempt): void {
  const { admission, catalogue } = attempt.target;
  if (context.admission === admission && context.catalogue === catalogue) return;
  attempt.target = aim(context, attempt.request, attempt.models.at(-1));
}

/** Match and plan start anew with the other model, within its own maximum of output. */
export function downgrade(context: VerbContext, attempt: Attempt, model: string): void {
  const { request } = attempt;
  attempt.models = [...attempt.models, model];
  attempt.target = aim(context, request, model);
  const { maxOutputTokens, clampable } = request.estimate;
  const most = mostOutput(attempt.target, request);
  attempt.outputTokens = maxOutputTokens ?? most;
  attempt.clamped = clampable && most < attempt.outputTokens;
  if (attempt.clamped) attempt.outputTokens = most;
  attempt.tried.delete('clamp');
}

/** As long as some budget has reached the share from which on it sends another model. */
function downgradeEarly(context: VerbContext, attempt: Attempt): void {
  for (;;) {
    const { target, models } = attempt;
    const now = { model: target.call.model, tried: models };
    const reached = target.matching
      .filter(({ budget }) => downgradeShare(budget) !== undefined)
      .filter(({ budget }) => agreedDowngrade([budget], now) !== undefined)
      .filter((prepared) => hasReached(context, { ...target, matching: [prepared] }))
      .map(({ budget }) => budget);
    const model = agreedDowngrade(reached, now);
    if (model === undefined) return;
    downgrade(context, attempt, model);
  }
}

const NOTHING = { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, inputCostNanoUsd: 0 };

function hasReached({ ledger, clock }: VerbContext, target: Target): boolean {
  const nowMs = clock.now();
  const only = { ...target, kept: undefined };
  const { entries } = draftOf({ target: only, worst: NOTHING, usual: undefined, nowMs });
  return entries.some(({ counter, oldestBucket, ceiling, prepared }) => {
    const { committed, reserved } = ledger.read({ counter, oldestBucket });
    const share = downgradeShare(prepared.budget) ?? Infinity;
    return committed + reserved >= share * ceiling;
  });
}

/** Of the content of a reserve, by which a repeat of an id is told from its reuse. */
export function fingerprintOf({ call, estimate }: ReserveRequest): number {
  const { inputBound, maxOutputTokens, choices, amounts, tier, webSearches } = estimate;
  let text = `${call.provider}|${call.model}|${call.operation}|${inputBound.tokens}|`;
  text += `${inputBound.exact}|${maxOutputTokens}|${choices}`;
  for (const name in call.labels) text += `|${name}=${call.labels[name]}`;
  if (tier !== undefined) text += `|tier ${tier}`;
  if (webSearches) text += `|searches ${webSearches}`;
  for (const unit in amounts) text += `|${unit} ${amounts[unit]}`;
  return fingerprint(text);
}

/** What a call would hold: in the worst case, and as much as is usual where that is less. */
export interface Hold {
  readonly worst: WorstCase;
  readonly usual: WorstCase | undefined;
}

export function holdOf(
  { habits }: VerbContext,
  { request, target }: Attempt,
  outputPerChoice: number,
): Hold {
  const { estimate } = request;
  const { price, adaptive, call } = target;
  const inputTokens = estimate.inputBound.tokens;
  const outputTokens = outputPerChoice * estimate.choices;
  const worst = caseOf({ price, inputTokens, outputTokens, estimate });
  if (adaptive.length === 0) return { worst, usual: undefined };
  const usualTokens = habits.usual({ ...call, budgets: adaptive }) ?? outputTokens;
  if (usualTokens >= outputTokens) return { worst, usual: undefined };
  return { worst, usual: caseOf({ price, inputTokens, outputTokens: usualTokens, estimate }) };
}

export interface Drafted {
  readonly nowMs: number;
  readonly hold: Hold;
  readonly draft: ReserveDraft;
}

export function draftAttempt(context: VerbContext, attempt: Attempt): Drafted {
  const nowMs = context.clock.now();
  const hold = holdOf(context, attempt, attempt.outputTokens);
  return { nowMs, hold, draft: draftOf({ target: attempt.target, ...hold, nowMs }) };
}

export function planOf(
  context: VerbContext,
  attempt: Attempt,
  { nowMs, hold, draft }: Drafted,
): ReservePlan<EntryMeta> {
  const { id, ttlMs = DEFAULT_TTL_MS } = attempt.request;
  const { entries } = draft;
  const meta = metaOf(attempt, hold, shadowRefusals(context, draft, nowMs));
  return {
    id,
    fingerprint: attempt.fingerprint,
    nowMs,
    expiresAtMs: nowMs + ttlMs,
    entries,
    meta,
  };
}

/** Written down with the reserve, so that a repeat is told the same. */
function shadowRefusals(
  { ledger }: VerbContext,
  { entries, shadow }: ReserveDraft,
  nowMs: number,
): readonly Refusal[] {
  if (!entries.some((entry) => entry.shadow)) return shadow;
  const counted = entries.filter((entry) => entry.shadow);
  const refused = ledger
    .check(counted)
    .map((refusal) => explain(counted[refusal.index] as LimitEntry, refusal, nowMs));
  return [...shadow, ...refused];
}

function metaOf(attempt: Attempt, { worst, usual }: Hold, shadow: readonly Refusal[]): ReserveMeta {
  const { request, target, clamped, outputTokens } = attempt;
  const held = usual ?? worst;
  const { tier, webSearches, amounts } = request.estimate;
  const meta: { -readonly [Key in keyof ReserveMeta]: ReserveMeta[Key] } = {
    kind: 'reserve',
    call: target.call,
    held: { costNanoUsd: held.costNanoUsd, tokens: held.inputTokens + held.outputTokens },
    waitedMs: waitedMsOf(attempt),
  };
  // What a call does not have is not written down with it.
  if (clamped) meta.maxOutputTokens = outputTokens;
  if (target.kept) meta.askedModel = target.kept.call.model;
  if (tier !== undefined) meta.tier = tier;
  if (amounts?.['cost'] !== undefined) meta.isCostSaid = true;
  if (shadow.length > 0) meta.shadow = shadow;
  if (usual) {
    const { inputTokens, outputTokens: heldOutputTokens } = usual;
    const growth = { inputTokens, heldOutputTokens, maxOutputTokens: worst.outputTokens };
    meta.growth = webSearches ? { ...growth, webSearches } : growth;
  }
  return meta;
}

export function waitedMsOf({ waiter, startedMs }: Attempt): number {
  return waiter ? Math.round(performance.now() - startedMs) : 0;
}

/** What a reserve of this content was granted. */
export function grantOf(meta: ReserveMeta): Omit<Granted, 'kind' | 'id' | 'expiresAtMs'> {
  const { held, maxOutputTokens, waitedMs, shadow = [], askedModel, call, growth } = meta;
  return {
    held,
    maxOutputTokens,
    model: askedModel === undefined ? undefined : call.model,
    heldOutputTokens: growth?.heldOutputTokens,
    waitedMs,
    shadow,
  };
}
