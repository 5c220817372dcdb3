// The Audio API: transcription, translation and speech; how much each takes in and makes at most.
import { type Usage, usageOf } from '@spendfuse/core';
import { isObject, textOf } from '../json.ts';
import { AUDIO_BYTES_PER_SECOND, maxAudioTokens, maxTokensOf } from '../openai-compatible/bound.ts';
import { usageOfWire } from '../openai-compatible/usage.ts';
import type { CountableInput, JsonObject, Metered, RequestFacts } from '../provider.ts';
import { filesOf, isTrue } from './form.ts';

export function isAudio(api: string): boolean {
  return api.startsWith('audio.');
}

/**
 * What is billed by the second or by the character is counted so: a second of audio is one token of
 * input for Whisper, a character of text for tts-1. Neither has an output that is billed.
 */
const BY_THE_SECOND = /^(?:whisper|gpt-transcribe)/u;
const BY_THE_CHARACTER = /^tts-1/u;

/** Of a transcription in one piece: pages of gpt-4o-transcribe and its mini. */
const MAX_TRANSCRIBED_TOKENS = 2_000;
const TRANSCRIBE_CONTEXT_TOKENS = 16_000;

export function audioRequest({ api }: Metered, body: JsonObject): RequestFacts {
  const model = textOf(body['model']) ?? '';
  const isSpeech = api === 'audio.speech';
  return {
    model,
    stream: isSpeech ? body['stream_format'] === 'sse' : isTrue(body['stream']),
    maxOutputTokens: isSpeech ? maxSpeechTokens(model, body) : maxTranscribed(model, body),
    choices: 1,
    clampable: false,
    // Each model counts in its own way.
    downgradable: false,
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    hiddenOutput: isSpeech && body['stream_format'] === 'sse',
    webSearches: 0,
    ...(isSpeech ? { outputMedia: 'audio', bytesPerOutputToken: bytesPerToken(body) } : undefined),
  };
}

export function audioBound({ api }: Metered, body: JsonObject): CountableInput {
  const model = textOf(body['model']) ?? '';
  return api === 'audio.speech' ? textToSpeak(model, body) : audioToHear(model, body);
}

/** Around the text. */
const FRAMING = 16;

function textToSpeak(model: string, body: JsonObject): CountableInput {
  const texts = [body['input'], body['instructions']].flatMap((text) => textOf(text) ?? []);
  if (BY_THE_CHARACTER.test(model)) {
    const characters = (texts[0] ?? '').length;
    return { texts: [], extraTokens: characters, maxTokens: characters };
  }
  return { texts, extraTokens: FRAMING, maxTokens: maxTokensOf(texts, FRAMING) };
}

function audioToHear(model: string, body: JsonObject): CountableInput {
  const bytes = filesOf(body, ['file']).reduce((sum, size) => sum + size, 0);
  if (BY_THE_SECOND.test(model)) {
    const seconds = Math.ceil(bytes / AUDIO_BYTES_PER_SECOND);
    return { texts: [], extraTokens: seconds, audioTokens: seconds, maxTokens: seconds };
  }
  const audioTokens = heardTokens(bytes, body);
  const texts = [textOf(body['prompt']) ?? ''].filter((text) => text !== '');
  const extraTokens = FRAMING + audioTokens;
  return { texts, extraTokens, audioTokens, maxTokens: maxTokensOf(texts, extraTokens) };
}

function heardTokens(bytes: number, body: JsonObject): number {
  const most = maxAudioTokens(bytes);
  return isInPieces(body) ? most : Math.min(most, TRANSCRIBE_CONTEXT_TOKENS);
}

/** Longer audio is cut into pieces by the provider, each with its own limits. */
function isInPieces(body: JsonObject): boolean {
  return Object.keys(body).some((name) => name.startsWith('chunking_strategy'));
}

/** Nobody says more than a token while ten of audio pass. */
function maxTranscribed(model: string, body: JsonObject): number {
  if (BY_THE_SECOND.test(model)) return 0;
  const { audioTokens = 0 } = audioToHear(model, body);
  return isInPieces(body) ? Math.max(MAX_TRANSCRIBED_TOKENS, audioTokens) : MAX_TRANSCRIBED_TOKENS;
}

/**
 * A token is 50 ms (guide on audio). English takes 1.3 a character, digits and Chinese up to 8; the
 * rest is for pauses. The provider publishes no maximum, so that this one is ours.
 */
const SPEECH_TOKENS_PER_CHARACTER = 10;
const SPEECH_SECOND_TOKENS = 20;

function maxSpeechTokens(model: string, body: JsonObject): number {
  if (BY_THE_CHARACTER.test(model)) return 0;
  const characters = (textOf(body['input']) ?? '').length;
  return SPEECH_SECOND_TOKENS + characters * SPEECH_TOKENS_PER_CHARACTER;
}

/** Of 50 ms, by format: PCM has 24,000 samples of 2 bytes a second, MP3 at least 64 kbit. */
const LEAST_BYTES: Readonly<Record<string, number>> = { wav: 2_400, pcm: 2_400, mp3: 400 };
const LEAST_BYTES_PACKED = 75;

function bytesPerToken(body: JsonObject): number {
  return LEAST_BYTES[textOf(body['response_format']) ?? 'mp3'] ?? LEAST_BYTES_PACKED;
}

/** Tokens, or seconds of what was heard: begun ones are counted whole. */
export function audioUsage(api: string, wire: unknown): Usage | undefined {
  const { type, seconds } = isObject(wire) ? wire : {};
  if (type === 'duration') {
    if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < 1e9)) return undefined;
    const heard = Math.ceil(seconds);
    return usageOf({ inputTokens: heard, inputAudioTokens: heard });
  }
  const usage = usageOfWire(wire);
  return usage && api === 'audio.speech'
    ? { ...usage, outputAudioTokens: usage.outputTokens }
    : usage;
}
