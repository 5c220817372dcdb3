// A fake Mistral: chat, agents, fill-in-the-middle, embeddings and transcription on its wire.
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

export function startFakeMistral(options: ScriptedOptions = {}): Promise<ScriptedProvider> {
  return startScripted({ speak, error: errorOf }, options);
}

function errorOf(status: number, message: string): unknown {
  if (status === 422) return { detail: [{ type: 'extra_forbidden', loc: ['body'], msg: message }] };
  return { object: 'error', message, type: 'service_error', param: null, code: String(status) };
}

/** OpenAI's names for what it has names of its own for, or does not have. */
const UNKNOWN_FIELDS = ['stream_options', 'max_completion_tokens'];
/** Of audio, whatever was sent. */
export const FAKE_AUDIO_SECONDS = 7;

function speak(call: ScriptedCall, words: Words): Spoken | string | undefined {
  const unknown = UNKNOWN_FIELDS.find((name) => name in call.json);
  if (unknown !== undefined) return `Extra inputs are not permitted: ${unknown}`;
  switch (call.path) {
    case '/v1/chat/completions':
    case '/v1/agents/completions':
    case '/v1/fim/completions':
      return call.json['stream'] === true ? chunks(call, words) : { body: completion(call, words) };
    case '/v1/embeddings':
      return { body: embeddings(call), outputTokens: 0 };
    case '/v1/audio/transcriptions':
      return transcription(call, words);
    default:
      return undefined;
  }
}

function head({ json }: ScriptedCall, object: string): Record<string, unknown> {
  const model = json['model'] ?? 'mistral-medium-2508';
  return { id: 'f3a1c6de', object, created: 1_790_000_000, model };
}

function usageOf({ inputTokens, reply }: ScriptedCall): unknown {
  const { cachedTokens } = reply;
  const output = totalOf(reply);
  return {
    prompt_tokens: inputTokens,
    completion_tokens: output,
    total_tokens: inputTokens + output,
    ...(cachedTokens === undefined
      ? undefined
      : { prompt_tokens_details: { cached_tokens: cachedTokens } }),
  };
}

const thought = (text: string) => ({ type: 'thinking', thinking: [{ type: 'text', text }] });

function completion(call: ScriptedCall, { answer, thoughts }: Words): unknown {
  const text = answer.join('');
  const content =
    thoughts.length === 0 ? text : [thought(thoughts.join('')), { type: 'text', text }];
  const message = { role: 'assistant', content, tool_calls: null };
  const choice = { index: 0, message, finish_reason: 'stop' };
  return { ...head(call, 'chat.completion'), choices: [choice], usage: usageOf(call) };
}

function chunks(call: ScriptedCall, { answer, thoughts }: Words): Spoken {
  const chunk = (delta: unknown, more: object = {}, reason: string | null = null): string => {
    const choices = [{ index: 0, delta, finish_reason: reason }];
    return `data: ${JSON.stringify({ ...head(call, 'chat.completion.chunk'), choices, ...more })}\n\n`;
  };
  const frames: Frame[] = [
    { text: chunk({ role: 'assistant', content: '' }) },
    ...thoughts.map((word) => ({ text: chunk({ content: [thought(word)] }), tokens: 1 })),
    ...answer.map((word) => ({ text: chunk({ content: word }), tokens: 1 })),
    { text: chunk({ content: '' }, { usage: usageOf(call) }, 'stop') },
    { text: 'data: [DONE]\n\n' },
  ];
  const failure = `data: ${JSON.stringify({ error: errorOf(500, 'it broke') })}\n\n`;
  return { contentType: 'text/event-stream; charset=utf-8', frames, failure };
}

function embeddings(call: ScriptedCall): unknown {
  const { inputTokens: prompt } = call;
  const data = [{ object: 'embedding', embedding: [0.25, -0.5], index: 0 }];
  const usage = { prompt_tokens: prompt, total_tokens: prompt, completion_tokens: 0 };
  return { ...head(call, 'list'), data, usage };
}

/** A form; whether it is to stream is a field of it. */
function transcription(call: ScriptedCall, { answer }: Words): Spoken {
  const tokens = 90;
  const usage = {
    prompt_audio_seconds: FAKE_AUDIO_SECONDS,
    prompt_tokens: 4,
    completion_tokens: answer.length,
    total_tokens: 4 + tokens + answer.length,
  };
  const told = { model: 'voxtral-mini-2602', text: answer.join(''), language: null, usage };
  if (!/name="stream"\r\n\r\ntrue/u.test(call.body)) return { body: { ...told, segments: [] } };
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const deltas = answer.map((text) => ({ text: event('transcription.text.delta', { text }) }));
  const frames = [...deltas, { text: event('transcription.done', { ...told, segments: [] }) }];
  return { contentType: 'text/event-stream', frames, failure: '' };
}
