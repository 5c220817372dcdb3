// Audio at Mistral: what it is counted by, and how much of it a request can be.
import { type Usage, usageOf } from '@spendfuse/core';
import { countOf, listOf, objectOf, textOf } from '../json.ts';
import { AUDIO_BYTES_PER_SECOND, maxTokensOf } from '../openai-compatible/bound.ts';
import { usageOfWire } from '../openai-compatible/usage.ts';
import type { CountableInput, JsonObject } from '../provider.ts';
import { withAudio } from './dialect.ts';

/**
 * Transcription is billed by the time of the audio (pricing page): a second is one token of input
 * then, and what was understood is no output. Other models that hear are billed by the token.
 */
export function isHeardBySecond(model: string): boolean {
  return /^voxtral-mini|transcribe/u.test(model);
}

/** Voxtral makes 12.5 tokens of a second (model card). */
const AUDIO_TOKENS_PER_SECOND = 12.5;

export function maxAudioTokens(bytes: number): number {
  return Math.ceil((bytes / AUDIO_BYTES_PER_SECOND) * AUDIO_TOKENS_PER_SECOND);
}

/** Around the audio: language, and what is to be done with it. */
const FRAMING = 16;

export function audioToHear(body: JsonObject): CountableInput {
  const bytes = countOf(objectOf(body['file'])['bytes']) ?? 0;
  if (isHeardBySecond(textOf(body['model']) ?? '')) {
    const seconds = Math.ceil(bytes / AUDIO_BYTES_PER_SECOND);
    return { texts: [], extraTokens: seconds, audioTokens: seconds, maxTokens: seconds };
  }
  const audioTokens = maxAudioTokens(bytes);
  const bias = body['context_bias'];
  const texts = [...listOf(bias), bias].flatMap((text) => textOf(text) ?? []);
  const extraTokens = FRAMING + audioTokens;
  return { texts, extraTokens, audioTokens, maxTokens: maxTokensOf(texts, extraTokens) };
}

export function transcriptionUsage(model: string, report: unknown): Usage | undefined {
  const wire = objectOf(report);
  const seconds = countOf(wire['prompt_audio_seconds']);
  if (isHeardBySecond(model) && seconds !== undefined) {
    return usageOf({ inputTokens: seconds, inputAudioTokens: seconds });
  }
  const usage = usageOfWire(report);
  return usage && withAudio(usage, wire);
}
