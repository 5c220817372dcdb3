// What the verbs take and answer as JSON: zod schemas, and the way between them and core's types.
import type { Committed, Decision, Denied, Extended } from '@spendfuse/core';
import { usageOf } from '@spendfuse/core';
import { z } from 'zod';
import { reason } from '../admin/schemas/entry.ts';
import { refusalJson, refusalSchema } from '../admin/schemas/refusal.ts';
import {
  amount,
  instant,
  instantOf,
  instantOrNull,
  labels,
  textOrNull,
  time,
  unit,
  uuid,
  whole,
} from '../admin/schemas/values.ts';

const name = z.string().min(1).max(256);

export const id = uuid.meta({ description: 'UUIDv7, minted by the caller, one for each attempt' });

const callFields = {
  labels: labels.default({}),
  provider: name.meta({ description: 'openai, anthropic, …' }),
  model: name,
  operation: name.default('chat'),
};

export const call = z.strictObject(callFields).meta({ id: 'Call' });

/** Of a commit or record that says all by itself. */
export const madeCall = z
  .strictObject({ ...callFields, reservedAt: time })
  .transform(({ reservedAt, ...rest }) => ({ ...rest, reservedAtMs: reservedAt }));

const amounts = z.record(unit, whole()).meta({
  description: 'Of custom units; `cost`, in nano-USD, goes before prices',
});

export const estimate = z
  .strictObject({
    inputTokens: whole(),
    inputExact: z.boolean().default(true).meta({
      description: 'false: a cheap upper bound; where a limit refuses it, the answer is `refine`',
    }),
    soft: z.boolean().optional().meta({ description: 'The provider may add input' }),
    maxOutputTokens: whole().optional().meta({ description: "Default: the model's own maximum" }),
    choices: whole({ min: 1, max: 1024 }).default(1),
    clampable: z.boolean().default(false),
    downgradable: z.boolean().optional(),
    amounts: amounts.optional(),
    webSearches: whole().optional().meta({ description: 'Most that the provider may run' }),
    tier: name.optional(),
  })
  .transform(({ inputTokens, inputExact, soft, ...rest }) => ({
    ...rest,
    maxOutputTokens: rest.maxOutputTokens,
    inputBound: { tokens: inputTokens, exact: inputExact, soft },
  }));

export const usage = z
  .strictObject({
    inputTokens: whole().default(0),
    outputTokens: whole().default(0),
    cacheReadTokens: whole().default(0),
    cacheWriteTokens: whole().default(0),
    reasoningTokens: whole().default(0),
    inputAudioTokens: whole().default(0),
    outputAudioTokens: whole().default(0),
    cacheWrite1hTokens: whole().default(0),
    inputImageTokens: whole().default(0),
    outputImageTokens: whole().default(0),
    webSearches: whole().default(0),
  })
  .transform((kinds) => usageOf(kinds))
  .meta({
    description:
      'Inclusive: input holds cache, audio and images, output holds reasoning, audio and images, ' +
      'cache writes hold those for an hour',
  });

export const usageFields = {
  id,
  usage,
  usageSource: z.enum(['provider', 'estimated']).default('provider'),
  responseModel: name.optional(),
  tier: name.optional(),
  amounts: amounts.optional(),
};

const held = z.object({ costNanoUsd: amount.nullable(), tokens: amount });

const denied = {
  reason: reason.nullable(),
  resetAt: instant.nullable(),
  retryAfterMs: amount.nullable(),
  refusals: z.array(refusalSchema),
};

export const decisionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['granted', 'denied', 'refine']),
    expiresAt: instant.nullable(),
    held: held.nullable(),
    maxOutputTokens: amount.nullable().meta({ description: 'Clamped: send at most so many' }),
    model: z.string().nullable().meta({ description: 'Downgraded: send this one' }),
    heldOutputTokens: amount.nullable().meta({ description: 'Extend before more than these' }),
    waitedMs: amount,
    ...denied,
  })
  .meta({ id: 'Decision' });

const NOT_DENIED = { reason: null, resetAt: null, retryAfterMs: null } as const;
const NOT_GRANTED = {
  expiresAt: null,
  held: null,
  maxOutputTokens: null,
  model: null,
  heldOutputTokens: null,
} as const;

export function decisionJson(id: string, decision: Decision): z.input<typeof decisionSchema> {
  const { kind } = decision;
  if (kind === 'refine') {
    return { id, kind, ...NOT_GRANTED, ...NOT_DENIED, waitedMs: '0', refusals: [] };
  }
  const waitedMs = String(decision.waitedMs);
  if (kind === 'denied') return { id, kind, ...NOT_GRANTED, waitedMs, ...deniedJson(decision) };
  return {
    id,
    kind,
    expiresAt: instantOf(decision.expiresAtMs),
    held: heldJson(decision.held),
    maxOutputTokens: textOrNull(decision.maxOutputTokens),
    model: decision.model ?? null,
    heldOutputTokens: textOrNull(decision.heldOutputTokens),
    waitedMs,
    ...NOT_DENIED,
    refusals: decision.shadow.map(refusalJson),
  };
}

export const extensionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['extended', 'denied']),
    expiresAt: instant.nullable(),
    held: held.nullable(),
    ...denied,
  })
  .meta({ id: 'Extension' });

export function extensionJson(
  id: string,
  answer: Extended | Denied,
): z.input<typeof extensionSchema> {
  const { kind } = answer;
  if (kind === 'denied') return { id, kind, expiresAt: null, held: null, ...deniedJson(answer) };
  const expiresAt = instantOf(answer.expiresAtMs);
  return { id, kind, expiresAt, held: heldJson(answer.held), ...NOT_DENIED, refusals: [] };
}

export const committedSchema = z
  .object({
    id: z.string(),
    costNanoUsd: amount.nullable().meta({ description: 'null: no price is known' }),
    catalogue: z.string(),
    overrunNanoUsd: amount,
    late: z.boolean().meta({ description: 'It came after the reservation had ended' }),
  })
  .meta({ id: 'Committed' });

export function committedJson(committed: Committed): z.input<typeof committedSchema> {
  const { costNanoUsd, overrunNanoUsd, ...rest } = committed;
  return {
    ...rest,
    costNanoUsd: textOrNull(costNanoUsd),
    overrunNanoUsd: String(overrunNanoUsd),
  };
}

function deniedJson({ reason: why, resetAtMs, retryAfterMs, refusals }: Denied) {
  return {
    reason: why,
    resetAt: instantOrNull(resetAtMs),
    retryAfterMs: textOrNull(retryAfterMs),
    refusals: refusals.map(refusalJson),
  };
}

function heldJson({ costNanoUsd, tokens }: Extended['held']): z.input<typeof held> {
  return { costNanoUsd: textOrNull(costNanoUsd), tokens: String(tokens) };
}
