// Reads the events of a ConverseStream: usage, output text, and where it ends.
import { objectOf, textOf } from '../json.ts';
import {
  addOutput,
  type Learned,
  NOTHING,
  readerOf,
  takeUsage,
} from '../openai-compatible/stream.ts';
import type { EventFacts, JsonObject, StreamReader } from '../provider.ts';
import { tierOf } from './request.ts';
import { countsOf, routedTo } from './usage.ts';

/** An event has its name beside it; in the chunks of Nova's own stream the name is around it. */
export function converseStream(): StreamReader {
  const { read, facts } = converseReader();
  return {
    read: ({ name, data }) => {
      if (name === undefined) return NOTHING;
      return read({ name: undefined, data: `{${JSON.stringify(name)}:${data || '{}'}}` });
    },
    facts,
  };
}

export function converseReader(): StreamReader {
  const reader = readerOf(takeEvent);
  return {
    read: reader.read,
    // The report is of the whole call, whether or not the answer's end was told before it.
    facts: () => {
      const facts = reader.facts();
      return { ...facts, isUsageFinal: facts.usage !== undefined };
    },
  };
}

function takeEvent(learned: Learned, event: JsonObject): EventFacts {
  const [name = ''] = Object.keys(event);
  const fields = objectOf(event[name]);
  switch (name) {
    case 'contentBlockStart':
      return takeStart(learned, objectOf(objectOf(fields['start'])['toolUse']));
    case 'contentBlockDelta':
      return takeOutput(learned, outputOfDelta(objectOf(fields['delta'])));
    case 'messageStop':
      return takeStop(learned, fields);
    case 'metadata':
      return takeMetadata(learned, fields);
    default:
      return takeOther(learned, name);
  }
}

function takeStart(learned: Learned, toolUse: JsonObject): EventFacts {
  const name = textOf(toolUse['name']) ?? '';
  if (name !== '') learned.uncountedToolCalls = (learned.uncountedToolCalls ?? 0) + 1;
  return takeOutput(learned, name);
}

/** Results of tools that the service ran are input. */
function outputOfDelta(delta: JsonObject): string {
  const { text } = delta;
  const { text: thought } = objectOf(delta['reasoningContent']);
  const { input } = objectOf(delta['toolUse']);
  return [text, thought, input].map((part) => textOf(part) ?? '').join('');
}

function takeOutput(learned: Learned, output: string): EventFacts {
  addOutput(learned, output);
  return { ...NOTHING, output };
}

/** The report comes behind the end of the answer, and has been seen before it. */
function takeStop(learned: Learned, fields: JsonObject): EventFacts {
  const reason = textOf(fields['stopReason']);
  if (reason !== undefined) learned.finishReasons.push(reason);
  return { ...NOTHING, terminal: learned.usage !== undefined };
}

function takeMetadata(learned: Learned, fields: JsonObject): EventFacts {
  takeUsage(learned, countsOf(fields['usage']));
  learned.tier = tierOf(fields) ?? learned.tier;
  learned.model = routedTo(fields) ?? learned.model;
  return { ...NOTHING, terminal: learned.finishReasons.length > 0 };
}

/** `throttlingException`, `modelStreamErrorException`, …: the last that is said. */
function takeOther(learned: Learned, name: string): EventFacts {
  if (!isException(name)) return NOTHING;
  learned.errorType = name;
  return { ...NOTHING, terminal: true };
}

export function isException(name: string | undefined): boolean {
  return name !== undefined && /(?:exception|error)$/iu.test(name);
}
