// What an OpenAI request asks for, of text, images or audio.
import { request as textRequest } from '../openai-compatible/request.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { audioRequest, isAudio } from './audio.ts';
import { imageRequest, isImages } from './images.ts';
import { hidesReasoning } from './reasoning.ts';

export function request(match: Metered, body: JsonObject): RequestFacts {
  if (isImages(match.api)) return imageRequest(match, body);
  if (isAudio(match.api)) return audioRequest(match, body);
  return textRequest(match, body, { hidesReasoning });
}
