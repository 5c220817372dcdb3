// groq-sdk against a fake OpenAI, whose API Groq speaks but for the usage in streams.
import type { FakeReply, FakeTransport } from '@spendfuse/testkit';
import type { Groq } from 'groq-sdk';
import { collect, type GoesOn } from '../../../support/collect.ts';
import type { Family } from '../family.ts';

const messages = [{ role: 'user' as const, content: 'Say something about the sea.' }];
const ask = { model: 'llama-3.3-70b-versatile', messages };

const WORDS = 12;

/** Each stream tells its usage, unasked, in a field of Groq's own of the last chunk. */
function streamed(transport: FakeTransport): FakeReply {
  const { holdAfterChunks, cutAfterChunks, hold } = transport;
  const chunkOf = (delta: object, more = {}): string => {
    const choices = [{ index: 0, delta, finish_reason: null }];
    const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: ask.model };
    return `data: ${JSON.stringify({ ...chunk, choices, ...more })}\n\n`;
  };
  const usage = { prompt_tokens: 9, completion_tokens: WORDS, total_tokens: 9 + WORDS };
  const body = [
    chunkOf({ role: 'assistant', content: '' }),
    ...Array.from({ length: WORDS }, () => chunkOf({ content: 'sea ' })),
    chunkOf({}, { x_groq: { id: 'r1', usage } }),
    'data: [DONE]\n\n',
  ];
  const words = (holdAfterChunks ?? cutAfterChunks ?? WORDS + 1) - 1;
  const outputTokens = hold && holdAfterChunks === undefined ? 0 : words;
  const raw = { contentType: 'text/event-stream', body };
  return { ...transport, raw, inputTokens: usage.prompt_tokens, outputTokens };
}

export const family: Family = {
  title: 'Groq',
  provider: 'groq',
  sdks: [
    { name: 'groq-sdk', version: '1', module: 'groq-sdk' },
    { name: 'groq-sdk', version: '0.37', module: 'groq-sdk-0' },
  ],
  clientOf: (sdk: { Groq: typeof Groq }, { origin, headers, retries }) =>
    new sdk.Groq({
      apiKey: 'gsk-test',
      baseURL: origin,
      defaultHeaders: headers,
      maxRetries: retries ? 2 : 0,
    }),
  styles: [
    {
      name: 'chat.completions.create',
      streams: false,
      run: (client: Groq, signal) => client.chat.completions.create(ask, { signal }),
    },
    {
      name: 'chat.completions.create, streamed',
      streams: true,
      run: async (client: Groq, signal?: AbortSignal, goesOn?: GoesOn) =>
        collect(await client.chat.completions.create({ ...ask, stream: true }, { signal }), goesOn),
    },
    {
      name: 'chat.completions.create().withResponse()',
      streams: false,
      run: async (client: Groq, signal) => {
        const { data, response } = await client.chat.completions
          .create(ask, { signal })
          .withResponse();
        return [data, response.status, new URL(response.url).pathname];
      },
    },
    {
      name: 'chat.completions.create().asResponse()',
      streams: false,
      run: async (client: Groq, signal) => {
        const response = await client.chat.completions.create(ask, { signal }).asResponse();
        return [response.status, response.ok, await response.text()];
      },
    },
    {
      name: 'audio.transcriptions.create',
      streams: false,
      run: (client: Groq, signal) => {
        const file = new File([new Uint8Array(32_000)], 'sea.wav', { type: 'audio/wav' });
        const asked = {
          model: 'whisper-large-v3-turbo',
          file,
          response_format: 'verbose_json',
        } as const;
        return client.audio.transcriptions.create(asked, { signal });
      },
    },
  ],
  fake:
    ({ startFakeOpenAI }) =>
    ({ now, script }) =>
      startFakeOpenAI({
        now,
        script: (request) => {
          const { stream } = request.body as { readonly stream?: boolean };
          return stream ? streamed(script(request)) : script(request);
        },
      }),
  prices: { [ask.model]: { inputUsdPerMTok: '0.59', outputUsdPerMTok: '0.79' } },
};
