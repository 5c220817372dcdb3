// A provider to copy: Parrot, which does not exist, and says `POST /v1/say`. See docs/adding-a-provider.md.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { match } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

export const template: Provider = {
  name: 'parrot',
  origins: ['https://api.parrot.example', 'https://*.parrot.example'],
  baseUrlVariables: ['PARROT_BASE_URL'],
  match,
  request,
  bound,
  rewrite,
  usage,
  stream,
};
