// `:generateContent` and `:streamGenerateContent`: whole bodies and chunks, as in recorded traffic.
import { alphanumericId } from '../fake-provider/ids.ts';
import { type Ask, type Choice, joined, type Segment } from '../fake-provider/generate.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from '../json.ts';
import { invalidArgument } from './errors.ts';
import type { Context, Operation } from './operation.ts';

const TOKENS_PER_TEXT = 2;

export const content: Operation = {
  check: (body) =>
    listOf(body['contents']).length > 0
      ? undefined
      : invalidArgument('* GenerateContentRequest.contents: contents is not specified'),
  ask,
  whole,
  frames,
  terminator: '',
};

export const countTokens: Operation = {
  check: content.check,
  ask,
  isFree: true,
  whole: ({ generation }) => {
    const { inputTokens } = generation.usage;
    return { totalTokens: inputTokens, promptTokensDetails: ofText(inputTokens) };
  },
  terminator: '',
};

function ask(body: JsonObject): Ask {
  const config = objectOf(body['generationConfig']);
  const functions = listOf(body['tools']).flatMap((tool) =>
    listOf(objectOf(tool)['functionDeclarations']).map(objectOf),
  );
  const contents = [...listOf(body['contents']), body['systemInstruction']];
  const texts = contents.flatMap((each) => listOf(objectOf(each)['parts']).map(textOfPart));
  const choices = numberOf(config['candidateCount']) ?? 1;
  const calling = objectOf(objectOf(body['toolConfig'])['functionCallingConfig']);
  const [demanded] = calling['mode'] === 'ANY' ? functions : [];
  return {
    inputTokens: promptTokens(
      [...texts, ...functions.map((each) => JSON.stringify(each))],
      TOKENS_PER_TEXT,
    ),
    choices,
    attempts: choices,
    maxOutputTokens: numberOf(config['maxOutputTokens']),
    schema: config['responseSchema'] ?? config['responseJsonSchema'],
    tool: demanded && { name: String(demanded['name']), parameters: demanded['parameters'] },
  };
}

/** A call or its answer is read as it stands. */
export function textOfPart(part: unknown): string {
  const { functionCall, functionResponse } = objectOf(part);
  const tool = functionCall ?? functionResponse;
  return tool === undefined ? textOf(part) : JSON.stringify(tool);
}

function whole(context: Context): unknown {
  const { generation, answer } = context;
  const { choices, usage } = generation;
  if (answer.blockReason !== undefined) return blocked(context);
  return {
    candidates: choices.map((choice) => ({
      content: { role: 'model', parts: partsOf(choice) },
      finishReason: finishReason(choice, context),
      index: choice.index,
      ...grounding(context),
    })),
    ...envelope(context),
    usageMetadata: metadata(context, {
      shown: usage.outputTokens - usage.reasoningTokens,
      thoughts: usage.reasoningTokens,
    }),
  };
}

function partsOf({ segments, toolCalls }: Choice): readonly unknown[] {
  const calls = toolCalls.map(({ name, segments: args }) => callPart(name, args));
  const text = joined(segments);
  return text === '' && calls.length > 0 ? calls : [{ text }, ...calls];
}

function callPart(name: string, segments: readonly Segment[]): unknown {
  return { functionCall: { name, args: objectOf(parse(joined(segments))) } };
}

/** A chunk before the counts are added up. */
interface Part {
  readonly choice: Choice;
  readonly part: unknown;
  readonly shown: number;
  readonly thoughts: number;
  readonly isLast?: boolean;
}

function frames(context: Context): readonly Frame[] {
  const { generation, answer } = context;
  if (answer.blockReason !== undefined) return [{ data: blocked(context), tokens: 0 }];
  const parts = generation.choices.flatMap((choice) => partsOfStream(choice, context));
  const counted = answer.usageOn ?? (context.isVertex ? 'last' : 'every');
  let [shown, thoughts] = [0, 0];
  return parts.map((each, position) => {
    shown += each.shown;
    thoughts += each.thoughts;
    const isLast = position === parts.length - 1;
    return {
      tokens: each.shown + each.thoughts,
      data: {
        candidates: [candidate(each, context)],
        ...envelope(context),
        usageMetadata:
          isLast || counted === 'every' ? metadata(context, { shown, thoughts }) : traffic(context),
      },
    };
  });
}

function candidate({ choice, part, isLast }: Part, context: Context): unknown {
  return {
    content: { role: 'model', parts: [part] },
    ...(isLast ? { finishReason: finishReason(choice, context), ...grounding(context) } : {}),
    index: choice.index,
  };
}

/** Thoughts are made before the first text; they are shown, in short, where the request says so. */
function partsOfStream(choice: Choice, { body }: Context): readonly Part[] {
  const config = objectOf(objectOf(body['generationConfig'])['thinkingConfig']);
  const isShown = config['includeThoughts'] === true && choice.leadTokens > 0;
  let thoughts = choice.leadTokens;
  const parts: Part[] = [];
  const add = (part: unknown, shown: number, isLast = false): void => {
    parts.push({ choice, part, shown, thoughts, isLast });
    thoughts = 0;
  };
  if (isShown) add({ text: '**Thinking**\n\n', thought: true }, 0);
  for (const { text, tokens } of choice.segments) add({ text }, tokens);
  for (const { name, segments } of choice.toolCalls) {
    const tokens = segments.reduce((sum, segment) => sum + segment.tokens, 0);
    add(callPart(name, segments), tokens);
  }
  add({ text: '' }, choice.tailTokens, true);
  return parts;
}

const REASONS = new Map([
  ['length', 'MAX_TOKENS'],
  ['content_filter', 'SAFETY'],
]);

function finishReason({ finishReason: reason }: Choice, { answer }: Context): string {
  return answer.finishReason ?? REASONS.get(reason) ?? 'STOP';
}

function grounding({ answer }: Context): JsonObject {
  const { searchQueries } = answer;
  return searchQueries ? { groundingMetadata: { webSearchQueries: searchQueries } } : {};
}

function blocked(context: Context): unknown {
  return {
    promptFeedback: { blockReason: context.answer.blockReason },
    ...envelope(context),
    usageMetadata: metadata(context, { shown: 0, thoughts: 0 }),
  };
}

function envelope({ model, seed }: Context): JsonObject {
  return { modelVersion: model, responseId: alphanumericId('', 23, seed) };
}

interface Counts {
  readonly shown: number;
  readonly thoughts: number;
}

/** A count of 0 is left out, as all defaults of protocol buffers are. */
function metadata(context: Context, { shown, thoughts }: Counts): JsonObject {
  const { inputTokens, cachedTokens } = context.generation.usage;
  const toolUse = context.answer.toolUseTokens ?? 0;
  const prompt = inputTokens - toolUse;
  return {
    promptTokenCount: prompt,
    ...(shown > 0 ? { candidatesTokenCount: shown } : {}),
    totalTokenCount: inputTokens + shown + thoughts,
    ...(cachedTokens > 0 ? { cachedContentTokenCount: cachedTokens } : {}),
    ...(toolUse > 0 ? { toolUsePromptTokenCount: toolUse } : {}),
    promptTokensDetails: ofText(prompt),
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    ...traffic(context),
  };
}

function traffic({ isVertex }: Context): JsonObject {
  return isVertex ? { trafficType: 'ON_DEMAND' } : {};
}

function ofText(tokenCount: number): unknown {
  return [{ modality: 'TEXT', tokenCount }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return stringOf(text);
  }
}
