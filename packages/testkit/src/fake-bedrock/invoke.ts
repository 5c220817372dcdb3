// POST /model/{id}/invoke and /invoke-with-response-stream: bodies in the words of the model's maker.
import {
  ask as askClaude,
  frames as claudeFrames,
  whole as claudeWhole,
} from '../fake-anthropic/messages.ts';
import { joined, onlyChoice } from '../fake-provider/generate.ts';
import type { Ask } from '../fake-provider/generate.ts';
import { alphanumericId } from '../fake-provider/ids.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf } from '../json.ts';
import * as conversing from './converse.ts';
import { invalid } from './errors.ts';
import { BLOCKED, type Context, type Event, guardrailTrace, type Operation } from './operation.ts';

/** The writer of one family, by a part of the model's id. */
export function invokeOf(model: string): Operation | undefined {
  return FAMILIES.find(([part]) => model.includes(part))?.[1];
}

/** A piece of text in a stream, and whether it is the last. */
interface Piece {
  readonly text: string;
  readonly at: number;
  readonly isLast: boolean;
}

interface TextFamily {
  readonly text: (body: JsonObject) => unknown;
  readonly most: (body: JsonObject) => unknown;
  readonly whole: (text: string, context: Context) => JsonObject;
  readonly chunk: (piece: Piece, context: Context) => JsonObject;
}

const claude: Operation = {
  check: (body) =>
    typeof body['anthropic_version'] === 'string' && body['model'] === undefined
      ? undefined
      : invalid('anthropic_version: Field required'),
  ask: askClaude,
  whole: (context) => guarded(context, claudeWhole(claudeContext(context))),
  events: (context) => {
    if (context.answer.guardrail) return blocked(context);
    const frames = claudeFrames(claudeContext(context));
    return frames.map(({ data, tokens }, index) =>
      chunk(objectOf(data), { context, tokens, isLast: index === frames.length - 1 }),
    );
  },
  countsInHeaders: true,
};

const nova: Operation = {
  check: conversing.converse.check,
  ask: (body) => {
    const config = objectOf(body['inferenceConfig']);
    const maxTokens = config['max_new_tokens'] ?? config['maxTokens'];
    return conversing.ask({ ...body, inferenceConfig: { maxTokens } });
  },
  // With a guardrail the counts of the body are not whole; those of the headers are.
  whole: (context) => {
    const whole = conversing.whole(context);
    const { inputTokens } = objectOf(whole['usage']);
    return context.answer.guardrail
      ? guarded(context, { ...whole, usage: { inputTokens } })
      : whole;
  },
  events: (context) => {
    if (context.answer.guardrail) return blocked(context);
    const events = conversing.events(context);
    return events.map(({ type, payload, tokens }, index) => {
      const { p: _, ...fields } = payload;
      return chunk({ [type]: fields }, { context, tokens, isLast: index === events.length - 1 });
    });
  },
  countsInHeaders: true,
};

const titan = textFamily({
  text: (body) => body['inputText'],
  most: (body) => objectOf(body['textGenerationConfig'])['maxTokenCount'],
  whole: (outputText, { tokens }) => ({
    inputTextTokenCount: tokens.input,
    results: [{ tokenCount: tokens.output, outputText, completionReason: 'FINISH' }],
  }),
  chunk: ({ text, at, isLast }, { tokens }) => ({
    outputText: text,
    index: at,
    totalOutputTextTokenCount: isLast ? tokens.output : null,
    completionReason: isLast ? 'FINISH' : null,
    inputTextTokenCount: at === 0 ? tokens.input : null,
  }),
});

const llama = textFamily({
  text: (body) => body['prompt'],
  most: (body) => body['max_gen_len'],
  whole: (generation, { tokens }) => ({
    generation,
    prompt_token_count: tokens.input,
    generation_token_count: tokens.output,
    stop_reason: 'stop',
  }),
  chunk: ({ text, at, isLast }, { tokens }) => ({
    generation: text,
    prompt_token_count: at === 0 ? tokens.input : null,
    generation_token_count: isLast ? tokens.output : at + 1,
    stop_reason: isLast ? 'stop' : null,
  }),
});

const mistral = textFamily({
  text: (body) => body['prompt'],
  most: (body) => body['max_tokens'],
  whole: (text) => ({ outputs: [{ text, stop_reason: 'stop' }] }),
  chunk: ({ text, isLast }) => ({ outputs: [{ text, stop_reason: isLast ? 'stop' : null }] }),
});

const cohere = textFamily({
  text: (body) => body['message'] ?? body['prompt'],
  most: (body) => body['max_tokens'],
  whole: (text) => ({ text, finish_reason: 'COMPLETE' }),
  chunk: ({ text, isLast }) =>
    isLast
      ? { event_type: 'stream-end', finish_reason: 'COMPLETE', is_finished: true }
      : { event_type: 'text-generation', text, is_finished: false },
});

const embedding: Operation = {
  check: (body) =>
    body['inputText'] === undefined && body['texts'] === undefined
      ? invalid('Malformed input request')
      : undefined,
  ask: (body) => ({ ...textAsk([body['inputText'], body['texts']]), maxOutputTokens: 0 }),
  whole: ({ tokens }) => ({ embedding: [0.25, -0.5], inputTextTokenCount: tokens.input }),
  countsInHeaders: true,
};

const FAMILIES: readonly (readonly [string, Operation])[] = [
  ['embed', embedding],
  ['anthropic.claude', claude],
  ['amazon.nova', nova],
  ['amazon.titan', titan],
  ['meta.llama', llama],
  ['mistral.', mistral],
  ['cohere.command', cohere],
];

function textFamily({ text, most, whole, chunk: pieceOf }: TextFamily): Operation {
  return {
    check: (body) =>
      typeof text(body) === 'string' ? undefined : invalid('Malformed input request'),
    ask: (body) => ({ ...textAsk([text(body)]), maxOutputTokens: numberOf(most(body)) }),
    whole: (context) => {
      const said = context.answer.guardrail
        ? BLOCKED
        : joined(onlyChoice(context.generation).segments);
      return guarded(context, whole(said, context));
    },
    events: (context) => {
      if (context.answer.guardrail) return blocked(context);
      const { segments, leadTokens, tailTokens } = onlyChoice(context.generation);
      const pieces = [...segments, { text: '', tokens: tailTokens }];
      return pieces.map((segment, at) => {
        const isLast = at === pieces.length - 1;
        const tokens = segment.tokens + (at === 0 ? leadTokens : 0);
        return chunk(pieceOf({ text: segment.text, at, isLast }, context), {
          context,
          tokens,
          isLast,
        });
      });
    },
    countsInHeaders: true,
  };
}

function textAsk(values: readonly unknown[]): Ask {
  const texts = values.flatMap((value) => (Array.isArray(value) ? listOf(value) : [value]));
  return {
    inputTokens: promptTokens(texts.map(textOf), 0),
    choices: 1,
    attempts: 1,
    maxOutputTokens: undefined,
    schema: undefined,
    tool: undefined,
  };
}

function claudeContext({
  seed,
  model,
  generation,
  tokens,
}: Context): Parameters<typeof claudeWhole>[0] {
  return {
    id: alphanumericId('msg_bdrk_01', 22, seed),
    model: /claude-[a-z0-9-]*\d{8}/u.exec(model)?.[0] ?? model,
    generation,
    cacheWriteTokens: tokens.cacheWrite,
  };
}

function guarded({ answer }: Context, body: JsonObject): JsonObject {
  if (answer.guardrail === undefined) return body;
  const found = { 'amazon-bedrock-guardrailAction': 'INTERVENED' };
  return { ...body, ...found, 'amazon-bedrock-trace': guardrailTrace() };
}

/** A stream that was stopped tells no counts at all. */
function blocked(context: Context): readonly Event[] {
  const { tokens } = context;
  const said = { completion: BLOCKED, outputText: BLOCKED };
  return [encoded(guarded(context, said), tokens.output)];
}

interface ChunkPlace {
  readonly context: Context;
  readonly tokens: number;
  readonly isLast: boolean;
}

function chunk(data: JsonObject, { context, tokens, isLast }: ChunkPlace): Event {
  if (!isLast || !isObject(data)) return encoded(data, tokens);
  const { input, output, cacheRead, cacheWrite } = context.tokens;
  const metrics = {
    inputTokenCount: input,
    outputTokenCount: output,
    invocationLatency: 7,
    firstByteLatency: 3,
    ...(cacheRead > 0 ? { cacheReadInputTokenCount: cacheRead } : {}),
    ...(cacheWrite > 0 ? { cacheWriteInputTokenCount: cacheWrite } : {}),
  };
  return encoded({ ...data, 'amazon-bedrock-invocationMetrics': metrics }, tokens);
}

function encoded(data: JsonObject, tokens: number): Event {
  const bytes = Buffer.from(JSON.stringify(data)).toString('base64');
  return { type: 'chunk', payload: { bytes, p: 'abcdefgh' }, tokens };
}
