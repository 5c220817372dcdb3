// Anthropic: messages and the older completions.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { match } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

export const anthropic: Provider = {
  name: 'anthropic',
  origins: ['https://api.anthropic.com'],
  baseUrlVariables: ['ANTHROPIC_BASE_URL'],
  match,
  request,
  bound,
  rewrite,
  usage,
  stream,
};
