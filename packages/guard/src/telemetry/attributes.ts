// What a call is told by, as span attributes: pure functions from facts to names and values.
import type { Attributes } from '@opentelemetry/api';
import {
  type Call,
  type Committed,
  type Denied,
  type Granted,
  NANO_USD_PER_USD,
  type Usage,
  type UsageSource,
} from '@spendfuse/core';
import type { RequestFacts, ResponseFacts } from '@spendfuse/providers';
import { ATTR, NAMES, type SemconvFamily } from './semconv.ts';

export type CallStart = LlmStart | ToolStart;

export interface LlmStart {
  readonly call: Call;
  readonly facts: RequestFacts;
  readonly url: URL;
}

export interface ToolStart {
  readonly call: Call;
  readonly toolName: string;
}

/** What a finished call is told by. */
export interface CallEnd {
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource | undefined;
  readonly committed: Committed | undefined;
  readonly response: ResponseFacts | undefined;
  /** An HTTP status, the code of an error, or undefined where all went well. */
  readonly errorType: string | undefined;
  /** The stream ended before its last event. */
  readonly isCut: boolean;
}

/** What spans and metrics have in common. */
export function callAttributes(start: CallStart): Attributes {
  const { operation, provider, model } = start.call;
  const common = { [ATTR.operation]: operation, [ATTR.provider]: provider };
  if ('toolName' in start) return { ...common, [ATTR.toolName]: start.toolName };
  const { url } = start;
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return {
    ...common,
    [ATTR.requestModel]: model,
    [ATTR.serverAddress]: url.hostname,
    [ATTR.serverPort]: port,
  };
}

export function requestAttributes(start: CallStart): Attributes {
  if ('toolName' in start) return {};
  const { facts } = start;
  return {
    ...(facts.maxOutputTokens ? { [ATTR.requestMaxTokens]: facts.maxOutputTokens } : {}),
    ...(facts.stream ? { [ATTR.requestStream]: true } : {}),
    ...(facts.choices > 1 ? { [ATTR.requestChoices]: facts.choices } : {}),
  };
}

/** The policy that let a call pass of which no decision was to be had. */
export type Ungoverned = NonNullable<Granted['ungoverned']>;

/** The decision, and the budget that refused or would have: also of the metric. */
export function decisionAttributes(decision: Granted | Denied): Attributes {
  if (decision.kind === 'granted' && decision.ungoverned) {
    return ungovernedAttributes(decision.ungoverned);
  }
  const [refusal] = decision.kind === 'denied' ? decision.refusals : decision.shadow;
  const reason = decision.kind === 'denied' ? decision.reason : refusal?.reason;
  return {
    [ATTR.decision]: decision.kind === 'denied' ? 'denied' : decisionOf(decision),
    ...(reason === undefined ? {} : { [ATTR.reason]: reason }),
    ...(refusal ? { [ATTR.budget]: refusal.budget } : {}),
  };
}

function decisionOf({ shadow, model, maxOutputTokens }: Granted): string {
  if (shadow.length > 0) return 'shadow_denied';
  if (model !== undefined) return 'downgraded';
  return maxOutputTokens === undefined ? 'granted' : 'clamped';
}

export function ungovernedAttributes(ungoverned: Ungoverned): Attributes {
  const decision = ungoverned === 'grace' ? 'grace' : 'allowed';
  return { [ATTR.decision]: decision, [ATTR.reason]: 'UNAVAILABLE' };
}

export function waitAttributes({ waitedMs }: Granted | Denied): Attributes {
  return waitedMs > 0 ? { [ATTR.waitMs]: waitedMs } : {};
}

/** What is held, and how the request was changed. */
export function grantAttributes({ id, held, maxOutputTokens, model }: Granted): Attributes {
  return {
    [ATTR.reservationId]: id,
    [ATTR.reservedTokens]: held.tokens,
    ...(held.costNanoUsd === undefined ? {} : { [ATTR.reservedAmount]: usd(held.costNanoUsd) }),
    ...(maxOutputTokens === undefined ? {} : { [ATTR.requestMaxTokens]: maxOutputTokens }),
    ...(model === undefined ? {} : { [ATTR.requestModel]: model }),
  };
}

export function endAttributes(end: CallEnd, family: SemconvFamily): Attributes {
  const { usage, usageSource, committed, response, isCut } = end;
  const reportedCost = reportedCostOf(end);
  const reasons = [...(response?.finishReasons ?? []), ...(isCut ? ['error'] : [])];
  return {
    ...(response?.id === undefined ? {} : { [ATTR.responseId]: response.id }),
    ...(response?.model === undefined ? {} : { [ATTR.responseModel]: response.model }),
    ...(reasons.length === 0 ? {} : { [ATTR.finishReasons]: reasons }),
    ...(usage ? usageAttributes(usage, family) : {}),
    ...(usageSource ? { [ATTR.usageSource]: usageSource } : {}),
    ...(committed ? costAttributes(committed) : {}),
    ...(reportedCost === undefined ? {} : { [ATTR.reportedCostNanoUsd]: reportedCost }),
  };
}

/** What the provider says that the whole call costs; of a part of it, it may say less. */
export function reportedCostOf({ usageSource, response }: CallEnd): number | undefined {
  return usageSource === 'provider' ? response?.reportedCostNanoUsd : undefined;
}

function usageAttributes(usage: Usage, family: SemconvFamily): Attributes {
  const parts = {
    [ATTR.cacheReadTokens]: usage.cacheReadTokens,
    [NAMES[family].cacheWriteTokens]: usage.cacheWriteTokens,
    [ATTR.reasoningTokens]: usage.reasoningTokens,
  };
  return {
    [ATTR.inputTokens]: usage.inputTokens,
    [ATTR.outputTokens]: usage.outputTokens,
    ...Object.fromEntries(Object.entries(parts).filter(([, tokens]) => tokens > 0)),
  };
}

function costAttributes({ costNanoUsd, overrunNanoUsd }: Committed): Attributes {
  if (costNanoUsd === undefined) return {};
  return {
    [ATTR.costAmount]: usd(costNanoUsd),
    [ATTR.costCurrency]: 'USD',
    [ATTR.costSource]: 'local',
    [ATTR.costNanoUsd]: costNanoUsd,
    ...(overrunNanoUsd > 0 ? { [ATTR.overrunAmount]: usd(overrunNanoUsd) } : {}),
  };
}

function usd(nanoUsd: number): number {
  return nanoUsd / NANO_USD_PER_USD;
}
