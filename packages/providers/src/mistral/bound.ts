// The input of a Mistral request in countable pieces.
import { objectOf, textOf } from '../json.ts';
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { countable, type Media } from '../texts.ts';
import { audioToHear, maxAudioTokens } from './audio.ts';

/**
 * Images are scaled to 1,540 px at most and cut into patches of 14 px, four of which are a token;
 * Pixtral's are scaled to 1,024 px and cut into 16 px (guide on vision). With a token for each row.
 */
const MAX_IMAGE_TOKENS = 64 * 65;

export function bound({ api }: Metered, body: JsonObject): CountableInput {
  if (api === 'audio.transcriptions') return audioToHear(body);
  if (api === 'embeddings') return countable({ values: [framed(body['input'])], mediaOf });
  const { messages, prompt, suffix, prediction } = body;
  const input = countable({
    values: [messages, prompt, suffix, prediction],
    schemas: [body['tools'], body['response_format']],
    mediaOf,
  });
  const extraTokens = input.extraTokens + TEMPLATE_TOKENS;
  return { ...input, extraTokens, maxTokens: input.maxTokens + TEMPLATE_TOKENS };
}

/** An object for each text, which has a start and an end. */
function framed(input: unknown): unknown {
  return [input].flat().map((value) => (typeof value === 'string' ? { value } : value));
}

/** Audio is base64, or a place of which it is not known how long it is. */
function mediaOf(value: unknown): Media | undefined {
  if (typeof value === 'number') return { otherTokens: 1 };
  const { type, input_audio: audio } = objectOf(value);
  if (type === 'image_url') return { imageTokens: MAX_IMAGE_TOKENS };
  if (type !== 'input_audio') return undefined;
  const data = textOf(audio) ?? textOf(objectOf(audio)['data']) ?? '';
  const isPlace = /^https?:/u.test(data);
  return { audioTokens: isPlace ? 0 : maxAudioTokens(Math.ceil((data.length * 3) / 4)) };
}
