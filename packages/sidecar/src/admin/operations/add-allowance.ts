// A top-up, which is for good, or an override, which has an end.
import { invalid, parseUnitAmount, type Unit } from '@spendfuse/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { allowanceJson, allowanceSchema } from '../schemas/allowance.ts';
import { budgetId, labels, time, unit, uuid, windowText } from '../schemas/values.ts';

export const addAllowance = operation({
  name: 'addAllowance',
  summary: 'Adds to the limits of a budget: for good (a top-up) or until a time (an override)',
  access: 'write',
  http: { method: 'post', path: '/api/budgets/{budget}/allowances' },
  input: z.strictObject({
    id: uuid.optional().meta({ description: 'UUIDv7; a repeat with the same adds once' }),
    budget: budgetId,
    amount: z.string().meta({
      description:
        'In the grammar of limits; or with `unit` a decimal number, nano-USD for `cost`. Of an override it may be negative',
      examples: ['$50', '100k tokens'],
    }),
    unit: unit.optional(),
    window: windowText.optional(),
    scope: labels.optional(),
    from: time.optional(),
    until: time.optional(),
    note: z.string().max(500).optional(),
  }),
  output: z.object({ allowance: allowanceSchema }),
  async run({ authority }, input, { by }) {
    const { id, budget, window, from: fromMs, until: untilMs, note } = input;
    const scope = input.scope && Object.keys(input.scope).length > 0 ? input.scope : undefined;
    const added = await authority.admin.allow({
      id,
      budget,
      ...unitAmountOf(input),
      window,
      scope,
      fromMs,
      untilMs,
      note,
      by,
    });
    return { allowance: allowanceJson(added) };
  },
});

interface GivenAmount {
  readonly amount: string;
  readonly unit?: string | undefined;
}

function unitAmountOf({ amount, unit }: GivenAmount): { unit: Unit; amount: number } {
  const [, sign = '', size = ''] = /^\s*([+-]?)\s*(.*)$/su.exec(amount) ?? [];
  const read = unit === undefined ? parseUnitAmount(size, 'amount') : { unit, amount: count(size) };
  return sign === '-' ? { ...read, amount: -read.amount } : read;
}

function count(text: string): number {
  if (/^\d+$/u.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw invalid('amount', `"${text}" is no whole number, which it has to be with a unit`);
}
