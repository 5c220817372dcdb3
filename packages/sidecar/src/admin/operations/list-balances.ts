// Limits of scopes as they stand, the fullest first.
import { z } from 'zod';
import { withFieldNames } from '../input.ts';
import { operation } from '../operation.ts';
import { balanceJson, balanceSchema } from '../schemas/balance.ts';
import { cursor, labels, whole } from '../schemas/values.ts';

export const listBalances = operation({
  name: 'listBalances',
  summary: 'Limits of scopes as they stand, the fullest first',
  access: 'read',
  http: { method: 'get', path: '/api/balances' },
  input: z.strictObject({
    budget: z.string().optional(),
    label: labels.optional().meta({ description: 'Only scopes with these values' }),
    limit: whole({ min: 1, max: 1000 }).optional().meta({ description: 'Default 100' }),
    cursor: cursor.optional(),
  }),
  output: z.object({ balances: z.array(balanceSchema), next: z.string().nullable() }),
  async run({ authority }, { label: scope, ...query }) {
    const page = await withFieldNames({ scope: 'label' }, () =>
      authority.balancePage({ ...query, scope }),
    );
    return { balances: page.balances.map(balanceJson), next: page.next ?? null };
  },
});
