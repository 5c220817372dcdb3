// Every budget in force, in order.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { budgetJson, budgetSchema } from '../schemas/budget.ts';

export const listBudgets = operation({
  name: 'listBudgets',
  summary: 'Every budget in force, in order',
  access: 'read',
  http: { method: 'get', path: '/api/budgets' },
  input: z.strictObject({}),
  output: z.object({ budgets: z.array(budgetSchema) }),
  run: ({ authority }) => ({ budgets: authority.admin.budgets().map(budgetJson) }),
});
