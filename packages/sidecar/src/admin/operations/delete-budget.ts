// Removes a budget from the store.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { expectedEtag } from '../schemas/budget.ts';
import { budgetId } from '../schemas/values.ts';

export const deleteBudget = operation({
  name: 'deleteBudget',
  summary: 'Removes a budget from the store; one of the file is in force again then',
  access: 'write',
  http: { method: 'delete', path: '/api/budgets/{id}', ifMatch: 'etag' },
  input: z.strictObject({ id: budgetId, etag: expectedEtag }),
  output: z.object({}),
  async run({ authority }, { id, etag }, { by }) {
    await authority.admin.deleteBudget({ id, by, etag });
    return {};
  },
});
