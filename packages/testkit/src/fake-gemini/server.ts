// A fake of the Gemini API and Vertex AI: an HTTP server that follows a script and keeps a bill.
import {
  DEFAULT_OUTPUT_TOKENS,
  type Fake,
  type FakeOptions,
  startFake,
} from '../fake-provider/fake.ts';
import type { FakeCall } from '../fake-provider/reply.ts';
import { speechOf } from './plan.ts';
import type { FakeGeminiScript } from './reply.ts';

export interface FakeGeminiOptions extends FakeOptions<FakeGeminiScript> {
  /** If set, requests with another `x-goog-api-key` get 400. */
  readonly apiKey?: string;
}

/**
 * Its origin is the `httpOptions.baseUrl` of the SDK, for both APIs. Thoughts are billed with the
 * first bytes that come after them.
 */
export type FakeGemini = Fake<FakeCall, FakeGeminiScript>;

/**
 * Starts the fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export function startFakeGemini(options: FakeGeminiOptions = {}): Promise<FakeGemini> {
  const speech = speechOf({
    outputTokens: options.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
    models: Object.keys(options.prices ?? {}),
    apiKey: options.apiKey,
  });
  return startFake({ options, speech });
}
