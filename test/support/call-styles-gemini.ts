// Every way in which programs use the Google GenAI SDK, each reduced to what a program gets to see.
import type { GoogleGenAI } from '@google/genai';
import type { GoesOn } from './collect.ts';

export interface GeminiCallStyle {
  readonly name: string;
  readonly streams: boolean;
  /** Vertex AI has no such call, or needs more than an API key for it. */
  readonly onlyGemini?: boolean;
  /** Another HTTP client inside the SDK: it tries again by itself, and wraps what is thrown. */
  readonly hasOwnClient?: boolean;
  readonly run: (
    client: GoogleGenAI,
    abortSignal?: AbortSignal,
    goesOn?: GoesOn,
  ) => Promise<unknown>;
}

const model = 'gemini-2.5-flash';
const contents = 'Say something about the sea.';

/** Without the headers of the HTTP response, which name the moment. */
function seen(response: object): unknown {
  return JSON.parse(JSON.stringify({ ...response, sdkHttpResponse: undefined }));
}

async function collect(
  stream: AsyncIterable<object>,
  goesOn: GoesOn = () => true,
): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) {
    items.push(seen(item));
    if (!goesOn(items.length)) break;
  }
  return items;
}

const abortOf = (abortSignal: AbortSignal | undefined): { abortSignal?: AbortSignal } =>
  abortSignal ? { abortSignal } : {};

export const geminiCallStyles: readonly GeminiCallStyle[] = [
  {
    name: 'models.generateContent',
    streams: false,
    run: async (client, signal) =>
      seen(await client.models.generateContent({ model, contents, config: abortOf(signal) })),
  },
  {
    name: 'models.generateContent, two candidates, a schema',
    streams: false,
    run: async (client, signal) => {
      const responseSchema = {
        type: 'OBJECT',
        properties: { height: { type: 'NUMBER' } },
      } as never;
      const config = { ...abortOf(signal), candidateCount: 2, responseSchema };
      return seen(await client.models.generateContent({ model, contents, config }));
    },
  },
  {
    name: 'models.generateContentStream',
    streams: true,
    run: async (client, signal, goesOn) =>
      collect(
        await client.models.generateContentStream({ model, contents, config: abortOf(signal) }),
        goesOn,
      ),
  },
  {
    name: 'models.generateContentStream, thoughts shown',
    streams: true,
    run: async (client, signal, goesOn) => {
      const config = { ...abortOf(signal), thinkingConfig: { includeThoughts: true } };
      return collect(
        await client.models.generateContentStream({ model, contents, config }),
        goesOn,
      );
    },
  },
  {
    name: 'chats.sendMessage',
    streams: false,
    run: async (client, signal) => {
      const chat = client.chats.create({ model, config: abortOf(signal) });
      return [seen(await chat.sendMessage({ message: contents })), chat.getHistory()];
    },
  },
  {
    name: 'chats.sendMessageStream',
    streams: true,
    run: async (client, signal, goesOn) => {
      const chat = client.chats.create({ model, config: abortOf(signal) });
      return [
        await collect(await chat.sendMessageStream({ message: contents }), goesOn),
        chat.getHistory(),
      ];
    },
  },
  {
    name: 'models.embedContent',
    streams: false,
    run: async (client, signal) =>
      seen(
        await client.models.embedContent({
          model: 'text-embedding-004',
          contents: ['The sea', 'A tide table'],
          config: abortOf(signal),
        }),
      ),
  },
  {
    name: 'interactions.create',
    streams: false,
    onlyGemini: true,
    hasOwnClient: true,
    run: async (client, signal) =>
      seen(await client.interactions.create({ model, input: contents }, signalOf(signal))),
  },
  {
    name: 'interactions.create, streamed',
    streams: true,
    onlyGemini: true,
    hasOwnClient: true,
    run: async (client, signal, goesOn) =>
      collect(
        await client.interactions.create(
          { model, input: contents, stream: true },
          signalOf(signal),
        ),
        goesOn,
      ),
  },
];

function signalOf(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
