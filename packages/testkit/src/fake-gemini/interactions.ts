// POST …/interactions: whole ones and the events that stream them.
import { alphanumericId } from '../fake-provider/ids.ts';
import { type Choice, joined } from '../fake-provider/generate.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens, textOf } from '../fake-provider/text.ts';
import { type JsonObject, numberOf, objectOf, stringOf } from '../json.ts';
import { invalidArgument } from './errors.ts';
import type { Context, Operation } from './operation.ts';

export const interactions: Operation = {
  check: (body) =>
    stringOf(body['model']) === undefined
      ? invalidArgument('model or agent is required')
      : undefined,
  ask: (body) => ({
    inputTokens: promptTokens([textOf(body['input']), textOf(body['system_instruction'])], 2),
    choices: 1,
    attempts: 1,
    maxOutputTokens: numberOf(objectOf(body['generation_config'])['max_output_tokens']),
    schema: undefined,
    tool: undefined,
  }),
  whole: (context) => ({ ...envelope(context), ...ended(context), steps: stepsOf(context) }),
  frames,
  terminator: 'event: done\ndata: [DONE]\n\n',
};

function frames(context: Context): readonly Frame[] {
  const started = { ...envelope(context), status: 'in_progress' };
  const events: Frame[] = [event('interaction.created', { interaction: started })];
  const [choice] = context.generation.choices;
  if (choice && choice.leadTokens > 0) {
    const delta = { type: 'thought_signature', signature: 'c2VhbGVk' };
    events.push(event('step.start', { index: 0, step: { type: 'thought' } }));
    events.push({ ...event('step.delta', { index: 0, delta }), tokens: choice.leadTokens });
    events.push(event('step.stop', { index: 0 }));
  }
  events.push(...answerEvents(choice));
  events.push(
    event('interaction.completed', { interaction: { ...envelope(context), ...ended(context) } }),
  );
  return events;
}

function answerEvents(choice: Choice | undefined): readonly Frame[] {
  const deltas = (choice?.segments ?? []).map(({ text, tokens }) => ({
    ...event('step.delta', { index: 1, delta: { type: 'text', text } }),
    tokens,
  }));
  return [
    event('step.start', { index: 1, step: { type: 'model_output' } }),
    ...deltas,
    { ...event('step.stop', { index: 1 }), tokens: choice?.tailTokens ?? 0 },
  ];
}

function event(name: string, fields: JsonObject): Frame {
  return { event: name, data: { ...fields, event_type: name }, tokens: 0 };
}

function stepsOf({ generation }: Context): readonly unknown[] {
  return generation.choices.flatMap(({ leadTokens, segments }) => [
    ...(leadTokens > 0 ? [{ type: 'thought', signature: 'c2VhbGVk' }] : []),
    { type: 'model_output', content: [{ type: 'text', text: joined(segments) }] },
  ]);
}

function envelope({ model, seed }: Context): JsonObject {
  return { id: alphanumericId('v1_', 40, seed), object: 'interaction', model };
}

function ended({ generation }: Context): JsonObject {
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = generation.usage;
  const isCut = generation.choices.some(({ finishReason }) => finishReason === 'length');
  return {
    status: isCut ? 'incomplete' : 'completed',
    service_tier: 'standard',
    usage: {
      total_tokens: inputTokens + outputTokens,
      total_input_tokens: inputTokens,
      input_tokens_by_modality: [{ modality: 'text', tokens: inputTokens }],
      total_cached_tokens: cachedTokens,
      total_output_tokens: outputTokens - reasoningTokens,
      total_tool_use_tokens: 0,
      total_thought_tokens: reasoningTokens,
    },
  };
}
