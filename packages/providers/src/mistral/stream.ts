// Reads the events of a streamed Mistral response: of text, or of a transcription.
import { textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { transcriptionUsage } from './audio.ts';
import { spoken } from './dialect.ts';

export function stream(api: string): StreamReader {
  return api === 'audio.transcriptions' ? readerOf(takeHeard) : spoken.stream(api);
}

/** `transcription.language`, `.text.delta`, `.segment` and, with the usage, `.done`. */
function takeHeard(learned: Learned, event: JsonObject): EventFacts {
  const type = textOf(event['type']);
  if (type === 'transcription.done') {
    learned.model = textOf(event['model']);
    takeUsage(learned, transcriptionUsage(learned.model ?? '', event['usage']));
    learned.finishReasons.push('stop');
    return { ...NOTHING, terminal: true };
  }
  const output = type === 'transcription.text.delta' ? (textOf(event['text']) ?? '') : '';
  addOutput(learned, output);
  return { ...NOTHING, output };
}
