// POST /v1/messages: whole messages and the events of streamed ones.

import { joined, onlyChoice, shownThoughts } from '../fake-provider/generate.ts';
import type { Ask, Choice, Generation, Segment } from '../fake-provider/generate.ts';
import type { FakeFinishReason } from '../fake-provider/reply.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';
import { listOf, numberOf, objectOf } from '../json.ts';
import type { JsonObject } from '../json.ts';

const TOKENS_PER_MESSAGE = 4;

export interface MessageContext {
  readonly id: string;
  readonly model: string;
  readonly generation: Generation;
  /** Part of the input. */
  readonly cacheWriteTokens: number;
}

export function ask(body: JsonObject): Ask {
  const tools = listOf(body['tools']).map(objectOf);
  const system = textOf(body['system']);
  const texts = [
    ...(system === '' ? [] : [system]),
    ...listOf(body['messages']).map(textOf),
    ...tools.map((tool) => JSON.stringify(tool)),
  ];
  return {
    inputTokens: promptTokens(texts, TOKENS_PER_MESSAGE),
    choices: 1,
    attempts: 1,
    maxOutputTokens: numberOf(body['max_tokens']),
    schema: objectOf(objectOf(body['output_config'])['format'])['schema'],
    tool: demandedTool(tools, objectOf(body['tool_choice'])),
  };
}

function demandedTool(tools: readonly JsonObject[], choice: JsonObject): Ask['tool'] {
  const demanded =
    choice['type'] === 'any' ? tools[0] : tools.find(({ name }) => name && name === choice['name']);
  return demanded && { name: String(demanded['name']), parameters: demanded['input_schema'] };
}

export function whole(context: MessageContext): JsonObject {
  const choice = onlyChoice(context.generation);
  const content = blocks(choice).map(({ block, pieces }) => {
    const text = joined(pieces);
    switch (block['type']) {
      case 'thinking':
        return { ...block, thinking: text, signature: SIGNATURE };
      case 'text':
        return { ...block, text };
      default:
        return { ...block, input: text === '' ? {} : (JSON.parse(text) as unknown) };
    }
  });
  const usage = { ...usageAtStart(context), output_tokens: context.generation.usage.outputTokens };
  return { ...envelope(context), content, ...ending(choice), usage };
}

/** All events, each with the tokens that are made with it. */
export function frames(context: MessageContext): readonly Frame[] {
  const choice = onlyChoice(context.generation);
  const { outputTokens } = context.generation.usage;
  const usage = { ...usageAtStart(context), output_tokens: Math.min(1, outputTokens) };
  const message = { ...envelope(context), content: [], ...NOT_ENDED, usage };
  return [
    event({ type: 'message_start', message }),
    ...blocks(choice).flatMap(blockFrames),
    event(
      { type: 'message_delta', delta: ending(choice), usage: { output_tokens: outputTokens } },
      choice.tailTokens,
    ),
    event({ type: 'message_stop' }),
  ];
}

/** What the endpoint for counting answers. */
export function counted(body: JsonObject): JsonObject {
  return { input_tokens: ask(body).inputTokens };
}

export function event(data: JsonObject, tokens = 0): Frame {
  return { event: String(data['type']), data, tokens };
}

const NOT_ENDED = { stop_reason: null, stop_sequence: null };
const SIGNATURE = 'c2VhbGVkIHRob3VnaHRz';

const STOP_REASONS: Readonly<Record<FakeFinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

function envelope({ id, model }: MessageContext): JsonObject {
  return { id, type: 'message', role: 'assistant', model };
}

function ending({ finishReason }: Choice): JsonObject {
  return { stop_reason: STOP_REASONS[finishReason], stop_sequence: null };
}

/** Input, cache reads and cache writes side by side. */
function usageAtStart({ generation, cacheWriteTokens }: MessageContext): JsonObject {
  const { inputTokens, cachedTokens } = generation.usage;
  return {
    input_tokens: inputTokens - cachedTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens,
      ephemeral_1h_input_tokens: 0,
    },
    service_tier: 'standard',
  };
}

interface Block {
  /** As its start shows it. */
  readonly block: JsonObject;
  readonly deltaOf: (text: string) => JsonObject;
  readonly pieces: readonly Segment[];
}

function blocks(choice: Choice): readonly Block[] {
  const thought: Block = {
    block: { type: 'thinking', thinking: '', signature: '' },
    deltaOf: (thinking) => ({ type: 'thinking_delta', thinking }),
    pieces: shownThoughts(choice.leadTokens),
  };
  const said: Block = {
    block: { type: 'text', text: '' },
    deltaOf: (text) => ({ type: 'text_delta', text }),
    pieces: choice.segments,
  };
  const called = choice.toolCalls.map(({ id, name, segments }) => ({
    block: { type: 'tool_use', id: id.replace('call_', 'toolu_'), name, input: {} },
    deltaOf: (text: string) => ({ type: 'input_json_delta', partial_json: text }),
    pieces: segments,
  }));
  return [thought, said, ...called].filter(({ pieces }) => pieces.length > 0);
}

function blockFrames({ block, deltaOf, pieces }: Block, index: number): readonly Frame[] {
  const sealed = { type: 'signature_delta', signature: SIGNATURE };
  return [
    event({ type: 'content_block_start', index, content_block: block }),
    ...(index === 0 ? [event({ type: 'ping' })] : []),
    ...pieces.map(({ text, tokens }) =>
      event({ type: 'content_block_delta', index, delta: deltaOf(text) }, tokens),
    ),
    ...(block['type'] === 'thinking'
      ? [event({ type: 'content_block_delta', index, delta: sealed })]
      : []),
    event({ type: 'content_block_stop', index }),
  ];
}
