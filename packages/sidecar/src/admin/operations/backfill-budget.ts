// Counters that began late take over what calls have used.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { amount, budgetId } from '../schemas/values.ts';

export const backfillBudget = operation({
  name: 'backfillBudget',
  summary:
    'Counters that began after the calls take over what was used in the windows in force, as far as usage is kept',
  access: 'write',
  http: { method: 'post', path: '/api/budgets/{budget}/backfill' },
  input: z.strictObject({ budget: budgetId }),
  output: z.object({ counters: amount.meta({ description: 'How many lacked something' }) }),
  async run({ authority }, { budget }, { by }) {
    const { counters } = await authority.admin.backfill({ budget, by });
    return { counters: String(counters) };
  },
});
