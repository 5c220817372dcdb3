// The input of a Voyage request in countable pieces.
import { isObject, listOf, textOf } from '../json.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { countable, type Media } from '../texts.ts';

/** A token is 560 pixels, and an image has 16 million at most (guide on multimodal embeddings). */
export const PIXELS_PER_TOKEN = 560;
const MAX_IMAGE_TOKENS = Math.ceil(16_000_000 / PIXELS_PER_TOKEN);
/** All of an input; what is longer is refused, or cut. */
const MAX_CONTEXT_TOKENS = 32_000;

export function bound({ api }: Metered, body: JsonObject): CountableInput {
  const { input, inputs, query, documents } = body;
  // The query is read with each document (API reference, `total_tokens` of a rerank).
  const queries = api === 'rerank' ? listOf(documents).map(() => query) : [];
  const prompt = textOf(body['input_type']) === undefined ? '' : PROMPT;
  const framed = (value: unknown): unknown => withFrames(value, prompt);
  return countable({ values: [input, inputs, documents, ...queries].map(framed), mediaOf });
}

/** With an `input_type` it goes before each text, or a shorter one (API reference of embeddings). */
const PROMPT = 'Represent the query for retrieving supporting documents: ';

/** An object for each text, as each has a start and an end of its own. */
function withFrames(value: unknown, prompt: string): unknown {
  if (Array.isArray(value)) return value.map((each) => withFrames(each, prompt));
  return typeof value === 'string' ? { prompt, value } : value;
}

function mediaOf(value: unknown): Media | undefined {
  const type = isObject(value) ? textOf(value['type']) : undefined;
  if (type?.startsWith('image')) return { imageTokens: MAX_IMAGE_TOKENS };
  return type?.startsWith('video') ? { imageTokens: MAX_CONTEXT_TOKENS } : undefined;
}
