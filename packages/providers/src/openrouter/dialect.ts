// How OpenRouter differs from OpenAI.
import { mayThink } from '../anthropic/request.ts';
import { isObject, objectOf } from '../json.ts';
import { hidesReasoning } from '../openai/reasoning.ts';
import { type Asked, type Dialect, TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { nanoUsdOf } from '../openai-compatible/reported-cost.ts';
import type { JsonObject } from '../provider.ts';

export const DIALECT: Dialect = {
  hidesReasoning: hidesOf,
  // It always reports (guide on usage accounting; to ask for it has no effect any more).
  asksForUsage: false,
  chatLimit: 'max_tokens',
  hasLongCompletions: true,
  templateTokens: TEMPLATE_TOKENS,
  costOf: (body) => costOf(objectOf(body['usage'])),
};

/** Whose makers keep reasoning for themselves, or tell a summary; `openrouter/auto` may be any. */
const KEEPS_IT = /^(?:google\/gemini|x-ai\/grok|openrouter\/)/u;

/** Models of others are shown as they think. */
function hidesOf(model: string, effort: string | undefined, { body }: Asked): boolean {
  const { reasoning } = body;
  if (effort === 'none') return false;
  if (body['include_reasoning'] === false || objectOf(reasoning)['exclude'] === true) return true;
  const [maker, name = ''] = model.split('/', 2);
  if (maker === 'openai') return hidesReasoning(name, effort);
  if (maker === 'anthropic') return isObject(reasoning) || mayThink(name, {});
  return KEEPS_IT.test(model);
}

/** Where the request ran on a key of one's own, its provider bills the rest. */
function costOf(usage: JsonObject): number | undefined {
  const own = nanoUsdOf(usage['cost']);
  if (own === undefined || usage['is_byok'] !== true) return own;
  return own + (nanoUsdOf(objectOf(usage['cost_details'])['upstream_inference_cost']) ?? 0);
}
