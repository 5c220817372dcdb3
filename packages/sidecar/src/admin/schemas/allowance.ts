// A top-up or an override as the admin API shows it.
import type { AllowanceView } from '@spendfuse/authority';
import { z } from 'zod';
import { amount, instant, instantOrNull } from './values.ts';

export const allowanceSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['top-up', 'override']),
    budget: z.string(),
    scope: z.record(z.string(), z.string()).meta({ description: 'Empty: every scope' }),
    unit: z.string(),
    window: z.string().nullable().meta({ description: 'null: every limit of the unit' }),
    amount,
    from: instant.nullable(),
    until: instant.nullable().meta({ description: 'null: for good' }),
    by: z.string(),
    note: z.string().nullable(),
  })
  .meta({ id: 'Allowance' });

export function allowanceJson(view: AllowanceView): z.input<typeof allowanceSchema> {
  const { id, budget, scope = {}, unit, window = null, fromMs, untilMs, by, note = null } = view;
  return {
    id,
    kind: untilMs === undefined ? 'top-up' : 'override',
    budget,
    scope,
    unit,
    window,
    amount: String(view.amount),
    from: instantOrNull(fromMs),
    until: instantOrNull(untilMs),
    by,
    note,
  };
}
