// Reads the events of a streamed Parrot response: usage, output text, and where it ends.
import { textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { usageOfWire } from './usage.ts';

/** Each event is a JSON object; errors among them, `{ error: { type } }`, are read by the reader. */
export function stream(): StreamReader {
  return readerOf(take);
}

/** `{ id, model }`, then `{ said }` over and over, and at the end `{ stopped, usage }`. */
function take(learned: Learned, event: JsonObject): EventFacts {
  learned.id ??= textOf(event['id']);
  learned.model ??= textOf(event['model']);
  const output = textOf(event['said']) ?? '';
  addOutput(learned, output);
  takeUsage(learned, usageOfWire(event['usage']));
  const reason = textOf(event['stopped']);
  if (reason !== undefined) learned.finishReasons.push(reason);
  return { ...NOTHING, output, terminal: reason !== undefined };
}
