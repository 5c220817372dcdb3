// Usage and other facts of a unary OpenAI response.
import { usage as textUsage } from '../openai-compatible/usage.ts';
import { objectOf } from '../json.ts';
import type { ResponseFacts } from '../provider.ts';
import { isAudio, audioUsage } from './audio.ts';
import { imageUsage, isImages } from './images.ts';

export function usage(api: string, body: unknown): ResponseFacts {
  const facts = textUsage(api, body);
  const wire = objectOf(body)['usage'];
  if (isImages(api)) return { ...facts, usage: imageUsage(wire) };
  return isAudio(api) ? { ...facts, usage: audioUsage(api, wire) } : facts;
}
