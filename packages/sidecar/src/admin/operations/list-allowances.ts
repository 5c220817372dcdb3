// Top-ups and overrides, in force or to come.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { allowanceJson, allowanceSchema } from '../schemas/allowance.ts';
import { budgetId } from '../schemas/values.ts';

export const listAllowances = operation({
  name: 'listAllowances',
  summary: 'Top-ups and overrides, in force or to come',
  access: 'read',
  http: { method: 'get', path: '/api/allowances' },
  input: z.strictObject({ budget: budgetId.optional() }),
  output: z.object({ allowances: z.array(allowanceSchema) }),
  run: ({ authority }, { budget }) => ({
    allowances: authority.admin.allowances(budget).map(allowanceJson),
  }),
});
