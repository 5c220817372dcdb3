// Reads an interaction, whole or as the events that stream it.
import { isObject, objectOf, textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';
import { field } from './fields.ts';
import { learnOutput, learnUsage, type Learned } from './learned.ts';
import { modelOf } from './models.ts';
import { mediaOf } from './parts.ts';
import { tierOf } from './request.ts';
import { usageOfInteraction } from './usage.ts';

/** What it ended by, in the words of the other APIs; others are under way. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['completed', 'stop'],
  ['requires_action', 'tool_calls'],
  ['incomplete', 'length'],
  ['requires_continuation', 'length'],
  ['budget_exceeded', 'length'],
  ['failed', 'error'],
  ['cancelled', 'error'],
]);

export function learnInteraction(learned: Learned, interaction: JsonObject): void {
  learned.id ??= textOf(interaction['id']);
  learned.model ??= modelOf(interaction['model']) ?? textOf(interaction['agent']);
  learned.tier = tierOf(field(interaction, 'serviceTier')) ?? learned.tier;
  const reason = REASONS.get(interaction['status']);
  if (reason !== undefined) learned.finishReasons = [reason];
  learnUsage(learned, usageOfInteraction(interaction['usage']));
}

export interface InteractionEvent {
  readonly output: string;
  readonly isLast: boolean;
}

/** `interaction.created`, `step.start`, `step.delta`, …, `interaction.completed`. */
export function learnInteractionEvent(learned: Learned, event: JsonObject): InteractionEvent {
  const type = textOf(field(event, 'eventType')) ?? '';
  const piece = isObject(event['delta']) ? event['delta'] : objectOf(event['step']);
  const output = outputOf(piece);
  learnOutput(learned, output, mediaOf(piece, '') !== undefined);
  learnUsage(learned, usageOfInteraction(field(objectOf(event['metadata']), 'totalUsage')));
  if (isObject(event['interaction'])) learnInteraction(learned, event['interaction']);
  return { output, isLast: /^interaction\.(?:complete|fail|cancel)/u.test(type) };
}

/** All that the model wrote; what its tools found at Google is input. */
function outputOf(piece: JsonObject): string {
  if (/_(?:result|signature)$/u.test(String(piece['type']))) return '';
  const { text, name, content } = piece;
  const args = piece['arguments'];
  const shown = isObject(content) ? textOf(content['text']) : undefined;
  const called = isObject(args) ? JSON.stringify(args) : args;
  return [text, name, shown, called].map((each) => textOf(each) ?? '').join('');
}
