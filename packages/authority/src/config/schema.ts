// The schema of a budgets file: every key there is.
import { type Budget, budgetOf, type Limit, type Rung, windowKey } from '@spendfuse/core';
import { z } from 'zod';
import type { PriceOverride } from '../prices/overrides.ts';
import { below, by, list, mapping, type Reader, wrongType } from './reading.ts';
import {
  budgetId,
  choice,
  labelName,
  limit,
  pattern,
  price,
  timeZone,
  tokenCount,
  waitMs,
} from './values.ts';

export interface Config {
  /** In file order. */
  readonly budgets: readonly Budget[];
  readonly prices: readonly PriceOverride[];
}

const patterns = list({ item: pattern, empty: 'needs a pattern to match, such as gpt-*' });

const match: Reader<Budget['match']> = (value, report) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return report(wrongType('labels with patterns, such as { team: search }', value));
  }
  const wanted = Object.entries(value).map(([name, some]) => {
    labelName(name, (message) => report(message, { path: [name], part: 'key' }));
    return [name, patterns(some, below(report, name)) ?? []] as const;
  });
  return Object.fromEntries(wanted);
};

const per = list({
  item: labelName,
  distinct: {
    key: (item) => item,
    twice: (item) => `label "${String(item)}" is given twice; keep one of them`,
  },
});

const limits = list<Limit>({
  item: limit,
  empty: 'a budget needs at least one limit, such as $5/day',
  distinct: {
    key: (_, read) => read && `${read.unit}/${windowKey(read.window)}`,
    twice: (item) =>
      `"${String(item)}": there is a limit of this unit and window already; keep one`,
  },
});

const clamp = mapping({
  schema: z.strictObject({ minOutputTokens: by(tokenCount) }),
  examples: { minOutputTokens: '256' },
});

const RUNGS = '{ wait: 10s }, { clamp: { minOutputTokens: 256 } } and deny';

const rungMapping = mapping({
  schema: z.strictObject({ wait: by(waitMs).optional(), clamp: by(clamp).optional() }),
});

const rung: Reader<Rung> = (value, report) => {
  if (value === 'deny') return { kind: 'deny' };
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) {
    const what = typeof value === 'string' ? `"${value}"` : 'this';
    return report(`${what} is no rung of the ladder; the rungs are ${RUNGS}`);
  }
  const read = rungMapping(value, report);
  if (read?.wait !== undefined) return { kind: 'wait', maxWaitMs: read.wait };
  return read?.clamp && { kind: 'clamp', minOutputTokens: read.clamp.minOutputTokens };
};

const rungName = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.keys(item)[0] : item;

const ladder = list<Rung>({
  item: rung,
  empty: 'the ladder has no rung; write [deny] to refuse at once',
  distinct: {
    key: rungName,
    twice: (item) => `\`${String(rungName(item))}\` is on the ladder twice; keep one of them`,
  },
});

/** A call that no rung helps is refused, also where the ladder does not end in `deny`. */
const onShortage: Reader<readonly Rung[]> = (value, report) => {
  const at = Array.isArray(value) ? value.indexOf('deny') : -1;
  if (Array.isArray(value) && at !== -1 && at < value.length - 1) {
    below(report, at)('what comes after `deny` is never reached; make it the last rung');
  }
  return ladder(value, report);
};

const budgetSchema = z.strictObject({
  id: by(budgetId),
  match: by(match).optional(),
  per: by(per).optional(),
  limits: by(limits),
  zone: by(timeZone).optional(),
  mode: by(choice(['enforce', 'shadow'])).optional(),
  onShortage: by(onShortage).optional(),
  onExpire: by(choice(['charge', 'input', 'release'])).optional(),
});

const priceSchema = z.strictObject({
  provider: by(pattern).optional(),
  model: by(pattern),
  input: by(price),
  output: by(price),
  cacheRead: by(price).optional(),
  cacheWrite: by(price).optional(),
  inputAudio: by(price).optional(),
  outputAudio: by(price).optional(),
  maxOutputTokens: by(tokenCount).optional(),
});

const idOf = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;

const budgets = list({
  item: mapping({
    schema: budgetSchema,
    examples: { id: 'team-daily', limits: '[$5/day]' },
  }),
  empty: 'there is no budget; add one, such as { id: team-daily, limits: [$5/day] }',
  distinct: {
    key: idOf,
    twice: (item) => `there is a budget "${String(idOf(item))}" already; give this one another id`,
  },
});

const prices = list<PriceOverride>({
  item: mapping({
    schema: priceSchema,
    examples: { model: 'my-model-*', input: '$0.15', output: '$0.60' },
  }),
});

const file = mapping({
  schema: z.strictObject({
    zone: by(timeZone).optional(),
    budgets: by(budgets).optional(),
    prices: by(prices).optional(),
  }),
});

/** Reads the plain data of a budgets file. */
export const config: Reader<Config> = (value, report) => {
  const read = file(value, report);
  if (!read) return undefined;
  const { zone = 'UTC' } = read;
  return {
    budgets: (read.budgets ?? []).map((budget) => completed(budget, zone)),
    prices: read.prices ?? [],
  };
};

function completed(budget: z.output<typeof budgetSchema>, defaultZone: string): Budget {
  const { zone = defaultZone, ...given } = budget;
  return budgetOf({
    ...given,
    limits: budget.limits.map((one) =>
      one.window.kind === 'calendar' ? { ...one, window: { ...one.window, zone } } : one,
    ),
  });
}
