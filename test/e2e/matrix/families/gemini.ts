// @google/genai against the Gemini API.
import type { GoogleGenAI } from '@google/genai';
import { geminiCallStyles } from '../../../support/call-styles-gemini.ts';
import type { ClientOptions, Family } from '../family.ts';

type Sdk = { readonly GoogleGenAI: typeof GoogleGenAI };

export const family: Family = {
  title: 'Gemini API',
  provider: 'gcp.gemini',
  sdks: [
    { name: '@google/genai', version: '3', module: '@google/genai' },
    { name: '@google/genai', version: '2', module: 'genai-2' },
    { name: '@google/genai', version: '1', module: 'genai-1' },
  ],
  styles: geminiCallStyles.map((style) =>
    // Of these the SDK, from 2 on, forgets the signal as soon as garbage is collected.
    style.hasOwnClient ? { ...style, never: ['aborted', 'aborted midway'] } : style,
  ),
  clientOf(sdk: Sdk, options) {
    return withOptionsOfCalls(clientAt(sdk, options), options);
  },
  fake: ({ startFakeGemini }) => startFakeGemini,
  prices: {
    'gemini-2.5-flash': { inputUsdPerMTok: '0.3', outputUsdPerMTok: '2.5' },
    'text-embedding-004': { inputUsdPerMTok: '0.02', outputUsdPerMTok: '0' },
  },
};

export function clientAt(
  sdk: Sdk,
  { origin, headers, retries, vertexai = false }: ClientOptions & { readonly vertexai?: boolean },
): GoogleGenAI {
  return new sdk.GoogleGenAI({
    apiKey: 'key',
    vertexai,
    httpOptions: {
      baseUrl: origin,
      headers,
      retryOptions: { attempts: retries ? 3 : 1, initialDelay: 0.001, jitter: 0 },
    },
  });
}

/** Interactions have an HTTP client of their own, which takes these only with each call. */
function withOptionsOfCalls(
  client: GoogleGenAI,
  { headers, retries }: Pick<ClientOptions, 'headers' | 'retries'>,
): GoogleGenAI {
  const { interactions } = client;
  const create = interactions.create.bind(interactions) as (...args: object[]) => unknown;
  const own = { headers, ...(retries ? {} : { maxRetries: 0 }) };
  Object.assign(interactions, {
    create: (request: object, options?: object) => create(request, { ...options, ...own }),
  });
  return client;
}
