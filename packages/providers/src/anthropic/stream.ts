// Reads the events of a streamed Anthropic response: usage, output text, and where it ends.
import type { Usage } from '@spendfuse/core';
import { countOf, isObject, objectOf, textOf } from '../json.ts';
import type {
  EventFacts,
  JsonObject,
  StreamEvent,
  StreamFacts,
  StreamReader,
} from '../provider.ts';
import { tierOf } from './tier.ts';
import { advised, errorTypeOf, fallbackModel, usageOfWire } from './usage.ts';

const NOTHING: EventFacts = { usageOnly: false, terminal: false, output: '' };
const TERMINAL: EventFacts = { ...NOTHING, terminal: true };

/** What has been learned, while it is being learned. */
interface Learned {
  /** The latest report, field by field: later ones leave out what has not changed. */
  wire: JsonObject;
  /** The report at the end has come, which counts the whole call. */
  isCounted: boolean;
  id: string | undefined;
  model: string | undefined;
  readonly finishReasons: string[];
  errorType: string | undefined;
  /** Since the last report of usage. */
  readonly uncounted: string[];
  uncountedToolCalls: number;
  outputEvents: number;
  /** Results of tools that the server ran have come, and the model has not gone on yet. */
  hasResults: boolean;
  /** How often the model has begun: once, and again after results. */
  rounds: number;
  webSearches: number;
}

export function stream(_api: string): StreamReader {
  const learned: Learned = {
    wire: {},
    isCounted: false,
    id: undefined,
    model: undefined,
    finishReasons: [],
    errorType: undefined,
    uncounted: [],
    uncountedToolCalls: 0,
    outputEvents: 0,
    hasResults: false,
    rounds: 1,
    webSearches: 0,
  };
  return {
    read: (event) => readEvent(learned, event),
    facts: () => factsOf(learned),
  };
}

function readEvent(learned: Learned, { data }: StreamEvent): EventFacts {
  const event = parse(data);
  if (event === undefined) return NOTHING;
  switch (event['type']) {
    case 'message_start':
      return takeStart(learned, objectOf(event['message']));
    case 'content_block_start':
      return takeBlock(learned, objectOf(event['content_block']));
    case 'content_block_delta':
      return addOutput(learned, outputOfDelta(objectOf(event['delta'])));
    case 'message_delta':
      return takeDelta(learned, event);
    case 'message_stop':
      return TERMINAL;
    case 'error':
      learned.errorType = errorTypeOf(event['error'] ?? event);
      return TERMINAL;
    case 'completion':
      return takeCompletion(learned, event);
    default:
      return NOTHING;
  }
}

/** Its count of output is that of the first tokens only, and where it comes twice it is the same. */
function takeStart(learned: Learned, message: JsonObject): EventFacts {
  learned.id ??= textOf(message['id']);
  learned.model ??= textOf(message['model']);
  takeUsage(learned, message['usage']);
  return NOTHING;
}

function takeBlock(learned: Learned, block: JsonObject): EventFacts {
  const type = textOf(block['type']) ?? '';
  if (type.endsWith('_tool_result')) {
    learned.hasResults = true;
    return NOTHING;
  }
  if (type === 'fallback') {
    learned.model = textOf(objectOf(block['to'])['model']) ?? learned.model;
    return NOTHING;
  }
  if (learned.hasResults) {
    learned.hasResults = false;
    learned.rounds += 1;
  }
  if (type.endsWith('tool_use')) learned.uncountedToolCalls += 1;
  if (type === 'server_tool_use' && block['name'] === 'web_search') learned.webSearches += 1;
  return addOutput(learned, outputOfBlock(block));
}

function outputOfBlock(block: JsonObject): string {
  const fields = ['text', 'thinking', 'name', 'content'].map((name) => textOf(block[name]) ?? '');
  return fields.join('');
}

function outputOfDelta(delta: JsonObject): string {
  const fields = ['text', 'thinking', 'partial_json', 'content'];
  return fields.map((name) => textOf(delta[name]) ?? '').join('');
}

/** Its counts are totals of the whole call. */
function takeDelta(learned: Learned, event: JsonObject): EventFacts {
  const reason = textOf(objectOf(event['delta'])['stop_reason']);
  if (reason !== undefined) learned.finishReasons.push(reason);
  takeUsage(learned, event['usage']);
  learned.model = fallbackModel(learned.wire) ?? learned.model;
  if (countOf(objectOf(event['usage'])['output_tokens']) !== undefined) {
    learned.isCounted = true;
    learned.uncounted.length = 0;
    learned.uncountedToolCalls = 0;
  }
  return NOTHING;
}

/** The older API, which never reports usage. */
function takeCompletion(learned: Learned, event: JsonObject): EventFacts {
  learned.id ??= textOf(event['id']) ?? textOf(event['log_id']);
  learned.model ??= textOf(event['model']);
  const reason = textOf(event['stop_reason']);
  if (reason !== undefined) learned.finishReasons.push(reason);
  return addOutput(learned, textOf(event['completion']) ?? '');
}

function takeUsage(learned: Learned, wire: unknown): void {
  const told = Object.entries(objectOf(wire)).filter(([, value]) => value !== null);
  learned.wire = { ...learned.wire, ...Object.fromEntries(told) };
}

function addOutput(learned: Learned, output: string): EventFacts {
  if (output === '') return NOTHING;
  learned.uncounted.push(output);
  learned.outputEvents += 1;
  return { ...NOTHING, output };
}

function factsOf(learned: Learned): StreamFacts {
  const { wire, isCounted, uncounted, finishReasons } = learned;
  const usage = usageOfWire(wire);
  return {
    usage: isCounted ? usage : usage && soFar(usage, learned),
    id: learned.id,
    model: learned.model,
    tier: tierOf(wire),
    finishReasons,
    errorType: learned.errorType,
    ...advised(wire),
    isUsageFinal: isCounted && finishReasons.length > 0,
    uncountedText: uncounted.join(''),
    uncountedToolCalls: learned.uncountedToolCalls,
    uncountedEvents: isCounted ? uncounted.length : Math.max(uncounted.length, firstOutput(wire)),
    outputEvents: learned.outputEvents,
  };
}

/** Before the end: every round has read at least what the first one did, and output is only seen. */
function soFar(usage: Usage, { rounds, webSearches }: Learned): Usage {
  const inputTokens = Math.min(usage.inputTokens * rounds, Number.MAX_SAFE_INTEGER);
  return { ...usage, inputTokens, outputTokens: 0, reasoningTokens: 0, webSearches };
}

/** What had been made when the stream began, of which not every token need be shown. */
function firstOutput(wire: JsonObject): number {
  return countOf(wire['output_tokens']) ?? 0;
}

function parse(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
