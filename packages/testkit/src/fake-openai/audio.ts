// POST /v1/audio/…: transcripts of any audio, and speech that is as long as its text.

import { firstOf, needs, needsModel } from './checks.ts';
import { joined } from '../fake-provider/generate.ts';
import type { Ask } from '../fake-provider/generate.ts';
import { numberOf, objectOf, stringOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { DONE } from './operation.ts';
import type { Context, Operation, RawBody } from './operation.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens } from '../fake-provider/text.ts';

/** Of WAV with 16,000 samples of 2 bytes. */
const HEARD_BYTES_PER_SECOND = 32_000;
const HEARD_TOKENS_PER_SECOND = 10;
const BY_THE_SECOND = /^whisper/;

export const transcriptions = hearing('/v1/audio/transcriptions');
export const translations = hearing('/v1/audio/translations');

function hearing(path: string): Operation {
  return {
    path,
    reportsCache: false,
    check: (body) => firstOf(needsModel(body), needs(body, 'file')),
    ask: (body) => ({ ...oneChoice, inputTokens: heardTokens(body) }),
    whole: (context) => ({ text: textOf(context), usage: heardUsage(context) }),
    raw: (context) => transcriptText(context),
    // Seconds are all that is billed.
    billsNoOutput: isByTheSecond,
    stream: {
      frames: transcriptFrames,
      failure: (_context, { error }) => [{ data: { type: 'error', error }, tokens: 0 }],
      terminator: DONE,
    },
  };
}

const oneChoice: Omit<Ask, 'inputTokens'> = {
  choices: 1,
  attempts: 1,
  maxOutputTokens: undefined,
  schema: undefined,
  tool: undefined,
};

function isByTheSecond(body: JsonObject): boolean {
  return BY_THE_SECOND.test(stringOf(body['model']) ?? '');
}

function secondsOf(body: JsonObject): number {
  return (numberOf(objectOf(body['file'])['bytes']) ?? 0) / HEARD_BYTES_PER_SECOND;
}

function heardTokens(body: JsonObject): number {
  const seconds = secondsOf(body);
  return Math.ceil(isByTheSecond(body) ? seconds : seconds * HEARD_TOKENS_PER_SECOND);
}

function textOf({ generation }: Context): string {
  return generation.choices.map(({ segments }) => joined(segments)).join('');
}

function heardUsage({ body, generation }: Context): unknown {
  const { inputTokens, outputTokens } = generation.usage;
  if (isByTheSecond(body)) {
    return { type: 'duration', seconds: inputTokens };
  }
  return {
    type: 'tokens',
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    input_token_details: { text_tokens: 0, audio_tokens: inputTokens },
    output_tokens: outputTokens,
  };
}

/** Formats other than JSON say nothing of usage. */
function transcriptText(context: Context): RawBody | undefined {
  const format = context.body['response_format'] ?? 'json';
  if (format !== 'text') {
    return undefined;
  }
  return { contentType: 'text/plain; charset=utf-8', body: `${textOf(context)}\n` };
}

function transcriptFrames(context: Context): readonly Frame[] {
  const segments = context.generation.choices.flatMap((choice) => choice.segments);
  const deltas = segments.map(({ text, tokens }) => ({
    data: { type: 'transcript.text.delta', delta: text },
    tokens,
  }));
  const usage = heardUsage(context);
  const done = { type: 'transcript.text.done', text: textOf(context), usage };
  return [...deltas, { data: done, tokens: 0 }];
}

/** A token of speech is 50 ms; MP3 as the real service sends it, PCM with 24,000 samples. */
const SPOKEN_BYTES_PER_TOKEN = { mp3: 1_000, pcm: 2_400 };
const SPOKEN_TOKENS_PER_CHARACTER = 1.3;
const TOKENS_PER_CHUNK = 20;
const BY_THE_CHARACTER = /^tts-1/;

export const speech: Operation = {
  path: '/v1/audio/speech',
  reportsCache: false,
  check: (body) => firstOf(needsModel(body), needs(body, 'input'), needs(body, 'voice')),
  ask: (body) => ({ ...oneChoice, inputTokens: spokenInput(body) }),
  outputTokens: (body) => Math.ceil(textToSpeak(body).length * SPOKEN_TOKENS_PER_CHARACTER),
  // Characters are all that is billed.
  billsNoOutput: isByTheCharacter,
  whole: () => undefined,
  raw: (context) => ({ contentType: 'audio/mpeg', body: spoken(context) }),
  streams: (body) => body['stream_format'] === 'sse',
  stream: {
    frames: speechFrames,
    failure: (_context, { error }) => [{ data: { type: 'error', error }, tokens: 0 }],
    terminator: '',
  },
};

function isByTheCharacter(body: JsonObject): boolean {
  return BY_THE_CHARACTER.test(stringOf(body['model']) ?? '');
}

function textToSpeak(body: JsonObject): string {
  return stringOf(body['input']) ?? '';
}

function spokenInput(body: JsonObject): number {
  const text = textToSpeak(body);
  return isByTheCharacter(body) ? text.length : promptTokens([text], 3);
}

function spoken(context: Context): Buffer {
  return soundOf(context, context.generation.usage.outputTokens);
}

/** No zero byte among them, so that nobody takes it for text. */
function soundOf({ body }: Context, tokens: number): Buffer {
  const format = body['response_format'] === 'pcm' ? 'pcm' : 'mp3';
  return Buffer.alloc(tokens * SPOKEN_BYTES_PER_TOKEN[format], 0xf3);
}

function speechFrames(context: Context): readonly Frame[] {
  const { inputTokens, outputTokens } = context.generation.usage;
  const frames: Frame[] = [];
  for (let made = 0; made < outputTokens; made += TOKENS_PER_CHUNK) {
    const tokens = Math.min(TOKENS_PER_CHUNK, outputTokens - made);
    const audio = soundOf(context, tokens).toString('base64');
    frames.push({ data: { type: 'speech.audio.delta', audio }, tokens });
  }
  const usage = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  return [...frames, { data: { type: 'speech.audio.done', usage }, tokens: 0 }];
}
