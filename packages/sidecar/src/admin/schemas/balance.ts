// A balance as the admin API shows it.
import type { Balance } from '@spendfuse/core';
import { z } from 'zod';
import { amount, instant, instantOrNull } from './values.ts';

export const balanceSchema = z
  .object({
    budget: z.string(),
    scope: z.record(z.string(), z.string()),
    unit: z.string(),
    window: z.string(),
    limit: amount.meta({ description: 'The amount in force, top-ups and overrides included' }),
    committed: amount,
    reserved: amount,
    remaining: amount.meta({ description: 'Never below 0' }),
    resetAt: instant.nullable(),
    resetAtMs: z.int().optional(),
    mode: z.enum(['enforce', 'shadow']),
  })
  .meta({ id: 'Balance' });

export type BalanceJson = z.output<typeof balanceSchema>;

export function balanceJson(balance: Balance): BalanceJson {
  const { resetAtMs, limit, committed, reserved, remaining, ...named } = balance;
  return {
    ...named,
    limit: String(limit),
    committed: String(committed),
    reserved: String(reserved),
    remaining: String(remaining),
    resetAt: instantOrNull(resetAtMs),
    ...(resetAtMs === undefined ? {} : { resetAtMs }),
  };
}
