// Transcription at Groq: Whisper, billed by the second and at least ten of them (page of prices).
import { type Usage, usageOf } from '@spendfuse/core';
import { objectOf } from '../json.ts';
import { audioBound } from '../openai/audio.ts';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';

const LEAST_SECONDS = 10;

/** A second is a token of input. */
export function speechBound(match: Metered, body: JsonObject): CountableInput {
  const { maxTokens } = audioBound(match, body);
  const seconds = Math.max(LEAST_SECONDS, maxTokens);
  return { texts: [], extraTokens: seconds, audioTokens: seconds, maxTokens: seconds };
}

/** Only `verbose_json` tells how long it was. */
export function heardUsage(body: unknown): Usage | undefined {
  const { duration } = objectOf(body);
  if (typeof duration !== 'number' || !(duration >= 0 && duration < 1e9)) return undefined;
  const seconds = Math.max(LEAST_SECONDS, Math.ceil(duration));
  return usageOf({ inputTokens: seconds, inputAudioTokens: seconds });
}
