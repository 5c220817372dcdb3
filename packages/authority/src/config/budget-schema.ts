// The schema of a budget in a budgets file: every key there is.
import { type Budget, budgetOf, type Limit } from '@spendfuse/core';
import { z } from 'zod';
import { onShortage } from './ladder.ts';
import { limits } from './limits.ts';
import { parseIsoTime } from './local-time.ts';
import { below, by, described, list, mapping, type Reader, wrongType } from './reading.ts';
import {
  budgetId,
  choice,
  idleMs,
  isMapping,
  isoTime,
  labelName,
  pattern,
  repeatMs,
  scopeCount,
  share,
  timeZone,
} from './values.ts';

const patterns = list({ item: pattern, empty: 'needs a pattern to match, such as gpt-*' });

const matchJson = () => ({ type: 'object', additionalProperties: patterns.json?.() ?? {} });

export const match = described<Budget['match']>(matchJson, (value, report) => {
  if (!isMapping(value)) {
    return report(wrongType('labels with patterns, such as { team: search }', value));
  }
  const wanted = Object.entries(value).map(([name, some]) => {
    labelName(name, (message) => report(message, { path: [name], part: 'key' }));
    return [name, patterns(some, below(report, name)) ?? []] as const;
  });
  return Object.fromEntries(wanted);
});

export const per = list({
  item: labelName,
  distinct: {
    key: (item) => item,
    twice: (item) => `label "${String(item)}" is given twice; keep one of them`,
  },
});

const thresholds = list<number>({
  item: share,
  distinct: {
    key: (_, read) => read,
    twice: (item) => `${String(item)} is given twice; keep one of them`,
  },
});

const budgetSchema = z.strictObject({
  id: by(budgetId).describe(
    'Unique; part of the identity of every counter, so renaming starts anew',
  ),
  match: by(match)
    .optional()
    .describe(
      'Labels, provider, model or operation, each with patterns: exact, * as a glob, ! to negate. Default: every call',
    ),
  per: by(per).optional().describe('One set of counters for each value of these labels'),
  limits: by(limits).describe('What may be spent: amount unit / window'),
  zone: by(timeZone).optional().describe('IANA time zone of calendar windows'),
  anchor: by(isoTime)
    .optional()
    .describe('When a fixed window such as /30d begins; default: when the budget was first seen'),
  mode: by(choice(['enforce', 'shadow']))
    .optional()
    .describe('shadow decides and reports, never refuses. Default: enforce'),
  alerts: by(thresholds)
    .optional()
    .describe('Shares of the limit that are told of when reached, such as [50%, 80%, 100%]'),
  repeat: by(repeatMs).optional().describe('Tells again after so long; default: once per window'),
  onShortage: by(onShortage)
    .optional()
    .describe('What is tried when there is no room. Default: wait 10s, clamp to 1024, deny'),
  hold: by(choice(['worst-case', 'adaptive']))
    .optional()
    .describe('How much of the output a call reserves: all it can become, or what is usual'),
  onExpire: by(choice(['charge', 'input', 'release']))
    .optional()
    .describe('What a call is charged that never reported back. Default: charge, all of it'),
  unpriced: by(choice(['deny', 'fallback']))
    .optional()
    .describe('Calls of unknown price. Default: fallback where the file has one, else deny'),
  softBound: by(choice(['allow', 'deny']))
    .optional()
    .describe('Calls to whose input the provider may add. Default: allow'),
  maxScopes: by(scopeCount).optional().describe('Open scopes at most; default 1000000'),
  forgetAfterIdle: by(idleMs)
    .optional()
    .describe('When a lifetime scope without calls is forgotten; default 90d'),
});

/** As in the file: zone, anchor and prices are not known yet. */
export type BudgetEntry = z.output<typeof budgetSchema>;

const budgetMapping = mapping({
  schema: budgetSchema,
  examples: { id: 'team-daily', limits: '[$5/day]' },
});

export const budget = described<BudgetEntry>(
  () => budgetMapping.json?.() ?? {},
  (value, report) => {
    const read = budgetMapping(value, report);
    if (read?.anchor !== undefined && !read.limits.some(isFixed)) {
      below(report, 'anchor')('there is no fixed window such as /30d here; remove the anchor');
    }
    if (read?.repeat !== undefined && !read.alerts?.length) {
      below(report, 'repeat')('there is no alert to repeat; add some, such as alerts: [80%, 100%]');
    }
    return read;
  },
);

const idOf = (item: unknown): unknown => (isMapping(item) ? item['id'] : undefined);

export const budgets: Reader<readonly BudgetEntry[]> = list({
  item: budget,
  empty: 'there is no budget; add one, such as { id: team-daily, limits: [$5/day] }',
  distinct: {
    key: idOf,
    twice: (item) => `there is a budget "${String(idOf(item))}" already; give this one another id`,
  },
});

export interface BudgetSurroundings {
  readonly zone: string;
  /** The file has a price for models that have none. */
  readonly hasFallback: boolean;
}

export function budgetOfEntry(entry: BudgetEntry, surroundings: BudgetSurroundings): Budget {
  const { zone = surroundings.zone, anchor, alerts, repeat, forgetAfterIdle, ...given } = entry;
  const anchorMs = anchor === undefined ? undefined : parseIsoTime(anchor, zone);
  return budgetOf({
    ...given,
    limits: entry.limits.map((limit) => ({ ...limit, window: placed(limit, { zone, anchorMs }) })),
    alerts: alerts && { thresholds: alerts.toSorted((a, b) => a - b), repeatMs: repeat },
    unpriced: entry.unpriced ?? (surroundings.hasFallback ? 'fallback' : 'deny'),
    forgetAfterIdleMs: forgetAfterIdle,
  });
}

function isFixed({ window }: Limit): boolean {
  return window.kind === 'fixed';
}

interface Place {
  readonly zone: string;
  readonly anchorMs: number | undefined;
}

function placed({ window }: Limit, { zone, anchorMs }: Place): Limit['window'] {
  if (window.kind === 'calendar') return { ...window, zone };
  return window.kind === 'fixed' ? { ...window, anchorMs } : window;
}
