// Anthropic's models on Vertex AI: read as Anthropic's own, with the model that the path names.
import { anthropic } from '../anthropic/index.ts';
import { renamed } from '../gemini/rewrite.ts';
import type { JsonObject, Metered, Provider } from '../provider.ts';

export const claude: Omit<Provider, 'name' | 'origins' | 'match'> = {
  request: (match, body) => anthropic.request(match, named(match, body)),
  bound: (match, body) => anthropic.bound(match, named(match, body)),
  rewrite(match, body, { model, ...change }) {
    const rewritten = anthropic.rewrite(match, body, change);
    return model === undefined ? rewritten : { ...rewritten, path: renamed(match.path, model) };
  },
  usage: anthropic.usage,
  stream: anthropic.stream,
};

function named({ model, path }: Metered, body: JsonObject): JsonObject {
  return { ...body, model, stream: body['stream'] === true || path.includes(':streamRawPredict') };
}
