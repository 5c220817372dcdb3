// Reads the events of a streamed OpenAI response: of text, images or audio.
import type { Usage } from '@spendfuse/core';
import { textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  stream as textStream,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { audioUsage, isAudio } from './audio.ts';
import { imageUsage, isImages } from './images.ts';

export function stream(api: string): StreamReader {
  if (isImages(api)) return readerOf(takeImageEvent);
  if (!isAudio(api)) return textStream(api);
  return readerOf((learned, event) => takeAudioEvent(api, learned, event));
}

/** `image_generation.partial_image` and `.completed`, or `image_edit.…`: one completed per image. */
function takeImageEvent(learned: Learned, event: JsonObject): EventFacts {
  const type = textOf(event['type']) ?? '';
  learned.outputEvents += 1;
  if (!type.endsWith('.completed')) return NOTHING;
  const usage = imageUsage(event['usage']);
  takeUsage(learned, usage && learned.usage ? sum(learned.usage, usage) : usage);
  learned.finishReasons.push('stop');
  return NOTHING;
}

/** `transcript.text.delta` and `.done`, or `speech.audio.delta` and `.done`. */
function takeAudioEvent(api: string, learned: Learned, event: JsonObject): EventFacts {
  const type = textOf(event['type']) ?? '';
  if (type.endsWith('.done')) {
    takeUsage(learned, audioUsage(api, event['usage']));
    learned.finishReasons.push('stop');
    return { ...NOTHING, terminal: true };
  }
  const output = textOf(event['delta'] ?? event['text']) ?? '';
  if (output === '') learned.outputEvents += 1;
  addOutput(learned, output);
  return { ...NOTHING, output };
}

function sum(one: Usage, other: Usage): Usage {
  const kinds = Object.keys(one) as (keyof Usage)[];
  return Object.fromEntries(
    kinds.map((kind) => [kind, one[kind] + other[kind]]),
  ) as unknown as Usage;
}
