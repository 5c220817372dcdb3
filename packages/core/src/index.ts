// The domain of Spendfuse: pure functions and readonly types.
export {
  draftRecord,
  draftReserve,
  explain,
  type LimitEntry,
  type ReserveDraft,
} from './admission.ts';
export {
  type Admission,
  counterKey,
  prepare,
  type PreparedBudget,
  type PreparedLimit,
  type PreparedScope,
  scopeKeyOf,
} from './prepared.ts';
export { type Allowance, allowancesFor, ceilingOf } from './allowance.ts';
export {
  type AlertRule,
  amountFor,
  type AmountByLabel,
  type Budget,
  BUDGET_DEFAULTS,
  type BudgetFields,
  budgetOf,
  type BuiltInUnit,
  DEFAULT_LADDER,
  type Downgrade,
  globMatches,
  type Limit,
  type LimitAmount,
  matches,
  type OnExpire,
  type Rung,
  type Unit,
} from './budget.ts';
export type {
  Amounts,
  Balance,
  BalanceQuery,
  BudgetAuthority,
  CommitRequest,
  Committed,
  Estimate,
  ExtendRequest,
  RecordRequest,
  ReleaseRequest,
  ReserveRequest,
} from './authority.ts';
export { isTimeZone } from './calendar.ts';
export { type Clock, monotonic, type MonotonicClock } from './clock.ts';
export {
  type Decision,
  type Denied,
  DENIAL_REASONS,
  type DenialReason,
  deny,
  type Extended,
  type Granted,
  type Held,
  type Refine,
  type Refusal,
} from './decision.ts';
export { Engine, type EngineOptions } from './engine.ts';
export {
  type CounterRef,
  type HeldEntry,
  PlacedRef,
  type PlanEntry,
  type RecordedEntry,
} from './entry.ts';
export { unknownVariables, VARIABLES } from './environment.ts';
export { ERROR_CODES, type ErrorCode, invalid, SpendfuseError } from './errors.ts';
export { Fingerprint } from './fingerprint.ts';
export { formatGrace, Grace, type GraceAmount, parseGrace } from './grace.ts';
export {
  checkTogether,
  formatAmount,
  formatDuration,
  formatLimit,
  formatWindow,
  parseDurationMs,
  parseLimit,
  parseUnitAmount,
  parseWindow,
} from './grammar.ts';
export { checkId, mintedAtMs, mintId } from './id.ts';
export type {
  CounterSums,
  Document,
  EntryRefusal,
  ExpireRequest,
  ExtendOutcome,
  ExtendPlan,
  ForgetRequest,
  Ledger,
  Note,
  PutPlan,
  ReadQuery,
  RecordPlan,
  Reservation,
  ReservationState,
  ReserveOutcome,
  ReservePlan,
  ResetPlan,
  SettleRequest,
  Settlement,
} from './ledger.ts';
export { BUILT_IN_UNITS, CUSTOM_UNIT } from './limits/registry.ts';
export type { Actual, WorstCase } from './limits/unit.ts';
export { formatUsd, isAmount, MAX_AMOUNT, NANO_USD_PER_USD, parseUsd } from './money.ts';
export type { GrownAmounts, LedgerRecord, RecordListener } from './record.ts';
export type { BucketState, CounterState } from './counter.ts';
export type { HeldState, StatePart } from './state.ts';
export { covers, releaseAmounts, settleAmounts } from './settlement.ts';
export {
  agreedDowngrade,
  downgradeShare,
  largestThatFits,
  nextRung,
  type RungTaken,
} from './shortage.ts';
export { type Call, checkLabels, labelOf, type Labels, NO_VALUE, utf8Length } from './subject.ts';
export {
  type OnUnavailable,
  type UnavailablePolicy,
  type Ungoverned,
  type UngovernedOptions,
  withUngoverned,
} from './ungoverned.ts';
export {
  checkUsage,
  NO_USAGE,
  totalTokens,
  type Usage,
  USAGE_KINDS,
  usageOf,
  type UsageSource,
} from './usage.ts';
export {
  bucketAt,
  type CountedWindow,
  HORIZON_MS,
  resetAtMs,
  type Window,
  windowKey,
} from './window.ts';
