// Which paths of the Cohere API are metered, which are free, and which bill in ways not known here.
import { match as matchRoutes, type Routes } from '../openai-compatible/match.ts';
import type { Match, Target } from '../provider.ts';

/** Without a version in the path it is the first. */
const ROUTES: Routes = {
  metered: [
    { ending: '/v2/chat', api: 'chat-v2', operation: 'chat' },
    { ending: '/v2/rerank', api: 'rerank-v2', operation: 'rerank' },
    { ending: '/chat', api: 'chat-v1', operation: 'chat' },
    { ending: '/generate', api: 'generate', operation: 'text_completion' },
    { ending: '/embed', api: 'embed', operation: 'embeddings' },
    { ending: '/rerank', api: 'rerank-v1', operation: 'rerank' },
    { ending: '/compatibility/v1/chat/completions', api: 'chat.completions', operation: 'chat' },
    { ending: '/compatibility/v1/embeddings', api: 'embeddings', operation: 'embeddings' },
  ],
  // Classifications, parsed pages, summaries and jobs are billed.
  free: [/\/(?:tokenize|detokenize|check-api-key|models|datasets|connectors)(?:\/|$)/u],
};

export function match(target: Target): Match {
  return matchRoutes(target, ROUTES);
}

export function isOpenAIStyle(api: string): boolean {
  return api === 'chat.completions' || api === 'embeddings';
}

export function isRerank(api: string): boolean {
  return api.startsWith('rerank');
}
