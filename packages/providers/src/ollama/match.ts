// Which paths of Ollama run a model. To manage models is free; searching the web is not known.
import { match as matchAnthropic } from '../anthropic/match.ts';
import { match as matchRoutes, type Routes, TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import type { Match, Target } from '../provider.ts';

const ROUTES: Routes = {
  metered: [
    { ending: '/api/chat', api: 'ollama.chat', operation: 'chat' },
    { ending: '/api/generate', api: 'ollama.generate', operation: 'text_completion' },
    { ending: '/api/embed', api: 'ollama.embed', operation: 'embeddings' },
    { ending: '/api/embeddings', api: 'ollama.embed', operation: 'embeddings' },
    ...TEXT_ENDPOINTS.map((endpoint) => ({ ...endpoint, ending: `/v1${endpoint.ending}` })),
  ],
  free: [/\/api\/(?:pull|push|create|copy|show|blobs|me|signout)(?:\/|$)/u, /\/v1\/models$/u],
};

export function match(target: Target): Match {
  const isMessages = /\/v1\/messages(?:\/|$)/u.test(target.path);
  return isMessages ? matchAnthropic(target) : matchRoutes(target, ROUTES);
}

export function isNative(api: string): boolean {
  return api.startsWith('ollama.');
}
