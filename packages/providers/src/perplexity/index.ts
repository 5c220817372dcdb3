// Perplexity: Sonar's chat completions, which search first, and responses of models of others.
import { TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { Match, Provider, Target } from '../provider.ts';
import { DIALECT, isDeepResearch } from './dialect.ts';

const base = compatibleProvider({
  name: 'perplexity',
  origins: ['https://api.perplexity.ai'],
  baseUrlVariables: ['PERPLEXITY_BASE_URL'],
  dialect: DIALECT,
  routes: {
    metered: [
      ...TEXT_ENDPOINTS,
      { ending: '/v1/sonar', api: 'chat.completions', operation: 'chat' },
    ],
    free: [/\/models(?:\/|$)/u],
  },
});

/** A report is made of dozens of searches. */
const DEEP_SEARCHES = 100;
/**
 * What it reasons for a report has no limit, and stands beside the answer that `max_tokens` limits: twice
 * what its maker's examples take.
 */
const DEEP_REASONING_TOKENS = 400_000;
const MAX_REPORT_TOKENS = 128_000;

export const perplexity: Provider = {
  ...base,
  match: (target) => (isAsync(target) ? ASYNC : base.match(target)),
  request(match, body) {
    const facts = base.request(match, body);
    if (!isDeepResearch(facts.model)) return facts;
    const { maxOutputTokens: report = MAX_REPORT_TOKENS } = facts;
    return {
      ...facts,
      maxOutputTokens: report + DEEP_REASONING_TOKENS,
      // A smaller report is reasoned about no less.
      clampable: false,
      webSearches: DEEP_SEARCHES,
      // What it cites is read at the same price as the request.
      softInput: true,
    };
  },
};

/** Answered with a number under which the answer, and what it has used, is to be had later. */
const ASYNC: Match = { kind: 'unknown' };

function isAsync({ method, path }: Target): boolean {
  return method === 'POST' && path.includes('/async/');
}
