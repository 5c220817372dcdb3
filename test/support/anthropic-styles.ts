// Every way in which programs use the Anthropic SDK, each reduced to what the program gets to see.
import type { Anthropic } from '@anthropic-ai/sdk';
import { collect, type GoesOn } from './collect.ts';

export interface AnthropicStyle {
  readonly name: string;
  readonly streams: boolean;
  /** The SDK's helper wraps errors of others, and keeps them as the cause. */
  readonly wraps?: boolean;
  readonly run: (client: Anthropic, signal?: AbortSignal, goesOn?: GoesOn) => Promise<unknown>;
}

const ask = {
  model: 'claude-haiku-4-5',
  max_tokens: 300,
  messages: [{ role: 'user' as const, content: 'Say something about the sea.' }],
};
const streamed = { ...ask, stream: true as const };
const betas = ['context-1m-2025-08-07'];

export const anthropicStyles: readonly AnthropicStyle[] = [
  {
    name: 'messages.create',
    streams: false,
    run: (client, signal) => client.messages.create(ask, { signal }),
  },
  {
    name: 'messages.create, streamed',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(await client.messages.create(streamed, { signal }), goesOn),
  },
  {
    name: 'messages.create().withResponse()',
    streams: false,
    run: async (client, signal) => {
      const { data, response, request_id } = await client.messages
        .create(ask, { signal })
        .withResponse();
      return [data, response.status, new URL(response.url).pathname, request_id];
    },
  },
  {
    name: 'messages.create().asResponse()',
    streams: false,
    run: async (client, signal) => {
      const response = await client.messages.create(ask, { signal }).asResponse();
      return [response.status, response.ok, response.type, await response.text()];
    },
  },
  {
    name: 'messages.create, streamed, asResponse()',
    streams: true,
    run: async (client, signal) => {
      const response = await client.messages.create(streamed, { signal }).asResponse();
      return [response.headers.get('content-type'), await response.text()];
    },
  },
  {
    name: 'messages.stream',
    streams: true,
    wraps: true,
    run: (client, signal) => client.messages.stream(ask, { signal }).finalMessage(),
  },
  {
    name: 'messages.stream, event by event',
    streams: true,
    wraps: true,
    run: (client, signal, goesOn) => collect(client.messages.stream(ask, { signal }), goesOn),
  },
  {
    name: 'beta.messages.create',
    streams: false,
    run: (client, signal) => client.beta.messages.create({ ...ask, betas }, { signal }),
  },
  {
    name: 'beta.messages.create, streamed',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(await client.beta.messages.create({ ...streamed, betas }, { signal }), goesOn),
  },
  {
    name: 'beta.messages.stream',
    streams: true,
    wraps: true,
    run: (client, signal) =>
      client.beta.messages.stream({ ...ask, betas }, { signal }).finalMessage(),
  },
];
