// A fake Cohere: chat and rerank of both versions, embeddings, and generate, on its wire.
import {
  type Frame,
  type ScriptedCall,
  type ScriptedOptions,
  type ScriptedProvider,
  type Spoken,
  startScripted,
  totalOf,
  type Words,
} from '../fake-provider/scripted.ts';

export function startFakeCohere(options: ScriptedOptions = {}): Promise<ScriptedProvider> {
  const error = (_: number, message: string): unknown => ({ id: 'e0c7', message });
  return startScripted({ speak, error }, options);
}

/** Of its own preamble: read by the model, and not billed. */
const PREAMBLE_TOKENS = 480;
const DOCUMENTS_PER_SEARCH = 100;

function speak(call: ScriptedCall, words: Words): Spoken | undefined {
  const { path, json } = call;
  const isStream = json['stream'] === true;
  switch (path) {
    case '/v2/chat':
      return isStream ? events(call, words) : { body: message(call, words) };
    case '/v1/chat':
    case '/v1/generate':
      if (isStream) return lines(call, words);
      return { body: answerOfV1(call, words), outputTokens: words.answer.length };
    case '/v1/embed':
    case '/v2/embed':
      return { body: embeddings(call), outputTokens: 0 };
    case '/v1/rerank':
    case '/v2/rerank':
      return { body: ranked(call), outputTokens: 0 };
    default:
      return undefined;
  }
}

/** Thoughts are of the second version. */
function unitsOf({ inputTokens, path, reply }: ScriptedCall): object {
  const output_tokens = totalOf(path === '/v2/chat' ? reply : { ...reply, thinkingTokens: 0 });
  return {
    billed_units: { input_tokens: inputTokens, output_tokens },
    tokens: { input_tokens: inputTokens + PREAMBLE_TOKENS, output_tokens: output_tokens + 3 },
    ...(reply.cachedTokens === undefined ? undefined : { cached_tokens: reply.cachedTokens }),
  };
}

function message(call: ScriptedCall, { answer, thoughts }: Words): unknown {
  const thinking = thoughts.length > 0 ? [{ type: 'thinking', thinking: thoughts.join('') }] : [];
  const content = [...thinking, { type: 'text', text: answer.join('') }];
  return {
    id: 'c14c80c3',
    message: { role: 'assistant', content },
    finish_reason: 'COMPLETE',
    usage: unitsOf(call),
  };
}

function events(call: ScriptedCall, { answer, thoughts }: Words): Spoken {
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const delta = (index: number, content: object): Frame => ({
    text: event('content-delta', { index, delta: { message: { content } } }),
    tokens: 1,
  });
  const start = (index: number, type: string): Frame => ({
    text: event('content-start', { index, delta: { message: { content: { type, [type]: '' } } } }),
  });
  const opening = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  const end = { finish_reason: 'COMPLETE', usage: unitsOf(call) };
  const thinking = thoughts.map((word) => delta(0, { thinking: word }));
  const frames: Frame[] = [
    { text: event('message-start', { id: 'c14c80c3', delta: { message: opening } }) },
    ...(thoughts.length > 0
      ? [start(0, 'thinking'), ...thinking, { text: event('content-end', { index: 0 }) }]
      : []),
    start(1, 'text'),
    ...answer.map((word) => delta(1, { text: word })),
    { text: event('content-end', { index: 1 }) },
    { text: event('message-end', { delta: end }) },
    { text: 'data: [DONE]\n\n' },
  ];
  const failure = event('message-end', { delta: { finish_reason: 'ERROR', error: 'it broke' } });
  return { contentType: 'text/event-stream', frames, failure };
}

function answerOfV1(call: ScriptedCall, { answer }: Words): unknown {
  const text = answer.join('');
  const meta = { api_version: { version: '1' }, ...unitsOf(call) };
  if (call.path === '/v1/generate') {
    const generation = { id: 'g1', text, finish_reason: 'COMPLETE' };
    return { id: 'b7a2', prompt: '', generations: [generation], meta };
  }
  return { response_id: 'b7a2', generation_id: 'g1', text, finish_reason: 'COMPLETE', meta };
}

function lines(call: ScriptedCall, words: Words): Spoken {
  const line = (event_type: string, fields: object, is_finished = false): string =>
    `${JSON.stringify({ is_finished, event_type, ...fields })}\n`;
  const end = { finish_reason: 'COMPLETE', response: answerOfV1(call, words) };
  const said = words.answer.map((text) => ({ text: line('text-generation', { text }), tokens: 1 }));
  const frames: Frame[] = [
    ...(call.path === '/v1/chat' ? [{ text: line('stream-start', { generation_id: 'g1' }) }] : []),
    ...said,
    { text: line('stream-end', end, true) },
  ];
  const failed = { finish_reason: 'ERROR', response: { text: '' } };
  const failure = line('stream-end', failed, true);
  return { contentType: 'application/stream+json', frames, failure };
}

function embeddings({ path, inputTokens, json }: ScriptedCall): unknown {
  const meta = { api_version: { version: '2' }, billed_units: { input_tokens: inputTokens } };
  const vectors = [[0.25, -0.5]];
  const texts = json['texts'] ?? [];
  if (path === '/v1/embed' && !Array.isArray(json['embedding_types'])) {
    return { id: 'a1', embeddings: vectors, texts, meta, response_type: 'embeddings_floats' };
  }
  const embeddings = { float: vectors };
  return { id: 'a1', embeddings, texts, meta, response_type: 'embeddings_by_type' };
}

function ranked({ json }: ScriptedCall): unknown {
  const documents = Array.isArray(json['documents']) ? json['documents'] : [];
  const search_units = Math.max(1, Math.ceil(documents.length / DOCUMENTS_PER_SEARCH));
  const results = documents.map((_, index) => ({ index, relevance_score: 1 / (index + 2) }));
  return { id: 'd9', results, meta: { billed_units: { search_units } } };
}
