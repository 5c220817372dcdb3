// The shortage ladder of a budget: its rungs, in the order in which they are tried.
import type { Downgrade, Rung } from '@spendfuse/core';
import { z } from 'zod';
import { below, by, described, list, mapping, wrongType } from './reading.ts';
import { isMapping, readText, share, tokenCount, waitMs } from './values.ts';

const RUNGS =
  '{ wait: 10s }, { clamp: { minOutputTokens: 256 } }, { downgrade: { gpt-5: gpt-5-mini } } and deny';

const clamp = mapping({
  schema: z.strictObject({
    minOutputTokens: by(tokenCount).describe('Never lowered below this many output tokens'),
  }),
  examples: { minOutputTokens: '256' },
});

const downgradeJson = {
  type: 'object',
  properties: { from: { type: 'string', description: 'Of the limit, such as 95%' } },
  additionalProperties: { type: 'string', description: 'The model to send instead' },
};

/** `{ from: 95%, gpt-5: gpt-5-mini }` */
const downgrade = described<Downgrade>(downgradeJson, (value, report) => {
  if (!isMapping(value)) {
    return report(
      wrongType('models with what to send instead, such as { gpt-5: gpt-5-mini }', value),
    );
  }
  const { from: given, ...wanted } = value;
  const from = given === undefined ? undefined : share(given, below(report, 'from'));
  if (from !== undefined && from > 1) below(report, 'from')('a downgrade begins at 100% or below');
  const models = Object.entries(wanted).map(([model, other]) => {
    const to = readText(other, below(report, model));
    if (to === '') below(report, model)('needs the model to send instead');
    if (to === model) below(report, model)(`"${to}" is the same model; name a cheaper one`);
    return [model, to ?? ''] as const;
  });
  if (models.length === 0)
    report('needs a model and what to send instead, such as gpt-5: gpt-5-mini');
  return { kind: 'downgrade', from, models: Object.fromEntries(models) };
});

const rungMapping = mapping({
  schema: z.strictObject({
    wait: by(waitMs).optional().describe('Waits so long for calls in flight to make room'),
    clamp: by(clamp).optional().describe('Lowers the maximum output to what fits'),
    downgrade: by(downgrade)
      .optional()
      .describe('Sends another model, on shortage or from a share of the limit on'),
  }),
});

const rungJson = () => ({ anyOf: [{ const: 'deny' }, rungMapping.json?.() ?? {}] });

const rung = described<Rung>(rungJson, (value, report) => {
  if (value === 'deny') return { kind: 'deny' };
  if (!isMapping(value) || Object.keys(value).length !== 1) {
    const what = typeof value === 'string' ? `"${value}"` : 'this';
    return report(`${what} is no rung of the ladder; the rungs are ${RUNGS}`);
  }
  const read = rungMapping(value, report);
  if (read?.wait !== undefined) return { kind: 'wait', maxWaitMs: read.wait };
  if (read?.clamp) return { kind: 'clamp', minOutputTokens: read.clamp.minOutputTokens };
  return read?.downgrade;
});

const rungName = (item: unknown): unknown => (isMapping(item) ? Object.keys(item)[0] : item);

const ladder = list<Rung>({
  item: rung,
  empty: 'the ladder has no rung; write [deny] to refuse at once',
  distinct: {
    key: rungName,
    twice: (item) => `\`${String(rungName(item))}\` is on the ladder twice; keep one of them`,
  },
});

/** A call that no rung helps is refused, also where the ladder does not end in `deny`. */
export const onShortage = described<readonly Rung[]>(
  () => ladder.json?.() ?? {},
  (value, report) => {
    const at = Array.isArray(value) ? value.indexOf('deny') : -1;
    if (Array.isArray(value) && at !== -1 && at < value.length - 1) {
      below(report, at)('what comes after `deny` is never reached; make it the last rung');
    }
    return ladder(value, report);
  },
);
