// Decides what the fake model produces: choices cut into pieces, each with its number of tokens.

import { alphanumericId } from './ids.ts';
import type { FakeFinishReason, FakeToolCall, GeneratedAnswer } from './reply.ts';
import { sampleOf } from './sample.ts';
import { pieces, words } from './text.ts';

/** What a request asks for, in the same words for every operation. */
export interface Ask {
  /** Our count of the prompt. */
  readonly inputTokens: number;
  /** Choices that are returned: `n`, times the number of prompts in legacy completions. */
  readonly choices: number;
  /** Choices that are produced and billed; more than `choices` only with `best_of`. */
  readonly attempts: number;
  /** The maximum of output tokens per choice, reasoning included. */
  readonly maxOutputTokens: number | undefined;
  /** The JSON schema the text must fit. */
  readonly schema: unknown;
  /** The tool the request insists on. */
  readonly tool: { readonly name: string; readonly parameters: unknown } | undefined;
}

/** A streamed bit of text with the tokens it stands for. */
export interface Segment {
  readonly text: string;
  readonly tokens: number;
}

export interface GeneratedToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text. */
  readonly segments: readonly Segment[];
}

export interface Choice {
  readonly index: number;
  /** Tokens without visible text before the first segment: reasoning, unseen attempts. */
  readonly leadTokens: number;
  readonly segments: readonly Segment[];
  readonly toolCalls: readonly GeneratedToolCall[];
  /** Tokens without visible text after the last segment. */
  readonly tailTokens: number;
  readonly finishReason: FakeFinishReason;
}

export interface Usage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface Generation {
  readonly choices: readonly Choice[];
  readonly usage: Usage;
}

/** The whole text of a list of segments. */
export function joined(segments: readonly Segment[]): string {
  return segments.map((segment) => segment.text).join('');
}

/** The choice of an API that answers with one. */
export function onlyChoice({ choices: [choice] }: Generation): Choice {
  if (choice === undefined) {
    throw new Error('a message is one choice');
  }
  return choice;
}

/** Words that are shown of thinking, however long it was. */
const SHOWN_THOUGHTS = 4;

/** So many tokens of thinking, in the few words that are shown of it. */
export function shownThoughts(tokens: number): readonly Segment[] {
  const shown = Math.min(SHOWN_THOUGHTS, tokens);
  return words(shown).map((text, index) => ({
    text,
    tokens: Math.floor((tokens * (index + 1)) / shown) - Math.floor((tokens * index) / shown),
  }));
}

export interface GenerateInput {
  readonly ask: Ask;
  readonly reply: GeneratedAnswer;
  /** Output tokens per choice where neither the reply nor its text says. */
  readonly outputTokens: number;
  /** Makes ids; the same seed gives the same ids. */
  readonly seed: string;
}

/** The answer to one request; the sum of all its tokens is `usage.outputTokens`. */
export function generate(input: GenerateInput): Generation {
  const { ask, reply } = input;
  const choices: Choice[] = [];
  let reasoningTokens = 0;
  let perChoice = 0;
  for (let index = 0; index < ask.choices; index += 1) {
    const produced = produceChoice(input, index);
    reasoningTokens += produced.reasoningTokens;
    perChoice = produced.tokens;
    choices.push(produced.choice);
  }
  const unseenTokens = Math.max(0, ask.attempts - ask.choices) * perChoice;
  const [first, ...others] = choices;
  const inputTokens = reply.inputTokens ?? ask.inputTokens;
  return {
    choices: first
      ? [{ ...first, leadTokens: first.leadTokens + unseenTokens }, ...others]
      : choices,
    usage: {
      inputTokens,
      cachedTokens: Math.min(inputTokens, reply.cachedTokens ?? 0),
      outputTokens: perChoice * choices.length + unseenTokens,
      reasoningTokens,
    },
  };
}

interface ProducedChoice {
  readonly choice: Choice;
  readonly tokens: number;
  readonly reasoningTokens: number;
}

function produceChoice(input: GenerateInput, index: number): ProducedChoice {
  const { ask, reply } = input;
  const reasoning = reply.reasoningTokens ?? 0;
  const calls = toolCallsOf(input);
  const wantedVisible = visibleTokens(reply, reasoning);
  const text = textOfAnswer(input, calls, wantedVisible);
  const toolPieces = calls.map((call) => pieces(argumentsText(call)));
  const total = text.length + toolPieces.reduce((sum, list) => sum + list.length, 0);
  const visible = wantedVisible ?? total;

  const limit = ask.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const tokens = Math.min(limit, reasoning + visible);
  const truncated = tokens < reasoning + visible;
  const leadTokens = Math.min(reasoning, tokens);
  const meter = new Meter({ pieces: total, tokens: visible, limit: tokens - leadTokens });

  const segments = meter.take(text);
  const toolCalls: GeneratedToolCall[] = [];
  for (const [position, call] of calls.entries()) {
    const taken = meter.take(toolPieces[position] ?? []);
    if (taken.length > 0) {
      const id = alphanumericId('call_', 24, `${input.seed}/${index}/${position}`);
      toolCalls.push({ id, name: call.name, segments: taken });
    }
  }
  const natural = calls.length > 0 ? 'tool_calls' : 'stop';
  const finishReason = reply.finishReason ?? (truncated ? 'length' : natural);
  const tailTokens = tokens - leadTokens - meter.taken;
  const choice = { index, leadTokens, segments, toolCalls, tailTokens, finishReason };
  return { choice, tokens, reasoningTokens: leadTokens };
}

/** Spreads a number of tokens evenly over pieces and stops at a limit. */
class Meter {
  readonly #pieces: number;
  readonly #tokens: number;
  readonly #limit: number;
  #position = 0;
  /** Tokens handed out so far. */
  taken = 0;

  constructor(input: { pieces: number; tokens: number; limit: number }) {
    this.#pieces = input.pieces;
    this.#tokens = input.tokens;
    this.#limit = input.limit;
  }

  /** The pieces that still fit, in order; nothing more once one did not fit. */
  take(texts: readonly string[]): readonly Segment[] {
    const segments: Segment[] = [];
    for (const text of texts) {
      const upTo = Math.floor((this.#tokens * (this.#position + 1)) / this.#pieces);
      if (upTo > this.#limit) {
        break;
      }
      segments.push({ text, tokens: upTo - this.taken });
      this.taken = upTo;
      this.#position += 1;
    }
    return segments;
  }
}

function visibleTokens(reply: GeneratedAnswer, reasoning: number): number | undefined {
  return reply.outputTokens === undefined ? undefined : Math.max(0, reply.outputTokens - reasoning);
}

function textOfAnswer(
  input: GenerateInput,
  calls: readonly FakeToolCall[],
  visible: number | undefined,
): readonly string[] {
  const { ask, reply } = input;
  if (reply.text !== undefined) {
    return pieces(reply.text);
  }
  if (calls.length > 0) {
    return [];
  }
  if (ask.schema !== undefined) {
    return pieces(JSON.stringify(sampleOf(ask.schema)));
  }
  return words(visible ?? input.outputTokens);
}

function toolCallsOf(input: GenerateInput): readonly FakeToolCall[] {
  const { ask, reply } = input;
  if (reply.toolCalls !== undefined) {
    return reply.toolCalls;
  }
  if (ask.tool === undefined || reply.text !== undefined) {
    return [];
  }
  return [{ name: ask.tool.name, arguments: JSON.stringify(sampleOf(ask.tool.parameters)) }];
}

function argumentsText(call: FakeToolCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}
