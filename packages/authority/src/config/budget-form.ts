// A budget as plain data, as a budgets file has it without the id: how the admin API takes and shows it.
import {
  type Budget,
  formatAmount,
  formatDuration,
  formatLimit,
  formatWindow,
  type Limit,
  type Rung,
  SpendfuseError,
} from '@spendfuse/core';
import { budget as budgetEntry, budgetOfEntry } from './budget-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { sentence } from './reading.ts';

export type BudgetForm = Readonly<Record<string, unknown>>;

export interface BudgetFormInput {
  readonly id: string;
  readonly form: BudgetForm;
  /** The path of the form, for errors: `definition`. Default: the form is all there is. */
  readonly field?: string | undefined;
}

/**
 * Reads a form as a budgets file is read; without a zone of its own in UTC.
 * @throws SpendfuseError `INVALID_ARGUMENT` with the path of the first mistake (`limits.0`) as field;
 * the message names them all.
 */
export function budgetFromForm({ id, form, field }: BudgetFormInput): Budget {
  const mistakes: { readonly path: string; readonly message: string }[] = [];
  const own = Object.hasOwn(form, 'id') ? form['id'] : id;
  if (own !== id)
    mistakes.push({ path: 'id', message: `is "${String(own)}" in the budget itself` });
  const entry = budgetEntry({ ...form, id }, (message, { path = [] } = {}) => {
    // All that a form can lack is its limits.
    const inForm = path.length === 0 ? ['limits'] : path;
    const whole = path[0] === 'id' || field === undefined ? inForm : [field, ...inForm];
    mistakes.push({ path: whole.join('.'), message: sentence(message, path) });
  });
  if (entry && mistakes.length === 0) {
    return budgetOfEntry(entry, { zone: 'UTC', hasFallback: false });
  }
  const message = mistakes.map((each) => `${each.path}: ${each.message}`).join('; ');
  throw new SpendfuseError({ code: 'INVALID_ARGUMENT', message, field: mistakes[0]?.path });
}

/** What `budgetFromForm` reads back as the same budget; defaults are written out. */
export function budgetToForm(budget: Budget): BudgetForm {
  const { match, per, limits, mode, onShortage, onExpire, hold, unpriced, softBound } = budget;
  const { alerts, maxScopes, forgetAfterIdleMs } = budget;
  const windows = limits.map(({ window }) => window);
  const calendar = windows.find((window) => window.kind === 'calendar');
  const anchorMs = windows.find((window) => window.kind === 'fixed')?.anchorMs;
  const form: Record<string, unknown> = {
    match,
    per,
    limits: limits.map(limitForm),
    zone: calendar?.zone,
    anchor: anchorMs === undefined ? undefined : new Date(anchorMs).toISOString(),
    mode,
    alerts: alerts.thresholds.length === 0 ? undefined : alerts.thresholds.map(percent),
    repeat: alerts.repeatMs === undefined ? undefined : formatDuration(alerts.repeatMs),
    onShortage: onShortage.map(rungForm),
    hold,
    onExpire,
    unpriced,
    softBound,
    maxScopes,
    forgetAfterIdle: formatDuration(forgetAfterIdleMs),
  };
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined));
}

/** JSON Schema (2020-12) of a form. */
export function budgetFormSchema(): JsonSchema {
  const { properties, required, ...schema } = budgetEntry.json?.() ?? {};
  const { id: _, ...others } = properties as Readonly<Record<string, unknown>>;
  const needed = (required as readonly string[]).filter((name) => name !== 'id');
  return { ...schema, properties: others, required: needed };
}

function limitForm(limit: Limit): unknown {
  const { unit, amount, window } = limit;
  if (typeof amount === 'number') return formatLimit(limit);
  const values = Object.entries({ ...amount.values, default: amount.default });
  const texts = values.map(([value, count]) => [value, formatAmount(unit, count)] as const);
  return {
    amount: { by: amount.by, ...Object.fromEntries(texts) },
    window: formatWindow(window),
  };
}

function rungForm(rung: Rung): unknown {
  switch (rung.kind) {
    case 'wait':
      return { wait: formatDuration(rung.maxWaitMs) };
    case 'clamp':
      return { clamp: { minOutputTokens: rung.minOutputTokens } };
    case 'downgrade':
      return {
        downgrade: {
          ...(rung.from === undefined ? {} : { from: percent(rung.from) }),
          ...rung.models,
        },
      };
    case 'deny':
      return 'deny';
  }
}

/** Shares are read with two decimals of a per cent. */
function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
