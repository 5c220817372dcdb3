// The input of an OpenAI request: of text, images or audio.
import { bound as textBound } from '../openai-compatible/bound.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { audioBound, isAudio } from './audio.ts';
import { imageBound, isImages } from './images.ts';

export function bound(match: Metered, body: JsonObject): CountableInput {
  if (isImages(match.api)) return imageBound(match, body);
  return isAudio(match.api) ? audioBound(match, body) : textBound(match, body);
}
