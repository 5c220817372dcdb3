// Which paths of Vertex AI are metered: those of the Gemini API, and Anthropic's models as well.
import { match as geminiMatch } from '../gemini/match.ts';
import type { Match, Target } from '../provider.ts';

/** Their body is Anthropic's, without the model, which the path names. */
const CLAUDE = /\/publishers\/anthropic\/models\/([^/]+?):(?:streamRaw|raw)Predict\/*$/u;
/** No model, but what counts the tokens for one. */
const TOKEN_COUNTER = 'count-tokens';

export function match(target: Target): Match {
  const [, model] = CLAUDE.exec(target.path) ?? [];
  if (model === undefined || target.method !== 'POST') return geminiMatch(target);
  if (model === TOKEN_COUNTER) return { kind: 'free' };
  const { path } = target;
  return {
    kind: 'metered',
    api: 'messages',
    operation: 'chat',
    path,
    model: model.replace('%40', '@'),
  };
}
