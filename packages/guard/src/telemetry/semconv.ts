// Every span attribute and client metric name, written once; dashboards and docs use these.
//
// The GenAI conventions (open-telemetry/semantic-conventions-genai) are in development. `released`
// are the names of v1.41; `next` those that have been agreed on since (its main branch, 2026-11).

export type SemconvFamily = 'released' | 'next';

export const ATTR = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  /** What the provider was called before; other instrumentations still do. */
  system: 'gen_ai.system',
  requestModel: 'gen_ai.request.model',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestStream: 'gen_ai.request.stream',
  requestChoices: 'gen_ai.request.choice.count',
  /** Of an operation `execute_tool`, which has no model. */
  toolName: 'gen_ai.tool.name',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  tokenType: 'gen_ai.token.type',
  tokenModality: 'gen_ai.token.modality',
  // Proposed in semantic-conventions-genai, pull request 443.
  costAmount: 'gen_ai.usage.cost.amount',
  costCurrency: 'gen_ai.usage.cost.currency',
  costSource: 'gen_ai.usage.cost.source',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  decision: 'spendfuse.decision',
  reason: 'spendfuse.reason',
  budget: 'spendfuse.budget',
  reservationId: 'spendfuse.reservation.id',
  reservedAmount: 'spendfuse.reserved.amount',
  reservedTokens: 'spendfuse.reserved.tokens',
  overrunAmount: 'spendfuse.overrun.amount',
  /** Exact, so that sums over spans equal the ledger's. */
  costNanoUsd: 'spendfuse.cost.nano_usd',
  /** What the provider itself says. */
  reportedCostNanoUsd: 'spendfuse.cost.reported_nano_usd',
  waitMs: 'spendfuse.wait_ms',
  usageSource: 'spendfuse.usage.source',
} as const;

/** The operation of a call of a tool, and the provider where that is the program itself. */
export const EXECUTE_TOOL = 'execute_tool';
export const TOOL_PROVIDER = 'tool';

/** Below the span of someone else that ended before the usage of its call was known. */
export const SPAN_SETTLE = 'spendfuse.settle';
export const EVENT_DENIED = 'spendfuse.denied';
export const ERROR_BUDGET_EXCEEDED = 'budget_exceeded';

/** The names in which the families differ. */
export const NAMES = {
  released: {
    cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
    duration: 'gen_ai.client.operation.duration',
    timeToFirstChunk: 'gen_ai.client.operation.time_to_first_chunk',
    timePerOutputChunk: 'gen_ai.client.operation.time_per_output_chunk',
    inputTokens: 'gen_ai.client.token.usage',
    outputTokens: 'gen_ai.client.token.usage',
  },
  next: {
    cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
    duration: 'gen_ai.client.inference.duration',
    timeToFirstChunk: 'gen_ai.client.inference.time_to_first_chunk',
    timePerOutputChunk: 'gen_ai.client.inference.time_per_output_chunk',
    inputTokens: 'gen_ai.client.inference.operation.input_tokens',
    outputTokens: 'gen_ai.client.inference.operation.output_tokens',
  },
} as const satisfies Record<SemconvFamily, Record<string, string>>;

/** Counters that only `next` has: each part of the tokens has its own. */
export const USAGE_COUNTERS = {
  inputTokens: 'gen_ai.client.inference.usage.input_tokens',
  outputTokens: 'gen_ai.client.inference.usage.output_tokens',
  cacheReadTokens: 'gen_ai.client.inference.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.client.inference.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.client.inference.usage.reasoning.output_tokens',
} as const;

export const METRIC_COST = 'gen_ai.client.operation.cost';
// `client`, for the sidecar has its own of all clients: a sum over both would count twice.
export const METRIC_DECISIONS = 'spendfuse.client.decisions';
export const METRIC_ESTIMATE_ERROR = 'spendfuse.client.estimate.error';
export const METRIC_COST_RATIO = 'spendfuse.client.cost.ratio';

/** Powers of 4. */
export const TOKEN_BUCKETS = Array.from({ length: 14 }, (_, i) => 4 ** i);
/** Seconds, doubling from 0.01 to 81.92. */
export const DURATION_BUCKETS = Array.from({ length: 14 }, (_, i) =>
  Number((0.01 * 2 ** i).toFixed(2)),
);
/** USD, times 4 from a thousandth of a cent to about 2,700 dollars. */
export const COST_BUCKETS = Array.from({ length: 15 }, (_, i) =>
  Number((1e-5 * 4 ** i).toPrecision(6)),
);
/** Held by used; the same as the sidecar's. */
export const ESTIMATE_ERROR_BUCKETS = [
  0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 8, 16, 32, 64, 128, 256,
];
/** Reported by charged: narrow around 1, where prices agree. */
export const COST_RATIO_BUCKETS = [
  0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.001, 1.01, 1.1, 1.25, 1.5, 2, 4, 10,
];
