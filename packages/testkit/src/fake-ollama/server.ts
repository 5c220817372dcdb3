// A fake Ollama: chat, generate and embed of its own API, chat as OpenAI's, and its models.
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

export interface FakeOllamaOptions extends ScriptedOptions {
  /** Leaves the count of a prompt out that is in memory, as older servers do. */
  readonly forgetsCachedPrompt?: boolean | undefined;
}

export function startFakeOllama(options: FakeOllamaOptions = {}): Promise<ScriptedProvider> {
  const speech = {
    speak: (call: ScriptedCall, words: Words) => speak(call, words, options),
    error: (_: number, message: string): unknown => ({ error: message }),
  };
  return startScripted(speech, options);
}

function speak(call: ScriptedCall, words: Words, options: FakeOllamaOptions): Spoken | undefined {
  const { json, path } = call;
  switch (path) {
    case '/api/chat':
    case '/api/generate': {
      const last = { ...piece(call, words), ...ended(call, options) };
      return json['stream'] === false ? { body: last } : lines(call, words, ended(call, options));
    }
    case '/api/embed': {
      const { inputTokens: prompt_eval_count } = call;
      const body = { model: json['model'], embeddings: [[0.25, -0.5]], prompt_eval_count };
      return { body, outputTokens: 0 };
    }
    case '/api/embeddings':
      return { body: { embedding: [0.25, -0.5] }, outputTokens: 0 };
    case '/api/tags':
      return { body: { models: [{ name: 'llama3.2:3b', model: 'llama3.2:3b' }] }, outputTokens: 0 };
    case '/api/show':
      return { body: { details: {}, capabilities: ['completion'] }, outputTokens: 0 };
    case '/v1/chat/completions':
      return json['stream'] === true ? chunks(call, words) : { body: completion(call, words) };
    default:
      return undefined;
  }
}

/** A part of the answer, in the form of the path. */
function piece({ json, path }: ScriptedCall, { answer, thoughts }: Words): object {
  const text = answer.join('');
  const thinking = thoughts.length > 0 ? { thinking: thoughts.join('') } : undefined;
  const message = { role: 'assistant', content: text, ...thinking };
  const said = path === '/api/chat' ? { message } : { response: text, ...thinking };
  return { model: json['model'], created_at: '2026-11-22T08:00:00Z', ...said, done: false };
}

function ended({ inputTokens, reply }: ScriptedCall, { forgetsCachedPrompt }: FakeOllamaOptions) {
  const counted = forgetsCachedPrompt ? undefined : { prompt_eval_count: inputTokens };
  const times = { total_duration: 5_000_000, load_duration: 1_000_000, eval_duration: 3_000_000 };
  return { done: true, done_reason: 'stop', ...times, ...counted, eval_count: totalOf(reply) };
}

function lines(call: ScriptedCall, { answer, thoughts }: Words, end: object): Spoken {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  const frames: Frame[] = [
    ...thoughts.map((word) => ({
      text: line(piece(call, { answer: [], thoughts: [word] })),
      tokens: 1,
    })),
    ...answer.map((word) => ({
      text: line(piece(call, { answer: [word], thoughts: [] })),
      tokens: 1,
    })),
    { text: line({ ...piece(call, { answer: [], thoughts: [] }), ...end }) },
  ];
  return { contentType: 'application/x-ndjson', frames, failure: line({ error: 'it broke' }) };
}

function usageOf({ inputTokens, reply }: ScriptedCall): object {
  const completion_tokens = totalOf(reply);
  const total_tokens = inputTokens + completion_tokens;
  return { prompt_tokens: inputTokens, completion_tokens, total_tokens };
}

function head({ json }: ScriptedCall, object: string): object {
  return { id: 'chatcmpl-7', object, created: 1_790_000_000, model: json['model'] };
}

function completion(call: ScriptedCall, { answer }: Words): unknown {
  const message = { role: 'assistant', content: answer.join('') };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return { ...head(call, 'chat.completion'), choices, usage: usageOf(call) };
}

/** It reports if it is asked to. */
function chunks(call: ScriptedCall, { answer }: Words): Spoken {
  const chunk = (fields: object): string =>
    `data: ${JSON.stringify({ ...head(call, 'chat.completion.chunk'), ...fields })}\n\n`;
  const said = (delta: object, finish_reason: string | null = null): string =>
    chunk({ choices: [{ index: 0, delta, finish_reason }] });
  const options = call.json['stream_options'] as { include_usage?: boolean } | undefined;
  const report = { text: chunk({ choices: [], usage: usageOf(call) }) };
  const frames: Frame[] = [
    ...answer.map((content) => ({ text: said({ role: 'assistant', content }), tokens: 1 })),
    { text: said({ content: '' }, 'stop') },
    ...(options?.include_usage ? [report] : []),
    { text: 'data: [DONE]\n\n' },
  ];
  return { contentType: 'text/event-stream', frames, failure: '' };
}
