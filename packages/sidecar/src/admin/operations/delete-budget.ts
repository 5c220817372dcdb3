// Removes a budget from the store.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { budgetId } from '../schemas/values.ts';

export const deleteBudget = operation({
  name: 'deleteBudget',
  summary: 'Removes a budget from the store; one of the file is in force again then',
  access: 'write',
  http: { method: 'delete', path: '/api/budgets/{id}' },
  input: z.strictObject({ id: budgetId }),
  output: z.object({}),
  async run({ authority }, { id }, { by }) {
    await authority.admin.deleteBudget({ id, by });
    return {};
  },
});
