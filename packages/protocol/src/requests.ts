// What is asked: requests of the domain to the wire, and back with every doubt an error.
import {
  type Amounts,
  type BalanceQuery,
  type Call,
  type CommitRequest,
  type Estimate,
  type ExtendRequest,
  invalid,
  type Labels,
  NO_USAGE,
  type RecordRequest,
  type ReleaseRequest,
  type ReserveRequest,
  type Usage,
  USAGE_KINDS,
  type UsageSource,
} from '@spendfuse/core';
import { whole, whole32, wholeOr } from './numbers.ts';
import {
  UsageSource as WireUsageSource,
  type WireBalancesRequest,
  type WireCall,
  type WireCommitRequest,
  type WireEstimate,
  type WireExtendRequest,
  type WireReleaseRequest,
  type WireReserveRequest,
  type WireUsage,
} from './wire.ts';

export function reserveToWire(request: ReserveRequest): WireReserveRequest {
  return {
    id: request.id,
    call: request.call,
    estimate: estimateToWire(request.estimate),
    ttlMs: whole(request.ttlMs, 'ttlMs'),
    maxWaitMs: whole(request.maxWaitMs, 'maxWaitMs'),
  };
}

export function reserveFromWire(wire: WireReserveRequest): ReserveRequest {
  return {
    id: wire.id ?? '',
    call: callFromWire(present(wire.call, 'call')),
    estimate: estimateFromWire(present(wire.estimate, 'estimate')),
    ttlMs: whole(wire.ttlMs, 'ttlMs') || undefined,
    maxWaitMs: whole(wire.maxWaitMs, 'maxWaitMs') || undefined,
  };
}

function estimateToWire(estimate: Estimate): WireEstimate {
  const { inputBound, maxOutputTokens, choices, clampable } = estimate;
  const { downgradable, amounts, tier, webSearches } = estimate;
  const wire: WireEstimate = {
    inputTokens: whole(inputBound.tokens, 'estimate.inputBound.tokens'),
    inputExact: inputBound.exact,
    maxOutputTokens: wholeOr(null, maxOutputTokens, 'estimate.maxOutputTokens'),
    choices: whole32(choices, 'estimate.choices'),
    clampable,
    soft: inputBound.soft ?? false,
    tier: tier ?? '',
    downgradable: downgradable ?? false,
  };
  // No spread: every reserve passes here.
  if (amounts) wire.amounts = amountsToWire(amounts, 'estimate.amounts');
  if (webSearches !== undefined) wire.webSearches = whole(webSearches, 'estimate.webSearches');
  return wire;
}

function estimateFromWire(wire: WireEstimate): Estimate {
  return {
    inputBound: {
      tokens: whole(wire.inputTokens, 'estimate.inputBound.tokens'),
      exact: wire.inputExact ?? false,
      soft: wire.soft || undefined,
    },
    maxOutputTokens: wholeOr(undefined, wire.maxOutputTokens, 'estimate.maxOutputTokens'),
    choices: wire.choices || 1,
    clampable: wire.clampable ?? false,
    downgradable: wire.downgradable || undefined,
    amounts: amountsFromWire(wire.amounts, 'estimate.amounts'),
    webSearches: whole(wire.webSearches, 'estimate.webSearches') || undefined,
    tier: wire.tier || undefined,
  };
}

/** Commit and record differ only in that a record has to carry its call. */
export function commitToWire(request: CommitRequest): WireCommitRequest {
  const { id, usage, usageSource, responseModel, tier, amounts, call } = request;
  const wire: WireCommitRequest = {
    id,
    usage: usageToWire(usage),
    usageSource:
      usageSource === 'estimated'
        ? WireUsageSource.USAGE_SOURCE_ESTIMATED
        : WireUsageSource.USAGE_SOURCE_PROVIDER,
    responseModel: responseModel ?? '',
    tier: tier ?? '',
  };
  if (amounts) wire.amounts = amountsToWire(amounts, 'amounts');
  if (call) {
    wire.call = call;
    wire.reservedAtMs = whole(call.reservedAtMs, 'call.reservedAtMs');
  }
  return wire;
}

export function commitFromWire(wire: WireCommitRequest): CommitRequest {
  const reservedAtMs = whole(wire.reservedAtMs, 'call.reservedAtMs');
  if (wire.call && reservedAtMs === 0) throw invalid('call.reservedAtMs', 'is missing');
  if (!wire.call && reservedAtMs !== 0) throw invalid('call', 'is missing');
  return {
    id: wire.id ?? '',
    usage: usageFromWire(present(wire.usage, 'usage')),
    usageSource: usageSourceFromWire(wire.usageSource),
    responseModel: wire.responseModel || undefined,
    tier: wire.tier || undefined,
    amounts: amountsFromWire(wire.amounts, 'amounts'),
    call: wire.call ? { ...callFromWire(wire.call), reservedAtMs } : undefined,
  };
}

export function recordFromWire(wire: WireCommitRequest): RecordRequest {
  const { call, ...commit } = commitFromWire(wire);
  return { ...commit, call: present(call, 'call') };
}

function usageToWire(usage: Usage): WireUsage {
  if (!isWhole(usage)) for (const kind of USAGE_KINDS) whole(usage[kind], `usage.${kind}`);
  return usage;
}

/** Written out, since every commit passes here. */
function isWhole(usage: Usage): boolean {
  return (
    Number.isSafeInteger(usage.inputTokens) &&
    Number.isSafeInteger(usage.outputTokens) &&
    Number.isSafeInteger(usage.cacheReadTokens) &&
    Number.isSafeInteger(usage.cacheWriteTokens) &&
    Number.isSafeInteger(usage.reasoningTokens) &&
    Number.isSafeInteger(usage.inputAudioTokens) &&
    Number.isSafeInteger(usage.outputAudioTokens) &&
    Number.isSafeInteger(usage.cacheWrite1hTokens) &&
    Number.isSafeInteger(usage.inputImageTokens) &&
    Number.isSafeInteger(usage.outputImageTokens) &&
    Number.isSafeInteger(usage.webSearches)
  );
}

function usageFromWire(wire: WireUsage): Usage {
  const usage = { ...NO_USAGE } as Record<keyof Usage, number>;
  for (const kind of USAGE_KINDS) usage[kind] = whole(wire[kind], `usage.${kind}`);
  return usage;
}

function usageSourceFromWire(source: WireUsageSource | undefined): UsageSource {
  switch (source) {
    case undefined:
    case WireUsageSource.USAGE_SOURCE_UNSPECIFIED:
    case WireUsageSource.USAGE_SOURCE_PROVIDER:
      return 'provider';
    case WireUsageSource.USAGE_SOURCE_ESTIMATED:
      return 'estimated';
    default:
      throw invalid('usageSource', `${String(source)} is no known source`);
  }
}

export function releaseToWire({ id, sent }: ReleaseRequest): WireReleaseRequest {
  return { id, sent: sent ?? false };
}

export function releaseFromWire(wire: WireReleaseRequest): ReleaseRequest {
  return { id: wire.id ?? '', sent: wire.sent ?? false };
}

export function extendToWire({ id, ttlMs, outputTokens }: ExtendRequest): WireExtendRequest {
  return {
    id,
    ttlMs: whole(ttlMs, 'ttlMs'),
    outputTokens: wholeOr(null, outputTokens, 'outputTokens'),
  };
}

export function extendFromWire(wire: WireExtendRequest): ExtendRequest {
  return {
    id: wire.id ?? '',
    ttlMs: whole(wire.ttlMs, 'ttlMs'),
    outputTokens: wholeOr(undefined, wire.outputTokens, 'outputTokens'),
  };
}

export function balanceQueryToWire({ budget, scope }: BalanceQuery): WireBalancesRequest {
  return { budget: budget ?? '', scope: scope ?? {} };
}

export function balanceQueryFromWire(wire: WireBalancesRequest): BalanceQuery {
  return { budget: wire.budget || undefined, scope: wire.scope as Labels | undefined };
}

export function callFromWire({ labels, provider, model, operation }: WireCall): Call {
  return {
    labels: labels ?? {},
    provider: provider ?? '',
    model: model ?? '',
    operation: operation ?? '',
  };
}

function amountsToWire(amounts: Amounts, field: string): Amounts {
  for (const unit in amounts) whole(amounts[unit], `${field}.${unit}`);
  return amounts;
}

/** An empty map is none: the wire does not tell them apart. */
function amountsFromWire(
  wire: Readonly<Record<string, number>> | null | undefined,
  field: string,
): Amounts | undefined {
  let some = false;
  for (const unit in wire) {
    whole(wire[unit], `${field}.${unit}`);
    some = true;
  }
  return some && wire ? wire : undefined;
}

function present<T>(message: T | null | undefined, field: string): T {
  if (message === null || message === undefined) throw invalid(field, 'is missing');
  return message;
}
