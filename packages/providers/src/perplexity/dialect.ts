// How Perplexity differs from OpenAI. Reports come with every chunk and count all until then.
import type { Usage } from '@spendfuse/core';
import { countOf, objectOf } from '../json.ts';
import { type Dialect, TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { nanoUsdOf } from '../openai-compatible/reported-cost.ts';
import type { JsonObject } from '../provider.ts';

export const DIALECT: Dialect = {
  // Sonar reasons in what it answers; in responses, models of others may keep it for themselves.
  hidesReasoning: (model, _effort, { api }) => api === 'responses' || isDeepResearch(model),
  asksForUsage: false,
  chatLimit: 'max_tokens',
  ignoresNewLimit: true,
  templateTokens: TEMPLATE_TOKENS,
  refine: (usage, report, api) => (api === 'responses' ? withTools : withResearch)(usage, report),
  costOf: (body) => nanoUsdOf(objectOf(objectOf(body['usage'])['cost'])['total_cost']),
};

export function isDeepResearch(model: string): boolean {
  return model.includes('deep-research');
}

/**
 * Deep research tells beside the rest, and bills apart, what was reasoned, cited and searched (the SDK's
 * types: each has its own cost). What is cited costs what input costs, and is counted as such.
 */
function withResearch(usage: Usage, report: JsonObject): Usage {
  const cited = countOf(report['citation_tokens']) ?? 0;
  const reasoned = countOf(report['reasoning_tokens']) ?? 0;
  return {
    ...usage,
    inputTokens: usage.inputTokens + cited,
    outputTokens: usage.outputTokens + reasoned,
    reasoningTokens: usage.reasoningTokens + reasoned,
    webSearches: countOf(report['num_search_queries']) ?? 0,
  };
}

function withTools(usage: Usage, report: JsonObject): Usage {
  const searches = objectOf(objectOf(report['tool_calls_details'])['search_web']);
  return { ...usage, webSearches: countOf(searches['invocation']) ?? 0 };
}
