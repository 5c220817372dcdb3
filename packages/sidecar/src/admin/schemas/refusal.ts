// One limit that refuses, as the HTTP APIs show it.
import type { Refusal } from '@spendfuse/core';
import { z } from 'zod';
import { reason } from './entry.ts';
import { amount, instant, instantOrNull } from './values.ts';

export const refusalSchema = z
  .object({
    reason,
    budget: z.string(),
    scope: z.record(z.string(), z.string()),
    unit: z.string(),
    window: z.string(),
    limit: amount,
    committed: amount,
    reserved: amount,
    requested: amount,
    resetAt: instant.nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'Refusal' });

export function refusalJson(refusal: Refusal): z.input<typeof refusalSchema> {
  const { limit, committed, reserved, requested, resetAtMs, detail = null, ...named } = refusal;
  return {
    ...named,
    limit: String(limit),
    committed: String(committed),
    reserved: String(reserved),
    requested: String(requested),
    resetAt: instantOrNull(resetAtMs),
    detail,
  };
}
