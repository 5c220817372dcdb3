// Checks of what callers send, before anything is planned: bad input changes nothing (L11).
import {
  type Amounts,
  BUILT_IN_UNITS,
  type Call,
  type CommitRequest,
  checkId,
  checkLabels,
  checkUsage,
  CUSTOM_UNIT,
  type Estimate,
  type ExtendRequest,
  invalid,
  isAmount,
  type ReserveRequest,
} from '@spendfuse/core';

export const DEFAULT_TTL_MS = 120_000;
export const MAX_TTL_MS = 24 * 3_600_000;
const MAX_NAME_LENGTH = 256;
const MAX_CHOICES = 1024;
const MAX_AMOUNTS = 32;
/** How long ago a call that is only now recorded may have been made. */
const MAX_RECORD_AGE_MS = 7 * 24 * 3_600_000;
const MAX_AHEAD_MS = 10 * 60_000;

export function checkReserve(request: ReserveRequest, nowMs: number): void {
  checkId(request.id, nowMs);
  checkCall(request.call);
  checkEstimate(request.estimate);
  if (request.ttlMs !== undefined) checkTtl(request.ttlMs);
  if (request.maxWaitMs !== undefined && !isAmount(request.maxWaitMs)) {
    throw invalid('maxWaitMs', 'is no number of milliseconds');
  }
}

function checkTtl(ttlMs: number): void {
  if (!isAmount(ttlMs) || ttlMs === 0 || ttlMs > MAX_TTL_MS) {
    throw invalid('ttlMs', `${ttlMs} is not between 1 ms and 24 h`);
  }
}

export function checkExtend({ id, ttlMs, outputTokens }: ExtendRequest, nowMs: number): void {
  checkId(id, nowMs);
  checkTtl(ttlMs);
  if (outputTokens === undefined || isAmount(outputTokens)) return;
  throw invalid('outputTokens', `${String(outputTokens)} is no number of tokens`);
}

export function checkCommit(request: CommitRequest, nowMs: number): void {
  checkId(request.id, nowMs);
  checkUsage(request.usage);
  checkTier(request.tier, 'tier');
  checkAmounts(request.amounts, 'amounts');
  if (!request.call) return;
  checkCall(request.call);
  const { reservedAtMs } = request.call;
  if (!isAmount(reservedAtMs) || reservedAtMs > nowMs + MAX_AHEAD_MS) {
    throw invalid('call.reservedAtMs', 'is no time in the past');
  }
  if (reservedAtMs < nowMs - MAX_RECORD_AGE_MS) {
    throw invalid('call.reservedAtMs', 'is more than 7 days ago');
  }
}

function checkCall(call: Call): void {
  checkLabels(call.labels, 'call.labels');
  checkName('call.provider', call.provider);
  checkName('call.model', call.model);
  checkName('call.operation', call.operation);
}

function checkName(field: string, name: string): void {
  if (typeof name !== 'string' || name === '') throw invalid(field, 'is missing');
  if (name.length > MAX_NAME_LENGTH) throw invalid(field, `has over ${MAX_NAME_LENGTH} characters`);
}

function checkTier(tier: string | undefined, field: string): void {
  if (tier !== undefined) checkName(field, tier);
}

/** Counts of custom units by name, and the cost where the caller says it. */
function checkAmounts(amounts: Amounts | undefined, field: string): void {
  if (amounts === undefined) return;
  if (typeof amounts !== 'object' || amounts === null) throw invalid(field, 'is no map of amounts');
  const names = Object.keys(amounts);
  if (names.length > MAX_AMOUNTS) {
    throw invalid(field, `${names.length} units; at most ${MAX_AMOUNTS}`);
  }
  for (const name of names) {
    const at = `${field}.${name.slice(0, 63)}`;
    if (name !== 'cost' && (BUILT_IN_UNITS as readonly string[]).includes(name)) {
      throw invalid(at, 'is counted from the call itself and cannot be given');
    }
    if (name !== 'cost' && !CUSTOM_UNIT.test(name)) {
      throw invalid(at, 'is no name of a custom unit, such as tool_calls');
    }
    if (!isAmount(amounts[name])) {
      throw invalid(at, `${String(amounts[name])} is no whole number from 0 up`);
    }
  }
}

function checkEstimate(estimate: Estimate): void {
  const { inputBound, maxOutputTokens, choices, webSearches } = estimate;
  checkTier(estimate.tier, 'estimate.tier');
  checkAmounts(estimate.amounts, 'estimate.amounts');
  if (!isAmount(inputBound.tokens)) {
    const text = String(inputBound.tokens);
    throw invalid('estimate.inputBound.tokens', `${text} is no number of tokens`);
  }
  if (maxOutputTokens !== undefined && !isAmount(maxOutputTokens)) {
    const text = String(maxOutputTokens);
    throw invalid('estimate.maxOutputTokens', `${text} is no number of tokens`);
  }
  if (!isAmount(choices) || choices < 1 || choices > MAX_CHOICES) {
    throw invalid('estimate.choices', `${choices} is not between 1 and ${MAX_CHOICES}`);
  }
  if (webSearches !== undefined && !isAmount(webSearches)) {
    throw invalid('estimate.webSearches', `${String(webSearches)} is no number of searches`);
  }
  if (!isAmount(inputBound.tokens + (maxOutputTokens ?? 0) * choices)) {
    throw invalid('estimate', 'more tokens than a counter can hold');
  }
}
