// One budget in force.
import { SpendfuseError } from '@spendfuse/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { budgetJson, budgetSchema } from '../schemas/budget.ts';
import { budgetId } from '../schemas/values.ts';

export const getBudget = operation({
  name: 'getBudget',
  summary: 'One budget in force',
  access: 'read',
  http: { method: 'get', path: '/api/budgets/{id}' },
  input: z.strictObject({ id: budgetId }),
  output: z.object({ budget: budgetSchema }),
  run({ authority }, { id }) {
    const view = authority.admin.budgets().find(({ budget }) => budget.id === id);
    if (view) return { budget: budgetJson(view) };
    const message = `id: there is no budget "${id}"`;
    throw new SpendfuseError({ code: 'NOT_FOUND', message, field: 'id' });
  },
});
