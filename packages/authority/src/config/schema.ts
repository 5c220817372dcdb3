// The schema of a budgets file: budgets, prices, where alerts go.
import type { Budget } from '@spendfuse/core';
import { z } from 'zod';
import { type AlertConfig, alerts, NO_ALERT_CONFIG } from './alert-schema.ts';
import { budgetOfEntry, budgets } from './budget-schema.ts';
import { type JsonSchema, withVariables } from './json-schema.ts';
import { type PriceConfig, priceConfigKeys, priceConfigOf } from './price-schema.ts';
import { by, mapping, type Reader } from './reading.ts';
import { timeZone } from './values.ts';

export interface Config extends PriceConfig {
  /** In file order. */
  readonly budgets: readonly Budget[];
  readonly alerts: AlertConfig;
}

const file = mapping({
  schema: z.strictObject({
    zone: by(timeZone).optional().describe('IANA time zone of calendar windows. Default: UTC'),
    budgets: by(budgets).optional().describe('All that match a call must have room for it'),
    alerts: by(alerts).optional().describe('Where alerts go'),
    ...priceConfigKeys,
  }),
});

/** Reads the plain data of a budgets file. */
export const config: Reader<Config> = (value, report) => {
  const read = file(value, report);
  if (!read) return undefined;
  const { zone = 'UTC' } = read;
  const prices = priceConfigOf(read);
  const hasFallback = prices.fallback !== undefined;
  return {
    budgets: (read.budgets ?? []).map((entry) => budgetOfEntry(entry, { zone, hasFallback })),
    alerts: read.alerts ?? NO_ALERT_CONFIG,
    ...prices,
  };
};

/** JSON Schema (2020-12) of a budgets file, for editors. */
export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Spendfuse budgets file',
    ...withVariables(file.json?.() ?? {}),
  };
}
