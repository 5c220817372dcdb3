// The input of a request to Ollama's own API in countable pieces.
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { countable, type Media } from '../texts.ts';

/** The template of a model adds words of its own: how to call tools, who it is, what day it is. */
export const MAX_TEMPLATE_TOKENS = 512;

/** No rule is published. Llama 3.2 Vision takes 6,404, four tiles of 1,601; others take less. */
const MAX_IMAGE_TOKENS = 6_404;

const READ = ['messages', 'prompt', 'suffix', 'system', 'template', 'context', 'images', 'input'];

export function bound(_: Metered, body: JsonObject): CountableInput {
  const input = countable({
    values: READ.map((name) => ({ [name]: body[name] })),
    schemas: [body['tools'], body['format']],
    mediaOf,
  });
  return {
    ...input,
    extraTokens: input.extraTokens + MAX_TEMPLATE_TOKENS,
    maxTokens: input.maxTokens + MAX_TEMPLATE_TOKENS,
  };
}

/** `context` is the conversation so far as tokens. */
function mediaOf(value: unknown, name: string | undefined): Media | undefined {
  if (typeof value === 'number') return { otherTokens: 1 };
  if (name !== 'images' || !Array.isArray(value)) return undefined;
  return { imageTokens: value.length * MAX_IMAGE_TOKENS };
}
