// One guarded LLM call: estimate, reserve, run, commit, telemetry.
export { currentLabels, runAs } from './context.ts';
export { BudgetExceededError } from './errors.ts';
export { settleOpenBodies, settleOpenBodiesNow } from './open-body.ts';
export { createGuard, type Guard } from './guard.ts';
export type {
  GuardedCall,
  GuardedRequest,
  GuardOptions,
  GuardTimes,
  RequestBody,
  SentChange,
} from './call.ts';
export type { Spending, Spent } from './spend.ts';
export { untraced } from './reservation.ts';
export {
  globalMeter,
  globalTracer,
  type Meter,
  type Tracer,
} from './telemetry/registered.ts';
export { createTelemetry, type TelemetryOptions } from './telemetry/span.ts';
export type { CallTelemetry, Telemetry } from './telemetry/telemetry.ts';
export { createTokenCounter, type TokenCounter, type TokenQuery } from './tokens.ts';
