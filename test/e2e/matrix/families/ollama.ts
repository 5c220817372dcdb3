// ollama against Ollama.
import type { Ollama } from 'ollama';
import { collect } from '../../../support/collect.ts';
import type { Family } from '../family.ts';
import { scripted } from '../scripted.ts';

const model = 'llama3.2:3b';
const prompt = 'Say something about the sea.';
const messages = [{ role: 'user', content: prompt }];

/** It can abort nothing but streams that have begun, all those of a client. */
function abortWith(client: Ollama, signal: AbortSignal | undefined): void {
  signal?.addEventListener('abort', () => client.abort());
}

export const family: Family = {
  title: 'Ollama',
  provider: 'ollama',
  sdks: [
    { name: 'ollama', version: '0.6', module: 'ollama' },
    { name: 'ollama', version: '0.5', module: 'ollama-0.5' },
  ],
  clientOf: (sdk: { Ollama: typeof Ollama }, { origin, headers }) =>
    new sdk.Ollama({ host: origin, headers }),
  styles: [
    {
      name: 'chat',
      streams: false,
      never: ['aborted'],
      run: (client: Ollama) => client.chat({ model, messages }),
    },
    {
      name: 'chat, streamed',
      streams: true,
      never: ['aborted'],
      run: async (client: Ollama, signal, goesOn) => {
        abortWith(client, signal);
        return collect(await client.chat({ model, messages, stream: true }), goesOn);
      },
    },
    {
      name: 'generate',
      streams: false,
      never: ['aborted'],
      run: (client: Ollama) => client.generate({ model, prompt }),
    },
    {
      name: 'generate, streamed',
      streams: true,
      never: ['aborted'],
      run: async (client: Ollama, signal, goesOn) => {
        abortWith(client, signal);
        return collect(await client.generate({ model, prompt, stream: true }), goesOn);
      },
    },
    {
      name: 'embed',
      streams: false,
      never: ['aborted'],
      run: (client: Ollama) => client.embed({ model, input: ['The sea', 'A tide table'] }),
    },
  ],
  fake: ({ startFakeOllama }) => scripted(startFakeOllama),
  prices: { [model]: { inputUsdPerMTok: '0.1', outputUsdPerMTok: '0.2' } },
};
