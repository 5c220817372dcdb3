// An entry of the history as the admin API shows it.
import { type Entry, ENTRY_VERBS } from '@spendfuse/authority';
import { DENIAL_REASONS, type Usage, USAGE_KINDS } from '@spendfuse/core';
import { z } from 'zod';
import { amount, instant } from './values.ts';

export const verb = z.enum(ENTRY_VERBS);
export const decision = z.enum(['granted', 'clamped', 'downgraded', 'denied']);
export const reason = z.enum(DENIAL_REASONS);

const tokens = Object.fromEntries(USAGE_KINDS.map((kind) => [kind, z.int()])) as Record<
  keyof Usage,
  z.ZodInt
>;

export const entrySchema = z
  .object({
    id: z.string().meta({ description: 'Of the reservation, or of the act' }),
    time: instant,
    verb,
    labels: z.record(z.string(), z.string()),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    operation: z.string().nullable(),
    usage: z.object(tokens).nullable(),
    usageSource: z.string().nullable(),
    costNanoUsd: amount.nullable(),
    heldNanoUsd: amount.nullable(),
    decision: decision.nullable(),
    maxOutputTokens: z.int().nullable(),
    askedModel: z
      .string()
      .nullable()
      .meta({ description: 'Of a reserve for another model than the one asked for: that one' }),
    reason: reason.nullable(),
    budgets: z.array(z.string()).meta({ description: 'Budgets that refused' }),
    shadowBudgets: z
      .array(z.string())
      .meta({ description: 'Of a reserve: budgets in shadow mode that would have refused' }),
    catalogue: z.string().nullable(),
    late: z.boolean(),
    count: z.int().meta({ description: 'How many denials the line stands for' }),
    act: z.string().nullable().meta({ description: 'Of an act of administration, in words' }),
    by: z.string().nullable().meta({ description: 'Who did it' }),
  })
  .meta({ id: 'Entry' });

export function entryJson(entry: Entry): z.input<typeof entrySchema> {
  return { ...entry, budgets: [...entry.budgets], shadowBudgets: [...entry.shadowBudgets] };
}
