// What a call would get now, as the admin API shows it.
import type { Explanation } from '@spendfuse/authority';
import type { Decision } from '@spendfuse/core';
import { z } from 'zod';
import { balanceJson, balanceSchema } from './balance.ts';
import { reason } from './entry.ts';
import { refusalJson, refusalSchema } from './refusal.ts';
import { amount, instant, instantOrNull, textOrNull } from './values.ts';

const decisionSchema = z.object({
  kind: z.enum(['granted', 'denied', 'refine']),
  reason: reason.nullable(),
  maxOutputTokens: amount.nullable().meta({ description: 'Clamped: at most so many' }),
  model: z.string().nullable().meta({ description: 'Downgraded: this one' }),
  resetAt: instant.nullable(),
  retryAfterMs: amount.nullable(),
  refusals: z
    .array(refusalSchema)
    .meta({ description: 'Every limit that refused; of a grant those of shadow budgets' }),
});

export const explanationSchema = z
  .object({
    decision: decisionSchema,
    budgets: z.array(
      z.object({
        budget: z.string(),
        mismatch: z.string().nullable().meta({ description: 'null: it matches' }),
        limits: z.array(
          z.object({
            balance: balanceSchema,
            requested: amount.nullable(),
            refusal: refusalSchema.nullable(),
          }),
        ),
      }),
    ),
    costNanoUsd: amount.nullable().meta({ description: 'At most; null: no price is known' }),
    priceSource: z.enum(['catalogue', 'override', 'fallback']).nullable(),
    catalogue: z.string(),
  })
  .meta({ id: 'Explanation' });

export function explanationJson(explanation: Explanation): z.input<typeof explanationSchema> {
  const { decision, budgets, costNanoUsd, priceSource = null, catalogue } = explanation;
  return {
    decision: decisionJson(decision),
    budgets: budgets.map(({ budget, mismatch = null, limits }) => ({
      budget,
      mismatch,
      limits: limits.map(({ requested, refusal, ...balance }) => ({
        balance: balanceJson(balance),
        requested: textOrNull(requested),
        refusal: refusal ? refusalJson(refusal) : null,
      })),
    })),
    costNanoUsd: textOrNull(costNanoUsd),
    priceSource,
    catalogue,
  };
}

const NOTHING: Omit<z.input<typeof decisionSchema>, 'kind'> = {
  reason: null,
  maxOutputTokens: null,
  model: null,
  resetAt: null,
  retryAfterMs: null,
  refusals: [],
};

function decisionJson(decision: Decision): z.input<typeof decisionSchema> {
  const { kind } = decision;
  switch (kind) {
    case 'granted': {
      const { maxOutputTokens, model = null, shadow } = decision;
      const refusals = shadow.map(refusalJson);
      return { ...NOTHING, kind, maxOutputTokens: textOrNull(maxOutputTokens), model, refusals };
    }
    case 'denied':
      return {
        ...NOTHING,
        kind,
        reason: decision.reason,
        resetAt: instantOrNull(decision.resetAtMs),
        retryAfterMs: textOrNull(decision.retryAfterMs),
        refusals: decision.refusals.map(refusalJson),
      };
    case 'refine':
      return { ...NOTHING, kind };
  }
}
