// The limits of a budget: texts of the one grammar, or mappings with an amount for each plan.
import {
  type AmountByLabel,
  checkTogether,
  formatAmount,
  type Limit,
  type LimitAmount,
  parseLimit,
  parseUnitAmount,
  parseWindow,
  type Unit,
  type Window,
  windowKey,
} from '@spendfuse/core';
import { z } from 'zod';
import { below, by, described, list, mapping, type Reader } from './reading.ts';
import { isMapping, labelName, readText, reported } from './values.ts';

interface UnitAmount {
  readonly unit: Unit;
  readonly amount: LimitAmount;
}

const SAMPLE = '$5/day or 100k tokens/minute';

const limitText: Reader<Limit> = (value, report) => {
  if (typeof value === 'number') {
    return report(`${value} is no limit: it has no unit; write it like ${SAMPLE}`);
  }
  const text = readText(value, report);
  return text === undefined ? undefined : reported(report, () => parseLimit(text));
};

const oneAmount: Reader<{ readonly unit: Unit; readonly amount: number }> = (value, report) => {
  if (typeof value === 'number') {
    return report(`${value} has no unit; write it like $${value} or ${value} tokens`);
  }
  const text = readText(value, report);
  return text === undefined ? undefined : reported(report, () => parseUnitAmount(text));
};

/** `{ by: plan, free: $1, pro: $20, default: $0 }` */
const amountByLabel: Reader<UnitAmount> = (value, report) => {
  const { by: label, ...amounts } = value as Readonly<Record<string, unknown>>;
  if (label === undefined) return report('`by` is missing; add it, such as by: plan');
  const name = labelName(label, below(report, 'by'));
  if (!Object.hasOwn(amounts, 'default')) {
    report('`default` is missing: the amount of all others; add it, such as default: $0');
  }
  const read = Object.entries(amounts).map(([key, text]) => {
    return [key, oneAmount(text, below(report, key))] as const;
  });
  if (read.length < 2) report('needs an amount by value, such as free: $1');
  const unit = read[0]?.[1]?.unit;
  for (const [key, one] of read) {
    if (!one || !unit || one.unit === unit) continue;
    below(report, key)(`all amounts are of one unit: this is ${one.unit}, the first is ${unit}`);
  }
  const known = read.map(([key, one]) => [key, one?.amount ?? 0] as const);
  const { default: others = 0, ...values } = Object.fromEntries(known);
  const amount: AmountByLabel = { by: name ?? '', values, default: others };
  return unit === undefined ? undefined : { unit, amount };
};

const amountJson = {
  anyOf: [
    { type: 'string', description: 'such as $5, 100k tokens, 3 concurrent, 50 tool_calls' },
    {
      type: 'object',
      description:
        'an amount by the value of a label: { by: plan, free: $1, pro: $20, default: $0 }',
      properties: { by: { type: 'string' }, default: { type: 'string' } },
      required: ['by', 'default'],
      additionalProperties: { type: 'string' },
    },
  ],
};

const limitAmount = described<UnitAmount>(amountJson, (value, report) =>
  isMapping(value) ? amountByLabel(value, report) : oneAmount(value, report),
);

const windowText = described<Window>({ type: 'string' }, (value, report) => {
  const text = readText(value, report);
  if (text === undefined) return undefined;
  return reported(report, () => parseWindow(text, { text, field: 'window', zone: 'UTC' }));
});

const limitMapping = mapping({
  schema: z.strictObject({
    amount: by(limitAmount).describe('How much: one amount, or one for each plan'),
    window: by(windowText)
      .optional()
      .describe(
        'minute, hour, rolling 90s, day, week, month, quarter, year, 30d, request; default lifetime',
      ),
  }),
  examples: { amount: '$5' },
});

const limitOfMapping: Reader<Limit> = (value, report) => {
  const read = limitMapping(value, report);
  if (!read) return undefined;
  const { unit, amount } = read.amount;
  const { window = { kind: 'lifetime' } } = read;
  const limit = { unit, amount, window };
  const text = formatAmount(unit, amount);
  reported(below(report, 'window'), () => checkTogether(limit, { text, field: 'window' }));
  return limit;
};

const limitJson = () => ({
  anyOf: [
    {
      type: 'string',
      description: 'amount unit / window, such as $5/day, 100k tokens/minute, $20',
    },
    limitMapping.json?.() ?? {},
  ],
});

/** Calendar and fixed windows get zone and anchor later: those may stand further down in the file. */
const limit = described<Limit>(limitJson, (value, report) =>
  isMapping(value) ? limitOfMapping(value, report) : limitText(value, report),
);

export const limits = list<Limit>({
  item: limit,
  empty: 'a budget needs at least one limit, such as $5/day',
  distinct: {
    key: (_, read) => read && `${read.unit}/${windowKey(read.window)}`,
    twice: (item) => {
      const what = typeof item === 'string' ? `"${item}": ` : '';
      return `${what}there is a limit of this unit and window already; keep one`;
    },
  },
});
