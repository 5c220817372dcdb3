// A price data file, as published by the project of the data set: what of it is read, and checked.
import { createHash } from 'node:crypto';
import { SpendfuseError } from '@spendfuse/core';
import { z } from 'zod';
import { BUILT_IN, type DataProvider } from './data-set.ts';
import type { DataConstraint } from './data-prices.ts';
import type { MatchRule } from './match.ts';

const text = z.string().min(1).max(500);

const pattern = text.refine(
  (source) => {
    try {
      return Boolean(new RegExp(source));
    } catch {
      return false;
    }
  },
  { error: 'is no regular expression' },
);

const rule: z.ZodType<MatchRule> = z.lazy(() =>
  z.union([
    z.strictObject({ equals: text }),
    z.strictObject({ starts_with: text }),
    z.strictObject({ ends_with: text }),
    z.strictObject({ contains: text }),
    z.strictObject({ regex: pattern }),
    z.strictObject({ or: z.array(rule) }),
    z.strictObject({ and: z.array(rule) }),
  ]),
);

/** Of a million tokens, a thousand calls: whatever it is, more than this is a mistake. */
const DEAREST_USD = 1_000_000;

const amount = z.number().nonnegative().max(DEAREST_USD);
const tokens = z.number().int().nonnegative();
const price = z.union([
  amount,
  z.object({ base: amount, tiers: z.array(z.object({ start: tokens, price: amount })) }),
]);
const prices = z.record(text, price);

const day = z.iso.date();
const time = text.refine((value) => !Number.isNaN(Date.parse(`1970-01-01T${value}`)), {
  error: 'is no time of day',
});

/** Older files leave the type out. */
const constraint = z.union([
  z
    .strictObject({ type: z.literal('start_date').optional(), start_date: day })
    .transform(({ start_date }): DataConstraint => ({ type: 'start_date', start_date })),
  z
    .strictObject({
      type: z.literal('time_of_date').optional(),
      start_time: time,
      end_time: time,
    })
    .transform((between): DataConstraint => ({ ...between, type: 'time_of_date' })),
]);

const model = z.object({
  id: text,
  match: rule,
  context_window: tokens.nullish().transform((count) => count ?? undefined),
  prices: z.union([
    z.array(z.object({ constraint: constraint.optional(), prices })).min(1),
    prices,
  ]),
});

const provider = z.object({
  id: text,
  provider_match: rule.optional(),
  model_match: rule.optional(),
  fallback_model_providers: z.array(text).optional(),
  models: z.array(model),
});

const file = z.array(provider);

/**
 * The providers of a data file, with no more than what is read of them.
 * @throws SpendfuseError `CONFIG` saying what is wrong with the file.
 */
export function readDataFile(json: string): readonly DataProvider[] {
  let plain: unknown;
  try {
    plain = JSON.parse(json);
  } catch (cause) {
    throw unfit('it is no JSON', cause);
  }
  const result = file.safeParse(plain);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw unfit(`at ${pathText(issue?.path ?? [], plain)}: ${issue?.message ?? ''}`);
  }
  checkWhole(result.data);
  return result.data;
}

/** By content: the same prices have the same digest, whatever was left out of the file. */
export function digestOf(providers: readonly DataProvider[]): string {
  return createHash('sha256').update(JSON.stringify(providers)).digest('hex');
}

/** Half of a file, or another file altogether, would make most models unpriced. */
function checkWhole(providers: readonly DataProvider[]): void {
  const known = countModels(BUILT_IN.providers);
  const count = countModels(providers);
  if (count < known / 2) {
    throw unfit(`it has ${count} models and the built-in data has ${known}: it is not whole`);
  }
}

function countModels(providers: readonly DataProvider[]): number {
  return providers.reduce((sum, { models }) => sum + models.length, 0);
}

/** `anthropic, claude-2, prices.input_mtok`: ids say more than positions. */
function pathText(path: readonly PropertyKey[], plain: unknown): string {
  const steps: string[] = [];
  let at: unknown = plain;
  for (const step of path) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined;
    const id = typeof at === 'object' && at !== null ? Reflect.get(at, 'id') : undefined;
    steps.push(typeof id === 'string' ? id : String(step));
  }
  return steps.length === 0 ? 'the top' : steps.join('.');
}

function unfit(why: string, cause?: unknown): SpendfuseError {
  const message = `this is no price data: ${why}`;
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
