// Keeps a budget in the store.
import { budgetFromForm } from '@spendfuse/authority';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { budgetJson, budgetSchema, definition, expectedEtag } from '../schemas/budget.ts';
import { budgetId } from '../schemas/values.ts';

export const setBudget = operation({
  name: 'setBudget',
  summary:
    'Keeps a budget in the store, where it goes before one of the file with its id; what it has counted stays',
  access: 'write',
  http: { method: 'put', path: '/api/budgets/{id}', body: 'definition', ifMatch: 'etag' },
  input: z.strictObject({ id: budgetId, definition, etag: expectedEtag }),
  output: z.object({ budget: budgetSchema }),
  async run({ authority }, { id, definition: form, etag }, { by }) {
    const budget = budgetFromForm({ id, form, field: 'definition' });
    return { budget: budgetJson(await authority.admin.setBudget({ budget, by, etag })) };
  },
});
