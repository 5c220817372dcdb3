// Which paths of Azure OpenAI are metered: those of OpenAI, with the deployment in the older ones.
import { ROUTES } from '../openai/match.ts';
import { match as matchRoutes } from '../openai-compatible/match.ts';
import type { Match, Target } from '../provider.ts';

/** `/openai/deployments/<name>/chat/completions`; `/openai/v1/…` has the deployment in the body. */
export const DEPLOYMENT = /(?<=\/deployments\/)[^/]+(?=\/)/u;

export function match(target: Target): Match {
  const found = matchRoutes(target, ROUTES);
  if (found.kind !== 'metered') return found;
  const deployment = DEPLOYMENT.exec(found.path)?.[0];
  return deployment === undefined ? found : { ...found, model: decoded(deployment) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
