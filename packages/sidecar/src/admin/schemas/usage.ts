// A row of usage as the admin API shows it.
import { USAGE_SUMS, type UsageRow } from '@spendfuse/authority';
import { z } from 'zod';
import { amount, instant, instantOf, instantOrNull } from './values.ts';

const sums = Object.fromEntries(USAGE_SUMS.map((name) => [name, amount])) as Record<
  (typeof USAGE_SUMS)[number],
  typeof amount
>;

export const usageSchema = z
  .object({
    group: z
      .record(z.string(), z.string())
      .meta({ description: '(none) where a call has no such label' }),
    start: instant.nullable().meta({ description: 'Of the bucket' }),
    lastSeen: instant.meta({ description: 'When the latest call was asked for' }),
    ...sums,
  })
  .meta({ id: 'Usage' });

export function usageJson({ startMs, lastSeenMs, ...row }: UsageRow): z.input<typeof usageSchema> {
  return { ...row, start: instantOrNull(startMs), lastSeen: instantOf(lastSeenMs) };
}
