// Vertex AI: the models of Google as in the Gemini API, and Anthropic's as in theirs.
import { gemini } from '../gemini/index.ts';
import type { Provider } from '../provider.ts';
import { claude } from './claude.ts';
import { match } from './match.ts';

const spokenIn = (api: string): typeof claude => (api === 'messages' ? claude : gemini);

export const vertex: Provider = {
  name: 'gcp.vertex_ai',
  origins: [
    'https://aiplatform.googleapis.com',
    'https://*-aiplatform.googleapis.com',
    'https://aiplatform.*.rep.googleapis.com',
  ],
  match,
  request: (metered, body) => spokenIn(metered.api).request(metered, body),
  bound: (metered, body) => spokenIn(metered.api).bound(metered, body),
  rewrite: (metered, body, change) => spokenIn(metered.api).rewrite(metered, body, change),
  usage: (api, body) => spokenIn(api).usage(api, body),
  stream: (api) => spokenIn(api).stream(api),
};
