// What a budget has committed becomes 0.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { budgetId, labels } from '../schemas/values.ts';

export const resetBudget = operation({
  name: 'resetBudget',
  summary: 'What a budget has committed becomes 0; calls in flight stay reserved',
  access: 'write',
  http: { method: 'post', path: '/api/budgets/{budget}/reset' },
  input: z.strictObject({
    budget: budgetId,
    scope: labels.optional().meta({ description: 'Only scopes with these values' }),
  }),
  output: z.object({}),
  async run({ authority }, { budget, scope = {} }, { by }) {
    const only = Object.keys(scope).length > 0 ? scope : undefined;
    await authority.admin.reset({ budget, scope: only, by });
    return {};
  },
});
