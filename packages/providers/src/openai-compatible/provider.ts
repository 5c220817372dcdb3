// A provider that speaks OpenAI's chat, responses, completions and embeddings, made of its differences.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import type { Dialect } from './dialect.ts';
import { match, type Routes, TEXT_ENDPOINTS } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

export interface CompatibleProvider
  extends Pick<Provider, 'name' | 'origins' | 'baseUrlVariables'> {
  readonly dialect: Dialect;
  /** Default: the endpoints of text, and what is usually free. */
  readonly routes?: Routes | undefined;
}

const USUAL_ROUTES: Routes = {
  metered: TEXT_ENDPOINTS,
  free: [/\/(?:models|files|tokenize|detokenize)(?:\/|$)/u],
};

export function compatibleProvider(options: CompatibleProvider): Provider {
  const { name, origins, baseUrlVariables, dialect, routes = USUAL_ROUTES } = options;
  return {
    name,
    origins,
    baseUrlVariables,
    match: (target) => match(target, routes),
    request: (matched, body) => request(matched, body, dialect),
    bound: (matched, body) => bound(matched, body, dialect),
    rewrite: (matched, body, change) => rewrite(matched, body, change, dialect),
    usage: (api, body) => usage(api, body, dialect),
    stream: (api) => stream(api, dialect),
  };
}
