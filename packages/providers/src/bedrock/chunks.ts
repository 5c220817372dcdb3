// Reads the chunks of an InvokeModelWithResponseStream: a maker's own events, each as base64 in JSON.
import { stream as anthropicStream } from '../anthropic/stream.ts';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  stream as compatibleStream,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamFacts, StreamReader } from '../provider.ts';
import { converseReader, isException } from './stream.ts';
import {
  answersOf,
  BLOCKED,
  corrected,
  type Counts,
  isBlocked,
  metricsOf,
  ownCounts,
  reasonsOf,
} from './usage.ts';

interface Chunks {
  /** Of the maker's own events, told by the first of them. */
  reader: StreamReader | undefined;
  metrics: Counts | undefined;
  errorType: string | undefined;
  isBlocked: boolean;
}

export function invokeStream(): StreamReader {
  const chunks: Chunks = {
    reader: undefined,
    metrics: undefined,
    errorType: undefined,
    isBlocked: false,
  };
  return {
    read: ({ name, data }) => {
      if (name === 'chunk') return takeChunk(chunks, decoded(textOf(parse(data)?.['bytes']) ?? ''));
      if (!isException(name)) return NOTHING;
      chunks.errorType = name;
      return { ...NOTHING, terminal: true };
    },
    facts: () => factsOf(chunks),
  };
}

function takeChunk(chunks: Chunks, data: string): EventFacts {
  const chunk = parse(data);
  if (chunk === undefined) return NOTHING;
  chunks.metrics = metricsOf(chunk) ?? chunks.metrics;
  // The counts come with the last chunk, whatever the maker's own last event is.
  const terminal = chunks.metrics !== undefined;
  if (isBlocked(chunk)) {
    // What it says is not what the model has made, of which nothing is shown.
    chunks.isBlocked = true;
    return { ...NOTHING, terminal };
  }
  chunks.reader ??= readerFor(chunk);
  const { output } = chunks.reader.read({ name: undefined, data });
  return { ...NOTHING, output, terminal };
}

function factsOf({ reader, metrics, errorType, isBlocked: hasBlocked }: Chunks): StreamFacts {
  const facts = (reader ?? readerOf(takeText)).facts();
  const told = {
    ...facts,
    finishReasons: hasBlocked ? [...facts.finishReasons, BLOCKED] : facts.finishReasons,
    errorType: errorType ?? facts.errorType,
  };
  if (!metrics) return told;
  return {
    ...told,
    usage: corrected(facts.usage, metrics),
    isUsageFinal: true,
    uncountedText: '',
    uncountedEvents: 0,
    uncountedToolCalls: 0,
  };
}

const ANTHROPIC = /^(?:message_|content_block_|ping$|error$)/u;
const CONVERSE = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'metadata'];

/** By what the first event looks like: the model is not known here. */
function readerFor(chunk: JsonObject): StreamReader {
  if (ANTHROPIC.test(textOf(chunk['type']) ?? '')) return anthropicStream('messages');
  if (CONVERSE.some((name) => isObject(chunk[name]))) return converseReader();
  if (listOf(chunk['choices']).some((choice) => isObject(objectOf(choice)['delta']))) {
    return compatibleStream('chat.completions');
  }
  return readerOf(takeText);
}

/** Titan, Llama, Mistral, Cohere, AI21, and Claude before its messages. */
function takeText(learned: Learned, chunk: JsonObject): EventFacts {
  const output = outputOf(chunk);
  addOutput(learned, output);
  learned.finishReasons.push(...reasonsOf(chunk));
  const counts = ownCounts(chunk);
  const usage = corrected(learned.usage, counts);
  if (counts.output !== undefined) takeUsage(learned, usage);
  else learned.usage = usage;
  return { ...NOTHING, output };
}

function outputOf(chunk: JsonObject): string {
  const texts = answersOf(chunk).map(({ outputText, completion, generation, text, message }) => {
    const told = outputText ?? completion ?? generation ?? text ?? objectOf(message)['content'];
    return textOf(told) ?? '';
  });
  return texts.join('');
}

const utf8 = new TextDecoder();

/** The text that base64 stands for; empty where it is none. */
function decoded(base64: string): string {
  try {
    const bytes = atob(base64);
    // ASCII is its own UTF-8, and most chunks are.
    if (!/[\x80-\xff]/u.test(bytes)) return bytes;
    const codes = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at += 1) codes[at] = bytes.charCodeAt(at);
    return utf8.decode(codes);
  } catch {
    return '';
  }
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
