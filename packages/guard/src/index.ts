// One guarded LLM call: estimate, reserve, run, commit, telemetry.
export { currentLabels, runAs } from './context.ts';
export { BudgetExceededError } from './errors.ts';
export {
  createGuard,
  type Guard,
  type GuardedCall,
  type GuardedRequest,
  type GuardOptions,
  type GuardTimes,
  type OnUnavailable,
} from './guard.ts';
export {
  createTelemetry,
  type CallTelemetry,
  type Telemetry,
  type TelemetryOptions,
} from './telemetry/span.ts';
export { createTokenCounter, type TokenCounter, type TokenQuery } from './tokens.ts';
