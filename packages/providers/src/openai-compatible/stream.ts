// Reads the events of a streamed response: usage, output text, and where it ends.
import type { Usage } from '@spendfuse/core';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type {
  EventFacts,
  JsonObject,
  StreamEvent,
  StreamFacts,
  StreamReader,
} from '../provider.ts';
import type { Reporting } from './dialect.ts';
import {
  choiceReasons,
  drawn,
  errorOf,
  errorTypeOf,
  type Reported,
  reportedUsage,
  responseReasons,
  tierOf,
} from './usage.ts';

export const NOTHING: EventFacts = { usageOnly: false, terminal: false, output: '' };
const TERMINAL: EventFacts = { ...NOTHING, terminal: true };

/** What has been learned, while it is being learned. */
export interface Learned {
  usage: Usage | undefined;
  lacksInput?: boolean;
  id: string | undefined;
  model: string | undefined;
  tier: string | undefined;
  readonly finishReasons: string[];
  errorType: string | undefined;
  alsoUsed?: StreamFacts['alsoUsed'];
  reportedCostNanoUsd?: number | undefined;
  /** Since the last report of usage. */
  readonly uncounted: string[];
  uncountedToolCalls?: number;
  outputEvents: number;
}

/** Takes in one event that is no error. */
export type Take = (learned: Learned, event: JsonObject) => EventFacts;

export function stream(api: string, reporting: Reporting = {}): StreamReader {
  const take = api === 'responses' ? takeResponseEvent : takeChunk;
  return readerOf((learned, event) => take(learned, event, { api, reporting }));
}

type Spoken = Omit<Reported, 'model'>;

/** A reader of events that are JSON objects, and errors among them. */
export function readerOf(take: Take): StreamReader {
  const learned: Learned = {
    usage: undefined,
    id: undefined,
    model: undefined,
    tier: undefined,
    finishReasons: [],
    errorType: undefined,
    uncounted: [],
    outputEvents: 0,
  };
  return {
    read: (event) => readEvent(event, { learned, take }),
    facts: () => factsOf(learned),
  };
}

function readEvent(
  { name, data }: StreamEvent,
  { learned, take }: { readonly learned: Learned; readonly take: Take },
): EventFacts {
  if (data === '[DONE]') return TERMINAL;
  const event = parse(data);
  if (event === undefined) return NOTHING;
  // `{"error": {…}}` in a chunk; the Responses API sends an event of its own, its fields on top.
  const isError = name === 'error' || event['type'] === 'error';
  const error = errorOf(event) ?? (isError ? event : undefined);
  if (error !== undefined) {
    learned.errorType = errorTypeOf(error);
    return TERMINAL;
  }
  return take(learned, event);
}

/** A chunk of chat completions or completions. */
function takeChunk(learned: Learned, chunk: JsonObject, spoken: Spoken): EventFacts {
  learned.id ??= textOf(chunk['id']);
  learned.model ??= textOf(chunk['model']);
  learned.tier = tierOf(chunk) ?? learned.tier;
  learned.finishReasons.push(...choiceReasons(chunk));
  const usage = reportedUsage(chunk, { ...spoken, model: learned.model });
  const choices = listOf(chunk['choices']);
  const output = choices.map(outputOfChoice).join('');
  addOutput(learned, output);
  addToolCalls(learned, choices.flatMap(callsOfChoice).filter(beginsCall).length);
  takeUsage(learned, usage);
  takeCost(learned, spoken.reporting.costOf?.(chunk));
  return { usageOnly: usage !== undefined && choices.length === 0, terminal: false, output };
}

function outputOfChoice(value: unknown): string {
  const choice = objectOf(value);
  const delta = objectOf(choice['delta']);
  const called = callsOfChoice(value).map((call) => {
    const { name, arguments: args, input } = objectOf(call);
    return [name, args, input];
  });
  // Together has the text a second time in `text`, and vLLM had the reasoning under both names.
  const text = delta['content'] || choice['text'];
  const reasoning = delta['reasoning'] || delta['reasoning_content'];
  const { transcript } = objectOf(delta['audio']);
  return [text, delta['refusal'], reasoning, transcript, ...called.flat()].map(textIn).join('');
}

/** A text, or the texts of a list of parts: an answer's, or those of a thought in it. */
function textIn(value: unknown): string {
  if (!Array.isArray(value)) return textOf(value) ?? '';
  return value.map((part) => textIn(objectOf(part)['text'] ?? objectOf(part)['thinking'])).join('');
}

/** Calls of tools, as far as this chunk brings them. */
function callsOfChoice(value: unknown): readonly unknown[] {
  const { tool_calls: made, function_call: old } = objectOf(objectOf(value)['delta']);
  if (made === undefined && old === undefined) return NO_CALLS;
  const calls = listOf(made).flatMap((call) => {
    const { function: called, custom } = objectOf(call);
    return [called, custom];
  });
  return [...calls, old];
}

/** Of most chunks. */
const NO_CALLS: readonly unknown[] = [];

/** Only the first part of a call has the name of its tool. */
function beginsCall(call: unknown): boolean {
  return textOf(objectOf(call)['name']) !== undefined;
}

/** An event of the Responses API: `response.output_text.delta`, `response.completed`, … */
function takeResponseEvent(learned: Learned, event: JsonObject, spoken: Spoken): EventFacts {
  const type = textOf(event['type']) ?? '';
  if (type.endsWith('.delta')) {
    const output = textOf(event['delta']) ?? '';
    addOutput(learned, output);
    return { ...NOTHING, output };
  }
  if (type === 'response.output_item.added') {
    addToolCalls(learned, beginsCall(event['item']) ? 1 : 0);
  }
  if (!isObject(event['response'])) return NOTHING;
  const response = event['response'];
  learned.id ??= textOf(response['id']);
  learned.model ??= textOf(response['model']);
  // The first events still say what was asked for, such as `auto`.
  learned.tier = textOf(response['service_tier']) ?? learned.tier;
  takeUsage(learned, reportedUsage(response, { ...spoken, model: learned.model }));
  takeCost(learned, spoken.reporting.costOf?.(response));
  Object.assign(learned, drawn(response));
  if (!/^response\.(?:completed|incomplete|failed)$/u.test(type)) return NOTHING;
  learned.finishReasons.push(...responseReasons(response));
  if (isObject(response['error'])) learned.errorType = errorTypeOf(response['error']);
  return TERMINAL;
}

export function addOutput(learned: Learned, text: string): void {
  if (text === '') return;
  learned.uncounted.push(text);
  learned.outputEvents += 1;
}

function addToolCalls(learned: Learned, calls: number): void {
  if (calls > 0) learned.uncountedToolCalls = (learned.uncountedToolCalls ?? 0) + calls;
}

/** Counts are totals of the whole call, so that a later report replaces an earlier one. */
export function takeUsage(learned: Learned, usage: Usage | undefined): void {
  if (!usage) return;
  learned.usage = usage;
  learned.uncounted.length = 0;
  learned.uncountedToolCalls = 0;
}

function takeCost(learned: Learned, costNanoUsd: number | undefined): void {
  learned.reportedCostNanoUsd = costNanoUsd ?? learned.reportedCostNanoUsd;
}

function factsOf(learned: Learned): StreamFacts {
  const { uncounted, ...facts } = learned;
  return {
    ...facts,
    // Some servers report with every chunk: the last word comes with the end.
    isUsageFinal: facts.usage !== undefined && facts.finishReasons.length > 0,
    uncountedText: uncounted.join(''),
    uncountedEvents: uncounted.length,
  };
}

/** Undefined where it is no JSON object. */
function parse(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
