// Reads the events of a streamed Gemini response: usage, output text, and where it ends.
import { isObject, listOf, textOf } from '../json.ts';
import type {
  EventFacts,
  JsonObject,
  ResponseFacts,
  StreamEvent,
  StreamReader,
} from '../provider.ts';
import { learnContent } from './content.ts';
import { learnInteraction, learnInteractionEvent } from './interaction.ts';
import { learnUsage, type Learned, nothingLearned, responseFacts, streamFacts } from './learned.ts';
import { usageOfPredictions } from './usage.ts';

const NOTHING: EventFacts = { usageOnly: false, terminal: false, output: '' };
const TERMINAL: EventFacts = { ...NOTHING, terminal: true };

export function stream(api: string): StreamReader {
  const learned = nothingLearned();
  return {
    read: ({ data }: StreamEvent) => {
      // Only interactions end with it: `generateContent` has no last event.
      if (data === '[DONE]') return TERMINAL;
      const event = parse(data);
      return event === undefined ? NOTHING : learnEvent(learned, api, event);
    },
    facts: () => streamFacts(learned),
  };
}

/** Of a whole body. Without `alt=sse` a stream is one JSON array of all that it brings. */
export function usage(api: string, body: unknown): ResponseFacts {
  const learned = nothingLearned();
  for (const piece of Array.isArray(body) ? listOf(body) : [body]) {
    if (!isObject(piece)) continue;
    if (isObject(piece['error'])) learned.errorType = errorTypeOf(piece['error']);
    if (api === 'interactions') learnInteraction(learned, piece);
    else {
      learnContent(learned, piece);
      learnUsage(learned, usageOfPredictions(piece));
    }
  }
  return responseFacts(learned);
}

function learnEvent(learned: Learned, api: string, event: JsonObject): EventFacts {
  if (isObject(event['error'])) {
    learned.errorType = errorTypeOf(event['error']);
    return TERMINAL;
  }
  if (api !== 'interactions') return { ...NOTHING, output: learnContent(learned, event) };
  const { output, isLast } = learnInteractionEvent(learned, event);
  return { ...NOTHING, output, terminal: isLast };
}

/** `{ code: 429, status: 'RESOURCE_EXHAUSTED', … }`; of interactions `{ code: 'text', … }`. */
function errorTypeOf(error: JsonObject): string {
  return textOf(error['status']) ?? textOf(error['code']) ?? 'error';
}

function parse(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
