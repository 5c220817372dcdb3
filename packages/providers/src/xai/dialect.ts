// How xAI differs from OpenAI.
import type { Usage } from '@spendfuse/core';
import { countOf, objectOf } from '../json.ts';
import { type Dialect, TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import type { JsonObject } from '../provider.ts';

export const DIALECT: Dialect = {
  hidesReasoning(model, effort, { api, body }) {
    // The answer is fetched later, by another request.
    if (body['deferred'] === true) return true;
    if (effort === 'none' || HAS_NONE.test(model)) return false;
    return api === 'responses' || !SHOWS_IT.test(model);
  },
  hasLongCompletions: true,
  templateTokens: TEMPLATE_TOKENS,
  refine: (usage, report, api) => withSearches(withReasoning(usage, report, api), report),
  costOf: (body) => ticksToNanoUsd(objectOf(body['usage'])['cost_in_usd_ticks']),
};

const HAS_NONE = /non-reasoning|^grok-(?:2|3(?!-mini))/u;
/** In chats; all others keep it for themselves or tell a summary (guide on reasoning). */
const SHOWS_IT = /^grok-(?:3-mini|code-fast)/u;

/** In chats reasoning is beside the rest of the output, in responses among it. The total tells. */
function withReasoning(usage: Usage, report: JsonObject, api: string): Usage {
  if (api === 'responses') return usage;
  const details = objectOf(report['completion_tokens_details']);
  const reasoningTokens = countOf(details['reasoning_tokens']) ?? 0;
  const outputTokens = usage.outputTokens + reasoningTokens;
  const total = countOf(report['total_tokens']) ?? Infinity;
  if (usage.inputTokens + outputTokens > total) return usage;
  return { ...usage, outputTokens, reasoningTokens };
}

/** Searches of the web and of X; in chats each source that was used is billed. */
function withSearches(usage: Usage, report: JsonObject): Usage {
  const calls = objectOf(report['server_side_tool_usage_details']);
  const web = countOf(calls['web_search_calls']) ?? 0;
  const x = countOf(calls['x_search_calls']) ?? 0;
  return { ...usage, webSearches: web + x || (countOf(report['num_sources_used']) ?? 0) };
}

/** 10^10 of them are a dollar. */
function ticksToNanoUsd(ticks: unknown): number | undefined {
  const count = countOf(ticks);
  return count === undefined ? undefined : Math.ceil(count / 10);
}
