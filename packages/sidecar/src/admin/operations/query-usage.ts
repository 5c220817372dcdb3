// What calls used, in groups and periods, whether any limit concerns them or not.
import { z } from 'zod';
import { withFieldNames } from '../input.ts';
import { operation } from '../operation.ts';
import { usageJson, usageSchema } from '../schemas/usage.ts';
import { cursor, labelName, labels, time, whole } from '../schemas/values.ts';

export const queryUsage = operation({
  name: 'queryUsage',
  summary: 'What calls used, in groups and periods, whether any limit concerns them or not',
  access: 'read',
  http: { method: 'get', path: '/api/usage' },
  input: z.strictObject({
    from: time.optional(),
    to: time.optional().meta({ description: 'Not included' }),
    groupBy: z
      .array(labelName)
      .max(8)
      .optional()
      .meta({ description: 'Names of labels, or provider, model, operation' }),
    label: labels.optional().meta({ description: 'Only these calls; * stands for any characters' }),
    bucket: z
      .enum(['minute', 'hour', 'day', 'week', 'month'])
      .optional()
      .meta({ description: 'One row for each period with usage; needs `from`' }),
    zone: z.string().optional().meta({ description: 'IANA time zone of the periods' }),
    orderBy: z
      .enum(['cost', 'tokens', 'requests', 'lastSeen'])
      .optional()
      .meta({ description: 'The largest first; default cost' }),
    limit: whole({ min: 1, max: 1000 }).optional().meta({ description: 'Default 100' }),
    cursor: cursor.optional(),
  }),
  output: z.object({ rows: z.array(usageSchema), next: z.string().nullable() }),
  async run({ authority }, { from: fromMs, to: toMs, label: filter, ...query }) {
    const names = { fromMs: 'from', toMs: 'to', filter: 'label' };
    const page = await withFieldNames(names, () =>
      authority.usage({ ...query, fromMs, toMs, filter }),
    );
    return { rows: page.rows.map(usageJson), next: page.next ?? null };
  },
});
