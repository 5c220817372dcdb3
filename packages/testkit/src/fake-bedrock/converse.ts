// POST /model/{id}/converse and /converse-stream: one shape for all models.
import { joined, onlyChoice, shownThoughts } from '../fake-provider/generate.ts';
import type { Ask, Choice } from '../fake-provider/generate.ts';
import type { FakeFinishReason } from '../fake-provider/reply.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';
import { type JsonObject, listOf, numberOf, objectOf } from '../json.ts';
import { invalid } from './errors.ts';
import {
  BLOCKED,
  type Context,
  type Event,
  guardrailTrace,
  type Operation,
  type Tokens,
} from './operation.ts';

const TOKENS_PER_MESSAGE = 4;
const SIGNATURE = 'c2VhbGVkIHRob3VnaHRz';
/** Frames are filled up with letters, so that their length does not tell the text. */
const PADDING = 'abcdefghijklmnop';

const STOP_REASONS: Readonly<Record<FakeFinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'content_filtered',
};

export const converse: Operation = {
  check: (body) =>
    listOf(body['messages']).length === 0
      ? invalid('A conversation must start with a user message.')
      : undefined,
  ask,
  whole,
  events,
  countsInHeaders: false,
};

export function ask(body: JsonObject): Ask {
  const config = objectOf(body['toolConfig']);
  const tools = listOf(config['tools']).map((tool) => objectOf(objectOf(tool)['toolSpec']));
  const choice = objectOf(config['toolChoice']);
  const named = objectOf(choice['tool'])['name'];
  const tool = 'any' in choice ? tools[0] : tools.find(({ name }) => name && name === named);
  const texts = [
    ...listOf(body['system']).map(textOf),
    ...listOf(body['messages']).map(textOf),
    ...tools.map((each) => JSON.stringify(each)),
  ].filter((text) => text !== '');
  return {
    inputTokens: promptTokens(texts, TOKENS_PER_MESSAGE),
    choices: 1,
    attempts: 1,
    maxOutputTokens: numberOf(objectOf(body['inferenceConfig'])['maxTokens']),
    schema: undefined,
    tool: tool && {
      name: String(tool['name']),
      parameters: objectOf(tool['inputSchema'])['json'],
    },
  };
}

export function whole(context: Context): JsonObject {
  const { answer } = context;
  const choice = onlyChoice(context.generation);
  const content =
    answer.guardrail === undefined
      ? blocks(choice).map(({ whole: block }) => block)
      : BLOCKED_CONTENT;
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReason(context, choice),
    usage: usageOf(context.tokens),
    metrics: { latencyMs: 7 },
    ...(answer.guardrail === undefined ? {} : { trace: guardrailTrace() }),
  };
}

const BLOCKED_CONTENT = [{ text: BLOCKED }];

export function events(context: Context): readonly Event[] {
  const { answer } = context;
  const choice = onlyChoice(context.generation);
  const told =
    answer.guardrail === undefined
      ? blocks(choice).flatMap(blockEvents)
      : blockedEvents(context.tokens.output);
  const trace = answer.guardrail === undefined ? {} : { trace: guardrailTrace() };
  const usage = usageOf(context.tokens);
  const tail = answer.guardrail === undefined ? choice.tailTokens : 0;
  return [
    event('messageStart', { role: 'assistant' }),
    ...told,
    event('messageStop', { stopReason: stopReason(context, choice) }, tail),
    event('metadata', { metrics: { latencyMs: 7 }, ...trace, usage }),
  ];
}

function blockedEvents(tokens: number): readonly Event[] {
  return [
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: BLOCKED } }, tokens),
    event('contentBlockStop', { contentBlockIndex: 0 }),
  ];
}

interface Block {
  /** In a whole answer. */
  readonly whole: JsonObject;
  /** What begins it in a stream; text has none. */
  readonly start?: JsonObject;
  readonly deltaOf: (text: string) => JsonObject;
  readonly pieces: readonly { readonly text: string; readonly tokens: number }[];
  readonly last?: JsonObject;
}

function blocks(choice: Choice): readonly Block[] {
  const thought = shownThoughts(choice.leadTokens);
  const reasoning = { reasoningText: { text: joined(thought), signature: SIGNATURE } };
  const called = choice.toolCalls.map(({ id, name, segments }): Block => {
    const use = { toolUseId: id.replace('call_', 'tooluse_'), name };
    return {
      whole: { toolUse: { ...use, input: JSON.parse(joined(segments)) as unknown } },
      start: { toolUse: use },
      deltaOf: (input) => ({ toolUse: { input } }),
      pieces: segments,
    };
  });
  const all: readonly Block[] = [
    {
      whole: { reasoningContent: reasoning },
      deltaOf: (text) => ({ reasoningContent: { text } }),
      pieces: thought,
      last: { reasoningContent: { signature: SIGNATURE } },
    },
    {
      whole: { text: joined(choice.segments) },
      deltaOf: (text) => ({ text }),
      pieces: choice.segments,
    },
    ...called,
  ];
  return all.filter(({ pieces }) => pieces.length > 0);
}

function blockEvents(block: Block, contentBlockIndex: number): readonly Event[] {
  const { start, deltaOf, pieces, last } = block;
  return [
    ...(start ? [event('contentBlockStart', { contentBlockIndex, start })] : []),
    ...pieces.map(({ text, tokens }) =>
      event('contentBlockDelta', { contentBlockIndex, delta: deltaOf(text) }, tokens),
    ),
    ...(last ? [event('contentBlockDelta', { contentBlockIndex, delta: last })] : []),
    event('contentBlockStop', { contentBlockIndex }),
  ];
}

function event(type: string, payload: JsonObject, tokens = 0): Event {
  return { type, payload: { ...payload, p: PADDING }, tokens };
}

function stopReason({ answer }: Context, { finishReason }: Choice): string {
  return answer.guardrail === undefined ? STOP_REASONS[finishReason] : 'guardrail_intervened';
}

function usageOf({ input, output, cacheRead, cacheWrite, cacheWrite1h }: Tokens): JsonObject {
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + cacheRead + cacheWrite,
    ...(cacheRead > 0 ? { cacheReadInputTokens: cacheRead } : {}),
    ...(cacheWrite > 0 ? { cacheWriteInputTokens: cacheWrite } : {}),
    ...(cacheWrite1h > 0
      ? {
          cacheDetails: [
            { ttl: '1h', inputTokens: cacheWrite1h },
            { ttl: '5m', inputTokens: cacheWrite - cacheWrite1h },
          ],
        }
      : {}),
  };
}
