// Every operation of the admin API, in the order of the documents: HTTP and gRPC are made of this list.
import type { AdminOperation } from './operation.ts';
import { addAllowance } from './operations/add-allowance.ts';
import { backfillBudget } from './operations/backfill-budget.ts';
import { deleteBudget } from './operations/delete-budget.ts';
import { explain } from './operations/explain.ts';
import { getBudget } from './operations/get-budget.ts';
import { getStatus } from './operations/get-status.ts';
import { listAllowances } from './operations/list-allowances.ts';
import { listBalances } from './operations/list-balances.ts';
import { listBudgets } from './operations/list-budgets.ts';
import { listEntries } from './operations/list-entries.ts';
import { queryUsage } from './operations/query-usage.ts';
import { resetBudget } from './operations/reset-budget.ts';
import { setBudget } from './operations/set-budget.ts';
import { withdrawAllowance } from './operations/withdraw-allowance.ts';

/** All but the export, which answers with a stream of text. */
export const adminOperations: readonly AdminOperation[] = [
  listBudgets,
  getBudget,
  setBudget,
  deleteBudget,
  listAllowances,
  addAllowance,
  withdrawAllowance,
  resetBudget,
  backfillBudget,
  explain,
  listBalances,
  queryUsage,
  listEntries,
  getStatus,
];
