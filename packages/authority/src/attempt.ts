// One reserve on its way down the ladder: what would be sent now, and one look at the limits.
import {
  agreedDowngrade,
  downgradeShare,
  explain,
  Fingerprint,
  type Granted,
  type LimitEntry,
  mintedAtMs,
  type Refusal,
  type ReserveDraft,
  type ReservePlan,
  type ReserveRequest,
  type Rung,
} from '@spendfuse/core';
import type { EntryMeta, ReserveMeta } from './entry.ts';
import { caseOf, draftOf, type Hold, type Target, targetOf } from './target.ts';
import { DEFAULT_TTL_MS } from './validate.ts';
import type { VerbContext } from './verb-context.ts';
import type { Waiter } from './waiting-line.ts';

/** Output reserved for a model whose maximum nobody knows, where the request names none either. */
const UNKNOWN_MAX_OUTPUT_TOKENS = 128_000;

export interface Attempt {
  readonly request: ReserveRequest;
  /** On the clock of `performance.now`. */
  readonly startedMs: number;
  /** In the waiting line, should it have to wait. */
  readonly place: number;
  /** Kinds of rungs taken. */
  tried: ReadonlySet<Rung['kind']>;
  target: Target;
  /** The models it was downgraded to, the latest last. */
  downgrades: readonly string[];
  /** The most that will be asked of the provider, per choice. */
  outputTokens: number;
  /** That is less than the request says. */
  clamped: boolean;
  waiter: Waiter | undefined;
  /** Of the waiting line, before the latest look at the limits. */
  roomMade: number;
}

/** `startedMs`: when it came; whoever looks but once and never waits need not read the clock for it. */
export function begin(context: VerbContext, request: ReserveRequest, startedMs: number): Attempt {
  const target = aim(context, request, request.call.model);
  const attempt: Attempt = {
    request,
    startedMs,
    place: context.line.takePlace(),
    tried: NO_RUNGS,
    target,
    downgrades: NO_MODELS,
    outputTokens: request.estimate.maxOutputTokens ?? mostOutput(target, request),
    clamped: false,
    waiter: undefined,
    roomMade: 0,
  };
  if (request.estimate.downgradable) downgradeEarly(context, attempt);
  return attempt;
}

const NO_RUNGS: Attempt['tried'] = new Set();
const NO_MODELS: Attempt['downgrades'] = [];

function aim(context: VerbContext, request: ReserveRequest, model: string): Target {
  const { id, call, estimate } = request;
  const { provider } = call;
  const nowMs = mintedAtMs(id);
  return targetOf(context, { call, provider, model, nowMs, tier: estimate.tier });
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
  const { request, downgrades } = attempt;
  attempt.target = aim(context, request, downgrades.at(-1) ?? request.call.model);
}

/** Match and plan start anew with the other model, within its own maximum of output. */
export function downgrade(context: VerbContext, attempt: Attempt, model: string): void {
  const { request } = attempt;
  attempt.downgrades = [...attempt.downgrades, model];
  attempt.target = aim(context, request, model);
  const { maxOutputTokens, clampable } = request.estimate;
  const most = mostOutput(attempt.target, request);
  attempt.outputTokens = maxOutputTokens ?? most;
  attempt.clamped = clampable && most < attempt.outputTokens;
  if (attempt.clamped) attempt.outputTokens = most;
  attempt.tried = new Set([...attempt.tried].filter((kind) => kind !== 'clamp'));
}

/** The model asked for, and each it was downgraded to. */
export function modelsOf({ request, downgrades }: Attempt): readonly string[] {
  return [request.call.model, ...downgrades];
}

/** As long as some budget has reached the share from which on it sends another model. */
function downgradeEarly(context: VerbContext, attempt: Attempt): void {
  for (;;) {
    const { target } = attempt;
    const now = { model: target.call.model, tried: modelsOf(attempt) };
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
  const print = new Fingerprint();
  print.text(call.provider).text('|').text(call.model).text('|').text(call.operation);
  print.text('|').number(inputBound.tokens).text('|').text(String(inputBound.exact));
  print.text('|').number(maxOutputTokens).text('|').number(choices);
  for (const name in call.labels) {
    const value = call.labels[name] ?? '';
    print.text('|').text(name).text('=').text(value);
  }
  if (tier !== undefined) print.text('|tier ').text(tier);
  if (webSearches) print.text('|searches ').number(webSearches);
  for (const unit in amounts) print.text('|').text(unit).text(' ').number(amounts[unit]);
  return print.value();
}

/** What the call would hold at this time. */
export function holdOf({ habits }: VerbContext, attempt: Attempt, nowMs: number): Hold {
  const { target } = attempt;
  const { estimate } = attempt.request;
  const { price, adaptive, call } = target;
  const inputTokens = estimate.inputBound.tokens;
  const outputTokens = attempt.outputTokens * estimate.choices;
  const worst = caseOf({ price, inputTokens, outputTokens, estimate });
  if (adaptive.length === 0) return { target, worst, usual: undefined, nowMs };
  const usualTokens = habits.usual({ ...call, budgets: adaptive }) ?? outputTokens;
  if (usualTokens >= outputTokens) return { target, worst, usual: undefined, nowMs };
  const usual = caseOf({ price, inputTokens, outputTokens: usualTokens, estimate });
  return { target, worst, usual, nowMs };
}

/** `draft`: of the hold. */
export function planOf(
  context: VerbContext,
  attempt: Attempt,
  hold: Hold,
  draft: ReserveDraft,
): ReservePlan<EntryMeta> {
  const { id, ttlMs = DEFAULT_TTL_MS } = attempt.request;
  const { nowMs } = hold;
  return {
    id,
    fingerprint: fingerprintOf(attempt.request),
    nowMs,
    expiresAtMs: nowMs + ttlMs,
    entries: draft.entries,
    meta: metaOf(attempt, hold, shadowRefusals(context, draft, nowMs)),
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

/** What a reserve was granted. */
export function grantOf({ id, expiresAtMs }: Granting, meta: ReserveMeta): Granted {
  const { held, maxOutputTokens, waitedMs, shadow = NO_REFUSALS, askedModel, call, growth } = meta;
  return {
    kind: 'granted',
    id,
    expiresAtMs,
    held,
    maxOutputTokens,
    model: askedModel === undefined ? undefined : call.model,
    heldOutputTokens: growth?.heldOutputTokens,
    waitedMs,
    shadow,
  };
}

type Granting = Pick<Granted, 'id' | 'expiresAtMs'>;

const NO_REFUSALS: readonly Refusal[] = [];
