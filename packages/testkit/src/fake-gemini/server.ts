// A fake of the Gemini API and Vertex AI: an HTTP server that follows a script and keeps a bill.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakePrices } from '../fake-openai/billing.ts';
import type { FakeCall } from '../fake-openai/reply.ts';
import { answerRequest, type Recording } from './exchange.ts';
import type { FakeGeminiScript } from './reply.ts';
import type { Settings } from './settings.ts';

export interface FakeGeminiOptions {
  /** Decides each reply; without it, or where it returns `undefined`, the default answer. */
  readonly script?: FakeGeminiScript;
  /** Visible tokens of a default answer; default 40. */
  readonly outputTokens?: number;
  /** What calls are billed at, by model. */
  readonly prices?: FakePrices;
  /** If set, requests with another `x-goog-api-key` get 400. */
  readonly apiKey?: string;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface FakeGemini extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: the `httpOptions.baseUrl` of the SDK, for both APIs. */
  readonly origin: string;
  /** Every request in the order of arrival, whatever became of it. */
  readonly calls: readonly FakeCall[];
  /** Decides the requests that arrive from now on; may be set at any time. */
  script: FakeGeminiScript | undefined;
  /**
   * The bill so far in nano-USD, of what was really produced: the input as soon as an answer is begun,
   * and every output token with the bytes that carry it, thoughts with the first of them. Also of
   * answers that are cut or left by the client; errors cost nothing, but what came before them.
   * @throws Error if tokens were produced by a model without a price.
   */
  billedNanoUsd(): bigint;
  /** Closes the server and all connections, also those of replies that are held. */
  close(): Promise<void>;
}

const DEFAULT_OUTPUT_TOKENS = 40;
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;

/** Starts the fake on 127.0.0.1. */
export async function startFakeGemini(options: FakeGeminiOptions = {}): Promise<FakeGemini> {
  const calls: Recording[] = [];
  const settings: Settings = {
    outputTokens: options.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
    prices: options.prices ?? {},
    apiKey: options.apiKey,
    now: options.now ?? Date.now,
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answerRequest({ request, response, calls, settings, script: () => fake.script });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => closeServer(server);
  const fake: FakeGemini = {
    origin: `http://127.0.0.1:${port}`,
    calls,
    script: options.script,
    billedNanoUsd: () => totalNanoUsd(calls),
    close,
    [Symbol.asyncDispose]: close,
  };
  return fake;
}

function totalNanoUsd(calls: readonly Recording[]): bigint {
  return calls.reduce((sum, call) => {
    if (!call.priced && call.inputTokens + call.outputTokens > 0) {
      throw new Error(`the fake provider has no price for model '${call.model}'`);
    }
    return sum + call.billedNanoUsd;
  }, 0n);
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
