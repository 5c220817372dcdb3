// Which paths of Bedrock's runtime are metered, which are free, and which bill in ways not known here.
import { match as compatibleMatch, TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import type { Match, Target } from '../provider.ts';
import { modelOf } from './model.ts';

/** An ARN may come with its slash as it is. */
const MODEL = /\/model\/(.+)\/([a-z-]+)\/*$/u;

/** Of OpenAI's API and Anthropic's, which newer models speak at the same hosts. */
const ROUTES = {
  metered: [...TEXT_ENDPOINTS, { ending: '/v1/messages', api: 'messages', operation: 'chat' }],
  free: [/\/models(?:\/|$)/u, /\/messages\/count_tokens$/u],
};

/** Billed by the image, the second or the query. */
const NO_TOKENS =
  /stability\.|luma\.|twelvelabs\.|titan-image|nova-(?:canvas|reel|sonic|2-multimodal)|nova-2-sonic|rerank/u;

/** Models that go on from a prompt; all others take a conversation. */
const COMPLETING = /claude-(?:v2|instant)|titan-text|titan-tg1|meta\.llama|mistral-7b|mixtral|j2-/u;

export function match(target: Target): Match {
  const { method, path } = target;
  if (method !== 'POST') return { kind: 'free' };
  const [, id, action] = MODEL.exec(path) ?? [];
  if (id === undefined) return compatibleMatch(target, ROUTES);
  const model = modelOf(id);
  switch (action) {
    case 'converse':
    case 'converse-stream':
      return { kind: 'metered', api: 'converse', operation: 'chat', path, model };
    case 'invoke':
    case 'invoke-with-response-stream':
      if (NO_TOKENS.test(model)) return { kind: 'unknown' };
      return { kind: 'metered', api: 'invoke', operation: operationOf(model), path, model };
    case 'count-tokens':
      return { kind: 'free' };
    default:
      return { kind: 'unknown' };
  }
}

function operationOf(model: string): string {
  if (model.includes('embed')) return 'embeddings';
  return COMPLETING.test(model) ? 'text_completion' : 'chat';
}
