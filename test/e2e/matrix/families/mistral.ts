// @mistralai/mistralai against Mistral.
import type { HTTPClient, Mistral } from '@mistralai/mistralai';
import { collect } from '../../../support/collect.ts';
import type { Family } from '../family.ts';
import { scripted } from '../scripted.ts';

interface Sdk {
  readonly Mistral: typeof Mistral;
  readonly HTTPClient: typeof HTTPClient;
}

const model = 'mistral-small-latest';
const messages = [{ role: 'user' as const, content: 'Say something about the sea.' }];
const price = { inputUsdPerMTok: '0.1', outputUsdPerMTok: '0.3' };

/**
 * The SDK sends copies of a Request, and Node lets go of the signal of a copy with the next garbage
 * collection: https://github.com/nodejs/undici/issues/4068. So it goes to the fetch itself as well.
 */
let latest: AbortSignal | undefined;

function abortOf(signal: AbortSignal | undefined) {
  latest = signal;
  return signal ? { fetchOptions: { signal } } : {};
}

export const family: Family = {
  title: 'Mistral',
  provider: 'mistral_ai',
  sdks: [
    { name: '@mistralai/mistralai', version: '2', module: '@mistralai/mistralai' },
    { name: '@mistralai/mistralai', version: '1', module: 'mistral-1' },
  ],
  clientOf(sdk: Sdk, { origin, headers }) {
    const httpClient = new sdk.HTTPClient({
      fetcher: (input, init) => fetch(input, latest ? { ...init, signal: latest } : init),
    });
    httpClient.addHook('beforeRequest', (request) => {
      for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
      return request;
    });
    return new sdk.Mistral({ apiKey: 'key', serverURL: origin, httpClient });
  },
  styles: [
    {
      name: 'chat.complete',
      streams: false,
      run: (client: Mistral, signal) => client.chat.complete({ model, messages }, abortOf(signal)),
    },
    {
      name: 'chat.stream',
      streams: true,
      run: async (client: Mistral, signal, goesOn) =>
        collect(await client.chat.stream({ model, messages }, abortOf(signal)), goesOn),
    },
    {
      name: 'fim.complete',
      streams: false,
      run: (client: Mistral, signal) =>
        client.fim.complete(
          { model: 'codestral-latest', prompt: 'def tide(', suffix: 'return height' },
          abortOf(signal),
        ),
    },
    {
      name: 'embeddings.create',
      streams: false,
      run: (client: Mistral, signal) =>
        client.embeddings.create({ model: 'mistral-embed', inputs: ['The sea'] }, abortOf(signal)),
    },
  ],
  fake: ({ startFakeMistral }) => scripted(startFakeMistral),
  prices: {
    [model]: price,
    'codestral-latest': price,
    'mistral-embed': { inputUsdPerMTok: '0.1', outputUsdPerMTok: '0' },
  },
};
