// A budget as the admin API shows it: as a budgets file has it, and its limits as numbers.
import { budgetEtag, type BudgetView, budgetFormSchema, budgetToForm } from '@spendfuse/authority';
import { formatLimit, formatWindow, type Limit } from '@spendfuse/core';
import { z } from 'zod';
import { amount } from './values.ts';

/** Read by the readers of budgets files, which know more than a schema can say. */
export const definition = z
  .record(z.string(), z.unknown())
  .meta({ id: 'BudgetDefinition', ...budgetFormSchema() });

const limitSchema = z
  .object({
    text: z.string().meta({ description: 'In the grammar of limits', examples: ['$5.00/day'] }),
    unit: z.string(),
    window: z.string(),
    zone: z.string().nullable().meta({ description: 'IANA time zone of a calendar window' }),
    amount: amount.nullable().meta({ description: 'null: by plan' }),
    amounts: z
      .object({ by: z.string(), values: z.record(z.string(), amount), default: amount })
      .nullable(),
  })
  .meta({ id: 'Limit' });

export const budgetSchema = z
  .object({
    id: z.string(),
    source: z.enum(['file', 'store', 'flag']),
    hidesFile: z.boolean().meta({ description: 'The file has another budget of this id' }),
    definition,
    etag: z
      .string()
      .meta({ description: 'Another one as soon as the budget is; the ETag of HTTP' }),
    limits: z.array(limitSchema),
  })
  .meta({ id: 'Budget' });

/** What an edit expects to find. */
export const expectedEtag = z.string().min(1).max(64).optional().meta({
  description: '`etag` of the budget that was read, or *; `CHANGED` if it is another now',
});

export function budgetJson(view: BudgetView): z.input<typeof budgetSchema> {
  const { budget, source, hidesFile } = view;
  return {
    id: budget.id,
    source,
    hidesFile,
    definition: budgetToForm(budget),
    etag: budgetEtag(view),
    limits: budget.limits.map(limitJson),
  };
}

function limitJson(limit: Limit): z.input<typeof limitSchema> {
  const { unit, window, amount: given } = limit;
  const byPlan = typeof given === 'object' ? given : undefined;
  return {
    text: formatLimit(limit),
    unit,
    window: formatWindow(window),
    zone: window.kind === 'calendar' ? window.zone : null,
    amount: typeof given === 'number' ? String(given) : null,
    amounts: byPlan
      ? { by: byPlan.by, values: texts(byPlan.values), default: String(byPlan.default) }
      : null,
  };
}

function texts(amounts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([name, count]) => [name, String(count)]));
}
