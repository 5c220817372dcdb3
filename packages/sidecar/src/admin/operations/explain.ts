// What a call would get now, and why.
import { BUILT_IN_PRICES, providerOfModel } from '@spendfuse/authority';
import { invalid } from '@spendfuse/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { explanationJson, explanationSchema } from '../schemas/explanation.ts';
import { labels, unit, whole } from '../schemas/values.ts';

const text = z.string().min(1).max(256);

export const explain = operation({
  name: 'explain',
  summary: 'What a call would get now, and why; nothing is reserved',
  access: 'read',
  http: { method: 'post', path: '/api/explain' },
  input: z.strictObject({
    labels: labels.optional(),
    provider: text.optional().meta({ description: 'Default: the one known to have the model' }),
    model: text,
    operation: text.optional().meta({ description: 'Default: chat' }),
    inputTokens: whole(),
    outputTokens: whole().optional().meta({ description: "Default: the model's own maximum" }),
    amounts: z.record(unit, whole()).optional().meta({ description: 'Of custom units' }),
    tier: text.optional().meta({ description: 'batch, flex, priority; default: the standard one' }),
  }),
  output: explanationSchema,
  async run({ authority }, input) {
    const { model, inputTokens, outputTokens, amounts, tier } = input;
    const provider = input.provider ?? providerOfModel(BUILT_IN_PRICES, model);
    if (provider === undefined) throw invalid('provider', `is needed: "${model}" tells none`);
    const call = {
      labels: input.labels ?? {},
      provider,
      model,
      operation: input.operation ?? 'chat',
    };
    const question = { call, inputTokens, outputTokens, amounts, tier };
    return explanationJson(await authority.admin.explain(question));
  },
});
