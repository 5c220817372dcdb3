// Anthropic's models behind InvokeModel: their own bodies, without the model and without `stream`.
import { anthropic } from '../anthropic/index.ts';
import type { JsonObject, Metered, Provider } from '../provider.ts';
import { isClaude } from './model.ts';
import { isStream } from './request.ts';

export const claude: Pick<Provider, 'request' | 'bound' | 'rewrite'> = {
  request: (match, body) => ({
    ...anthropic.request(asTheirs(match, body), named(match, body)),
    // Another model may take another body.
    downgradable: false,
  }),
  bound(match, body) {
    // Whatever a profile is called, it is known by its body.
    const { model = '' } = match;
    const theirs = { ...asTheirs(match, body), model: isClaude(model) ? model : `claude:${model}` };
    return anthropic.bound(theirs, named(theirs, body));
  },
  rewrite: (match, body, change) => anthropic.rewrite(asTheirs(match, body), body, change),
};

function asTheirs(match: Metered, body: JsonObject): Metered {
  return { ...match, api: typeof body['prompt'] === 'string' ? 'complete' : 'messages' };
}

function named(match: Metered, body: JsonObject): JsonObject {
  return { ...body, model: match.model, stream: isStream(match) };
}
