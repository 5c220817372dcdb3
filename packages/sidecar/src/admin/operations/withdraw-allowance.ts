// Takes a top-up or an override back.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { uuid } from '../schemas/values.ts';

export const withdrawAllowance = operation({
  name: 'withdrawAllowance',
  summary: 'Takes a top-up or an override back',
  access: 'write',
  http: { method: 'delete', path: '/api/allowances/{id}' },
  input: z.strictObject({ id: uuid }),
  output: z.object({}),
  async run({ authority }, { id }, { by }) {
    await authority.admin.withdraw({ id, by });
    return {};
  },
});
