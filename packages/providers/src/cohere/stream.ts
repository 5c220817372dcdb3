// Reads the events of a streamed Cohere response: server-sent ones of v2, lines of v1.
import { objectOf, textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { finishReasonsOf, idOf, reportedUsage } from './usage.ts';

export function stream(api: string): StreamReader {
  return readerOf(api === 'chat-v2' ? takeEvent : takeLine);
}

const TERMINAL: EventFacts = { ...NOTHING, terminal: true };

/** `message-start`, `content-delta`, `tool-plan-delta`, `tool-call-start`, …, `message-end`. */
function takeEvent(learned: Learned, event: JsonObject): EventFacts {
  const delta = objectOf(event['delta']);
  const type = event['type'];
  learned.id ??= textOf(event['id']);
  if (type === 'message-end') return takeEnd(learned, delta);
  if (type === 'tool-call-start') addToolCall(learned);
  const { content, tool_plan: plan, tool_calls: call } = objectOf(delta['message']);
  const { text, thinking } = objectOf(content);
  const { name, arguments: args } = objectOf(objectOf(call)['function']);
  return take(learned, [text, thinking, plan, name, args]);
}

/** `stream-start`, `text-generation`, `tool-calls-chunk`, …, `stream-end`; of generate the same. */
function takeLine(learned: Learned, event: JsonObject): EventFacts {
  learned.id ??= textOf(event['generation_id']);
  switch (event['event_type']) {
    case 'stream-end':
    case 'stream-error':
      return takeEnd(learned, { ...objectOf(event['response']), ...event });
    case 'search-queries-generation':
      return take(learned, [JSON.stringify(event['search_queries'] ?? '')]);
    case 'tool-calls-chunk': {
      const { name, parameters } = objectOf(event['tool_call_delta']);
      if (textOf(name) !== undefined) addToolCall(learned);
      return take(learned, [name, parameters, event['text']]);
    }
    case 'text-generation':
      return take(learned, [event['text']]);
    default:
      return NOTHING;
  }
}

function take(learned: Learned, texts: readonly unknown[]): EventFacts {
  const output = texts.map((text) => textOf(text) ?? '').join('');
  addOutput(learned, output);
  return { ...NOTHING, output };
}

function addToolCall(learned: Learned): void {
  learned.uncountedToolCalls = (learned.uncountedToolCalls ?? 0) + 1;
}

function takeEnd(learned: Learned, end: JsonObject): EventFacts {
  takeUsage(learned, reportedUsage(end));
  learned.id ??= idOf(end);
  const reasons = finishReasonsOf(end);
  learned.finishReasons.push(...reasons);
  if (reasons.some((reason) => reason.startsWith('ERROR'))) learned.errorType = 'error';
  return TERMINAL;
}
