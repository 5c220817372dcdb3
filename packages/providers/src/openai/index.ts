// OpenAI: chat completions, responses, completions, embeddings, images and audio.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { match } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

export const openai: Provider = {
  name: 'openai',
  origins: ['https://api.openai.com'],
  baseUrlVariables: ['OPENAI_BASE_URL'],
  match,
  request,
  bound,
  rewrite,
  usage,
  stream,
};
