// Every way in which programs use the OpenAI SDK, each reduced to what the program gets to see.
import type OpenAI from 'openai';

export interface CallStyle {
  readonly name: string;
  readonly streams: boolean;
  /** The SDK's helper wraps errors of others, and keeps them as the cause. */
  readonly wraps?: boolean;
  readonly run: (client: OpenAI, signal?: AbortSignal) => Promise<unknown>;
}

const model = 'gpt-4o-mini';
const messages = [{ role: 'user', content: 'Say something about the sea.' }] as const;
const chat = { model, messages: [...messages] };
const respond = { model, input: 'Say something about the sea.' };

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

export const callStyles: readonly CallStyle[] = [
  {
    name: 'chat.completions.create',
    streams: false,
    run: (client, signal) => client.chat.completions.create(chat, { signal }),
  },
  {
    name: 'chat.completions.create, streamed',
    streams: true,
    run: async (client, signal) =>
      collect(await client.chat.completions.create({ ...chat, stream: true }, { signal })),
  },
  {
    name: 'chat.completions.create, streamed, usage asked for',
    streams: true,
    run: async (client, signal) =>
      collect(
        await client.chat.completions.create(
          { ...chat, stream: true, stream_options: { include_usage: true } },
          { signal },
        ),
      ),
  },
  {
    name: 'chat.completions.create, streamed, two choices',
    streams: true,
    run: async (client, signal) =>
      collect(await client.chat.completions.create({ ...chat, n: 2, stream: true }, { signal })),
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
    run: async (client, signal) =>
      collect(await client.responses.create({ ...respond, stream: true }, { signal })),
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
    run: async (client, signal) =>
      collect(
        await client.completions.create(
          { model: 'gpt-3.5-turbo-instruct', prompt: 'The sea', stream: true },
          { signal },
        ),
      ),
  },
  {
    name: 'embeddings.create',
    streams: false,
    run: (client, signal) =>
      client.embeddings.create({ model: 'text-embedding-3-small', input: 'The sea' }, { signal }),
  },
];
