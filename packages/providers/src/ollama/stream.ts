// Reads the lines of a streamed response of Ollama's own API.
import { listOf, objectOf, textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { finishReasonsOf, reported } from './usage.ts';

export function stream(): StreamReader {
  return readerOf(takeLine);
}

/** Each has a piece of the answer; the last one has `done: true`, and the counts. */
function takeLine(learned: Learned, line: JsonObject): EventFacts {
  if (textOf(line['error']) !== undefined) {
    learned.errorType = 'error';
    return { ...NOTHING, terminal: true };
  }
  learned.model ??= textOf(line['model']);
  const message = objectOf(line['message']);
  const calls = listOf(message['tool_calls']).map((call) => objectOf(objectOf(call)['function']));
  const called = calls.flatMap(({ name, arguments: args }) => [name, JSON.stringify(args ?? '')]);
  const texts = [message['content'], message['thinking'], line['response'], line['thinking']];
  const output = [...texts, ...called].map((text) => textOf(text) ?? '').join('');
  addOutput(learned, output);
  learned.uncountedToolCalls = (learned.uncountedToolCalls ?? 0) + calls.length;
  if (line['done'] !== true) return { ...NOTHING, output };
  const { usage, lacksInput } = reported(line);
  takeUsage(learned, usage);
  if (lacksInput) learned.lacksInput = true;
  learned.finishReasons.push(...finishReasonsOf(line));
  return { ...NOTHING, output, terminal: true };
}
