// What programs may import from `spendfuse`: who spends, what else is spent, and the error of a refusal.
export { BudgetExceededError, currentLabels, runAs } from '@spendfuse/guard';
export { coverage, type Coverage } from '@spendfuse/instrumentation/coverage';
export {
  guardAnthropic,
  guardedFetch,
  guardMcpClient,
  type Reserved,
  spendfusePlugin,
  type SpentAmounts,
  type ToReserve,
  withReservation,
} from '@spendfuse/instrumentation/library';
export type { DenialReason, Labels, Refusal } from '@spendfuse/core';
