// The history, the newest first.
import { z } from 'zod';
import { withFieldNames } from '../input.ts';
import { operation } from '../operation.ts';
import { decision, entryJson, entrySchema, reason, verb } from '../schemas/entry.ts';
import { cursor, labels, time, whole } from '../schemas/values.ts';

/** Which entries: of a page and of an export. */
export const entryFilter = {
  from: time.optional(),
  to: time.optional().meta({ description: 'Not included' }),
  verb: z.array(verb).optional(),
  label: labels
    .optional()
    .meta({ description: 'Only of these calls; * stands for any characters' }),
} as const;

export const ENTRY_FIELD_NAMES = { fromMs: 'from', toMs: 'to', filter: 'label' } as const;

export const listEntries = operation({
  name: 'listEntries',
  summary: 'The history, the newest first',
  access: 'read',
  http: { method: 'get', path: '/api/entries' },
  input: z.strictObject({
    ...entryFilter,
    id: z.string().max(64).optional().meta({ description: 'Of a reservation or an act' }),
    budget: z.string().max(64).optional(),
    decision: decision.optional(),
    reason: reason.optional(),
    limit: whole({ min: 1, max: 1000 }).optional().meta({ description: 'Default 50' }),
    cursor: cursor.optional(),
  }),
  output: z.object({ entries: z.array(entrySchema), next: z.string().nullable() }),
  async run({ authority }, { from: fromMs, to: toMs, label: filter, ...query }) {
    const page = await withFieldNames(ENTRY_FIELD_NAMES, () =>
      authority.entries({ ...query, fromMs, toMs, filter }),
    );
    return { entries: page.entries.map(entryJson), next: page.next ?? null };
  },
});
