// Output items of a response (reasoning, message, function calls) and the events that stream them.

import { joined } from '../fake-provider/generate.ts';
import type { Choice, GeneratedToolCall } from '../fake-provider/generate.ts';
import { hexId, obfuscation } from '../fake-provider/ids.ts';
import type { JsonObject } from '../json.ts';
import type { Frame } from '../fake-provider/sse.ts';

/** The finished items, in the order they are streamed. */
export function itemsOf(choice: Choice, seed: string): readonly JsonObject[] {
  const items: JsonObject[] = [];
  if (choice.leadTokens > 0) {
    items.push(reasoningItem(seed));
  }
  if (hasMessage(choice)) {
    items.push(messageItem(choice, { seed, finished: true }));
  }
  for (const call of choice.toolCalls) {
    items.push(callItem(call, { status: 'completed', text: joined(call.segments) }));
  }
  return items;
}

interface Streaming {
  readonly choice: Choice;
  readonly seed: string;
  /** Whether deltas carry the padding field `obfuscation`. */
  readonly obfuscated: boolean;
}

/** All events between `response.in_progress` and the last one, without sequence numbers. */
export function itemEvents(streaming: Streaming): readonly Frame[] {
  const { choice, seed } = streaming;
  const frames: Frame[] = [];
  let index = 0;
  if (choice.leadTokens > 0) {
    const item = reasoningItem(seed);
    frames.push(itemEvent('added', { index, item }));
    frames.push({ ...itemEvent('done', { index, item }), tokens: choice.leadTokens });
    index += 1;
  }
  if (hasMessage(choice)) {
    frames.push(...messageEvents(streaming, index));
    index += 1;
  }
  for (const call of choice.toolCalls) {
    frames.push(...callEvents(call, { streaming, index }));
    index += 1;
  }
  return frames;
}

/** An empty answer still has its message, unless the maximum was used up by reasoning. */
function hasMessage(choice: Choice): boolean {
  return (
    choice.segments.length > 0 ||
    (choice.toolCalls.length === 0 && choice.finishReason !== 'length')
  );
}

function messageEvents(streaming: Streaming, index: number): readonly Frame[] {
  const { choice, seed, obfuscated } = streaming;
  const place = { content_index: 0, item_id: hexId('msg_', seed), output_index: index };
  const text = joined(choice.segments);
  const deltas = choice.segments.map((segment, position) => ({
    ...event('response.output_text.delta', {
      ...place,
      delta: segment.text,
      logprobs: [],
      ...padding(obfuscated, { text: segment.text, seed: `${seed}/${index}/${position}` }),
    }),
    tokens: segment.tokens,
  }));
  const item = messageItem(choice, { seed, finished: true });
  return [
    itemEvent('added', { index, item: messageItem(choice, { seed, finished: false }) }),
    event('response.content_part.added', { ...place, part: textPart('') }),
    ...deltas,
    event('response.output_text.done', { ...place, logprobs: [], text }),
    event('response.content_part.done', { ...place, part: textPart(text) }),
    itemEvent('done', { index, item }),
  ];
}

function callEvents(
  call: GeneratedToolCall,
  place: { readonly streaming: Streaming; readonly index: number },
): readonly Frame[] {
  const { index, streaming } = place;
  const id = { item_id: callItemId(call), output_index: index };
  const text = joined(call.segments);
  const deltas = call.segments.map((segment, position) => ({
    ...event('response.function_call_arguments.delta', {
      ...id,
      delta: segment.text,
      ...padding(streaming.obfuscated, { text: segment.text, seed: `${call.id}/${position}` }),
    }),
    tokens: segment.tokens,
  }));
  return [
    itemEvent('added', { index, item: callItem(call, { status: 'in_progress', text: '' }) }),
    ...deltas,
    event('response.function_call_arguments.done', { ...id, arguments: text }),
    itemEvent('done', { index, item: callItem(call, { status: 'completed', text }) }),
  ];
}

function itemEvent(
  step: 'added' | 'done',
  place: { readonly index: number; readonly item: JsonObject },
): Frame {
  return event(`response.output_item.${step}`, { item: place.item, output_index: place.index });
}

function event(type: string, fields: JsonObject): Frame {
  return { event: type, data: { type, ...fields }, tokens: 0 };
}

function padding(
  obfuscated: boolean,
  delta: { readonly text: string; readonly seed: string },
): JsonObject {
  return obfuscated ? { obfuscation: obfuscation(delta.text.length, delta.seed) } : {};
}

function reasoningItem(seed: string): JsonObject {
  return { id: hexId('rs_', seed), type: 'reasoning', summary: [] };
}

function messageItem(
  choice: Choice,
  state: { readonly seed: string; readonly finished: boolean },
): JsonObject {
  const finalStatus = choice.finishReason === 'length' ? 'incomplete' : 'completed';
  return {
    id: hexId('msg_', state.seed),
    type: 'message',
    status: state.finished ? finalStatus : 'in_progress',
    content: state.finished ? [textPart(joined(choice.segments))] : [],
    role: 'assistant',
  };
}

function textPart(text: string): JsonObject {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

function callItem(
  call: GeneratedToolCall,
  state: { readonly status: string; readonly text: string },
): JsonObject {
  return {
    id: callItemId(call),
    type: 'function_call',
    status: state.status,
    arguments: state.text,
    call_id: call.id,
    name: call.name,
  };
}

function callItemId(call: GeneratedToolCall): string {
  return hexId('fc_', call.id);
}
