// The input of a Cohere request in countable pieces. What is billed is the program's own text: the
// preambles that Cohere puts around it are not.
import { isObject } from '../json.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { countable, type Media } from '../texts.ts';
import { isRerank } from './match.ts';

/** 12 tiles and a preview of 256 tokens each (guide on Command A Vision). */
const MAX_IMAGE_TOKENS = 13 * 256;

/** What the model reads in either version of the API. */
const READ = [
  'messages',
  'message',
  'chat_history',
  'preamble',
  'documents',
  'tool_results',
  'prompt',
  'texts',
  'inputs',
  'images',
];

export function bound({ api }: Metered, body: JsonObject): CountableInput {
  // A rerank is billed by the search.
  if (isRerank(api)) return { texts: [], extraTokens: 0, maxTokens: 0 };
  return countable({
    values: READ.map((name) => ({ [name]: body[name] })),
    schemas: [body['tools'], body['response_format']],
    mediaOf,
  });
}

function mediaOf(value: unknown, name: string | undefined): Media | undefined {
  if (name === 'images' && Array.isArray(value)) {
    return { imageTokens: value.length * MAX_IMAGE_TOKENS };
  }
  const isImage = isObject(value) && value['type'] === 'image_url';
  return isImage ? { imageTokens: MAX_IMAGE_TOKENS } : undefined;
}
