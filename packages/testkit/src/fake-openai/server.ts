// A fake OpenAI and Azure OpenAI: a server that speaks the real wire, follows a script, keeps a bill.

import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { billNanoUsd } from './billing.ts';
import type { FakePrices } from './billing.ts';
import { answerRequest } from './exchange.ts';
import type { Recording } from './exchange.ts';
import type { FakeCall, FakeScript } from './reply.ts';
import type { Settings } from './settings.ts';

export interface FakeOpenAIOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Decides each reply; without it, or where it returns `undefined`, the default answer. */
  readonly script?: FakeScript;
  /** Visible tokens of a default answer; default 40. */
  readonly outputTokens?: number;
  /** What calls are billed at; see `FakeOpenAI.billedNanoUsd`. */
  readonly prices?: FakePrices;
  /**
   * Dated ids that replies name instead of the requested model, as the real service does;
   * default: the pairs seen in recorded traffic. Other models keep their name.
   */
  readonly snapshots?: Readonly<Record<string, string>>;
  /** With `include_usage`, other chunks say `usage: null`; default true, as the real one. */
  readonly usageNullOnChunks?: boolean;
  /** If set, requests without this bearer key get 401; default: any or none will do. */
  readonly apiKey?: string;
  /** Deployments of Azure and the models they run; default: each runs the model of its name. */
  readonly deployments?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface FakeOpenAI extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The origin with `/v1`: the `baseURL` of an SDK. */
  readonly baseUrl: string;
  readonly port: number;
  /** Every request in the order of arrival, whatever became of it. */
  readonly calls: readonly FakeCall[];
  /** Decides the requests that arrive from now on; may be set at any time. */
  script: FakeScript | undefined;
  /**
   * The bill so far in nano-USD: the sum of the calls, each rounded up once. Answers are billed
   * for their input from the moment they are begun and for every output token as it is produced:
   *
   * - a stream that is cut, ended early or left by the client: the tokens up to there;
   * - a unary reply lost by a cut connection: in full, it was produced;
   * - a call the client leaves before the first byte: its input;
   * - an error event after tokens: the tokens before it; as the first event: nothing;
   * - error replies: nothing;
   * - a response in the background: in full, with the reply that it has begun.
   *
   * Complete calls are on the bill before their last byte is sent.
   * @throws Error if tokens were produced by a model without a price.
   */
  billedNanoUsd(): bigint;
  /** Closes the server and all connections, also those of replies that are held. */
  close(): Promise<void>;
}

/** Pairs of requested and reported model in the recordings. */
const SNAPSHOTS: Readonly<Record<string, string>> = {
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-3.5-turbo-instruct': 'gpt-3.5-turbo-instruct:20230824-v2',
  'gpt-4': 'gpt-4-0613',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
};

const DEFAULT_OUTPUT_TOKENS = 40;
/** Longer than clients keep idle connections, so that none is closed under a request. */
export const KEEP_ALIVE_MS = 65_000;

const NO_USAGE = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

/**
 * Starts the fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export async function startFakeOpenAI(options: FakeOpenAIOptions = {}): Promise<FakeOpenAI> {
  for (const price of Object.values(options.prices ?? {})) {
    billNanoUsd(price, NO_USAGE);
  }
  const calls: Recording[] = [];
  const settings: Settings = {
    outputTokens: options.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
    prices: options.prices ?? {},
    snapshots: options.snapshots ?? SNAPSHOTS,
    usageNullOnChunks: options.usageNullOnChunks ?? true,
    apiKey: options.apiKey,
    now: options.now ?? Date.now,
    deployments: options.deployments ?? {},
    stored: new Map(),
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answerRequest({ request, response, calls, settings, script: () => fake.script });
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const close = () => closeServer(server);
  const fake: FakeOpenAI = {
    origin,
    baseUrl: `${origin}/v1`,
    port,
    calls,
    script: options.script,
    billedNanoUsd: () => totalNanoUsd(calls),
    close,
    [Symbol.asyncDispose]: close,
  };
  return fake;
}

/** @throws Error if tokens were produced by a model without a price. */
export function totalNanoUsd(calls: readonly Recording[]): bigint {
  return calls.reduce((sum, call) => {
    if (!call.priced && call.inputTokens + call.outputTokens > 0) {
      throw new Error(`the fake provider has no price for model '${call.model}'`);
    }
    return sum + call.billedNanoUsd;
  }, 0n);
}

export async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
