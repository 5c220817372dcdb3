// What programs may import from `spendfuse`: who spends, and the error of a refused call.
export { BudgetExceededError, currentLabels, runAs } from '@spendfuse/guard';
export type { DenialReason, Labels, Refusal } from '@spendfuse/core';
