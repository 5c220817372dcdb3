// The single values that the admin API takes and answers, as zod schemas.
import { parseIsoTime } from '@spendfuse/authority';
import { formatWindow, parseWindow, SpendfuseError } from '@spendfuse/core';
import { z } from 'zod';

const NAME = /^[a-z][a-z0-9_.-]{0,62}$/;
const NAME_RULE = 'a lower-case letter, then up to 62 of a-z 0-9 _ . -';

export const budgetId = z.string().regex(NAME, `an id of a budget is ${NAME_RULE}`);

/** Of a label, or `provider`, `model`, `operation`. */
export const labelName = z.string().regex(NAME, `a name of a label is ${NAME_RULE}`);

export const labels = z.record(labelName, z.string().min(1).max(512));

export const unit = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'a unit is cost, tokens, requests, … or a custom one');

/** Ids of acts and reservations. */
export const uuid = z.string().regex(/^[0-9a-f-]{36}$/, 'is no lower-case UUID');

export const cursor = z.string().max(4096).meta({ description: '`next` of the page before' });

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number; also as a decimal string, as queries and the JSON of int64 have it. */
export function whole({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );
}

/** ISO 8601, to ms since the epoch; UTC where no offset is given. */
export const time = z
  .string()
  .transform((text, context) => {
    const ms = parseIsoTime(text, 'UTC');
    if (ms !== undefined) return ms;
    const message = `"${text}" is no time; write it like 2026-01-31 or 2026-01-31T18:00:00Z`;
    context.issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  })
  .meta({ description: 'ISO 8601; UTC where no offset is given', examples: ['2026-01-31T18:00Z'] });

/** A window in the grammar of limits, as `formatWindow` writes it. */
export const windowText = z
  .string()
  .transform((text, context) => {
    try {
      return formatWindow(parseWindow(text, { text, field: 'window', zone: 'UTC' }));
    } catch (thrown) {
      const { message } = SpendfuseError.from(thrown);
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }
  })
  .meta({ description: 'day, rolling 60s, 30d, request, lifetime, …', examples: ['day'] });

/** In answers: nano-USD for `cost`, else a count; not every reader of JSON keeps 2^53 exact. */
export const amount = z.string().regex(/^-?\d+$/);

/** In answers. */
export const instant = z.iso.datetime();

export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

export function instantOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : instantOf(ms);
}

export function textOrNull(count: number | undefined): string | null {
  return count === undefined ? null : String(count);
}
