// Every way in which programs use the OpenAI SDK, each reduced to what the program gets to see.
import type OpenAI from 'openai';
import { collect, type GoesOn } from './collect.ts';

export interface CallStyle {
  readonly name: string;
  readonly streams: boolean;
  /** The SDK's helper wraps errors of others, and keeps them as the cause. */
  readonly wraps?: boolean;
  /** The answer reports no usage: what is charged lies between what was made and what was held. */
  readonly estimated?: boolean;
  /** Sent as a form. */
  readonly form?: boolean;
  /** Chunks of a stream after which it still goes on; default 12. */
  readonly chunks?: number;
  /** Azure does not have it. */
  readonly onlyOpenAI?: boolean;
  readonly run: (client: OpenAI, signal?: AbortSignal, goesOn?: GoesOn) => Promise<unknown>;
}

const model = 'gpt-4o-mini';
const messages = [{ role: 'user', content: 'Say something about the sea.' }] as const;
const chat = { model, messages: [...messages] };
const respond = { model, input: 'Say something about the sea.' };

/** A second of silence, as WAV without its header. */
const recording = () => new File([new Uint8Array(32_000)], 'sea.wav', { type: 'audio/wav' });
const picture = (name: string) =>
  new File([new Uint8Array(3_000).fill(7)], name, { type: 'image/png' });
const image = { model: 'gpt-image-1', prompt: 'The sea', quality: 'low' } as const;
const speech = { model: 'gpt-4o-mini-tts', input: 'The sea is calm.', voice: 'coral' } as const;

export const textStyles: readonly CallStyle[] = [
  {
    name: 'chat.completions.create',
    streams: false,
    run: (client, signal) => client.chat.completions.create(chat, { signal }),
  },
  {
    name: 'chat.completions.create, streamed',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(await client.chat.completions.create({ ...chat, stream: true }, { signal }), goesOn),
  },
  {
    name: 'chat.completions.create, streamed, usage asked for',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(
        await client.chat.completions.create(
          { ...chat, stream: true, stream_options: { include_usage: true } },
          { signal },
        ),
        goesOn,
      ),
  },
  {
    name: 'chat.completions.create, streamed, two choices',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(
        await client.chat.completions.create({ ...chat, n: 2, stream: true }, { signal }),
        goesOn,
      ),
  },
  {
    name: 'chat.completions.stream',
    streams: true,
    wraps: true,
    run: (client, signal) => client.chat.completions.stream(chat, { signal }).finalChatCompletion(),
  },
  {
    name: 'chat.completions.parse',
    streams: false,
    run: (client, signal) => client.chat.completions.parse(chat, { signal }),
  },
  {
    name: 'chat.completions.create().withResponse()',
    streams: false,
    run: async (client, signal) => {
      const { data, response } = await client.chat.completions
        .create(chat, { signal })
        .withResponse();
      return [
        data,
        response.status,
        new URL(response.url).pathname,
        response.headers.get('content-type'),
      ];
    },
  },
  {
    name: 'chat.completions.create().asResponse()',
    streams: false,
    run: async (client, signal) => {
      const response = await client.chat.completions.create(chat, { signal }).asResponse();
      return [response.status, response.ok, response.type, await response.text()];
    },
  },
  {
    name: 'responses.create',
    streams: false,
    run: (client, signal) => client.responses.create(respond, { signal }),
  },
  {
    name: 'responses.create, streamed',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(await client.responses.create({ ...respond, stream: true }, { signal }), goesOn),
  },
  {
    name: 'responses.stream',
    streams: true,
    wraps: true,
    run: (client, signal) => client.responses.stream(respond, { signal }).finalResponse(),
  },
  {
    name: 'responses.parse',
    streams: false,
    run: (client, signal) => client.responses.parse(respond, { signal }),
  },
  {
    name: 'completions.create',
    streams: false,
    run: (client, signal) =>
      client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'The sea' }, { signal }),
  },
  {
    name: 'completions.create, streamed',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(
        await client.completions.create(
          { model: 'gpt-3.5-turbo-instruct', prompt: 'The sea', stream: true },
          { signal },
        ),
        goesOn,
      ),
  },
  {
    name: 'embeddings.create',
    streams: false,
    run: (client, signal) =>
      client.embeddings.create({ model: 'text-embedding-3-small', input: 'The sea' }, { signal }),
  },
];

export const mediaStyles: readonly CallStyle[] = [
  {
    name: 'images.generate',
    streams: false,
    run: (client, signal) => client.images.generate({ ...image, n: 2 }, { signal }),
  },
  {
    name: 'images.generate, streamed',
    streams: true,
    chunks: 2,
    run: async (client, signal, goesOn) =>
      collect(
        await client.images.generate({ ...image, stream: true, partial_images: 2 }, { signal }),
        goesOn,
      ),
  },
  {
    name: 'images.generate, billed by the image',
    streams: false,
    estimated: true,
    run: (client, signal) =>
      client.images.generate({ model: 'dall-e-2', prompt: 'The sea', n: 3 }, { signal }),
  },
  {
    name: 'images.edit',
    streams: false,
    form: true,
    run: async (client, signal) =>
      client.images.edit(
        { ...image, image: [picture('a.png'), picture('b.png')], n: 2 },
        { signal },
      ),
  },
  {
    name: 'images.edit, streamed',
    streams: true,
    form: true,
    chunks: 1,
    run: async (client, signal, goesOn) =>
      collect(
        await client.images.edit(
          { ...image, image: picture('a.png'), stream: true, partial_images: 1 },
          { signal },
        ),
        goesOn,
      ),
  },
  {
    name: 'images.createVariation',
    streams: false,
    form: true,
    estimated: true,
    onlyOpenAI: true,
    run: async (client, signal) =>
      client.images.createVariation({ image: picture('a.png'), n: 2 }, { signal }),
  },
  {
    name: 'audio.transcriptions.create',
    streams: false,
    form: true,
    run: async (client, signal) =>
      client.audio.transcriptions.create(
        { model: 'gpt-4o-transcribe', file: recording() },
        { signal },
      ),
  },
  {
    name: 'audio.transcriptions.create, streamed',
    streams: true,
    form: true,
    run: async (client, signal, goesOn) =>
      collect(
        await client.audio.transcriptions.create(
          { model: 'gpt-4o-transcribe', file: recording(), stream: true },
          { signal },
        ),
        goesOn,
      ),
  },
  {
    name: 'audio.transcriptions.create, billed by the second',
    streams: false,
    form: true,
    run: async (client, signal) =>
      client.audio.transcriptions.create({ model: 'whisper-1', file: recording() }, { signal }),
  },
  {
    name: 'audio.transcriptions.create, as text',
    streams: false,
    form: true,
    estimated: true,
    run: async (client, signal) =>
      client.audio.transcriptions.create(
        { model: 'gpt-4o-transcribe', file: recording(), response_format: 'text' },
        { signal },
      ),
  },
  {
    name: 'audio.translations.create',
    streams: false,
    form: true,
    run: async (client, signal) =>
      client.audio.translations.create({ model: 'whisper-1', file: recording() }, { signal }),
  },
  {
    name: 'audio.speech.create',
    streams: false,
    estimated: true,
    run: async (client, signal) => {
      const response = await client.audio.speech.create(speech, { signal });
      return [response.headers.get('content-type'), Buffer.from(await response.arrayBuffer())];
    },
  },
  {
    name: 'audio.speech.create, billed by the character',
    streams: false,
    estimated: true,
    run: async (client, signal) => {
      const response = await client.audio.speech.create({ ...speech, model: 'tts-1' }, { signal });
      return Buffer.from(await response.arrayBuffer());
    },
  },
  {
    name: 'audio.speech.create, as events',
    streams: true,
    chunks: 1,
    run: async (client, signal) => {
      const asked = { ...speech, stream_format: 'sse' } as const;
      const response = await client.audio.speech.create(asked, { signal });
      return await response.text();
    },
  },
];

export const callStyles: readonly CallStyle[] = [...textStyles, ...mediaStyles];
