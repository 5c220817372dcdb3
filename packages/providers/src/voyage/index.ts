// Voyage: embeddings of texts, documents and images, and rerank. Nothing streams, and nothing is clamped.
import { match, type Routes } from '../openai-compatible/match.ts';
import { NOTHING, readerOf } from '../openai-compatible/stream.ts';
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { request } from './request.ts';
import { usage } from './usage.ts';

const ROUTES: Routes = {
  metered: [
    { ending: '/multimodalembeddings', api: 'multimodalembeddings', operation: 'embeddings' },
    {
      ending: '/contextualizedembeddings',
      api: 'contextualizedembeddings',
      operation: 'embeddings',
    },
    { ending: '/embeddings', api: 'embeddings', operation: 'embeddings' },
    { ending: '/rerank', api: 'rerank', operation: 'rerank' },
  ],
  // Batches are billed.
  free: [/\/files(?:\/|$)/u, /\/batches\/[^/]+\/cancel$/u],
};

/** Its URL is an option of the SDK, not a variable. MongoDB, to which it belongs, serves it as well. */
export const voyage: Provider = {
  name: 'voyage',
  origins: ['https://api.voyageai.com', 'https://ai.mongodb.com'],
  match: (target) => match(target, ROUTES),
  request,
  bound,
  rewrite: (_, body) => ({ body }),
  usage,
  stream: () => readerOf(() => NOTHING),
};
