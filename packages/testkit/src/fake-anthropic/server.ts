// A fake api.anthropic.com: an HTTP server that speaks the real wire, follows a script, keeps a bill.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { billNanoUsd } from '../fake-openai/billing.ts';
import type { FakePrices } from '../fake-openai/billing.ts';
import { closeServer, KEEP_ALIVE_MS, listen, totalNanoUsd } from '../fake-openai/server.ts';
import { answerRequest } from './exchange.ts';
import type { AnthropicRecording } from './exchange.ts';
import type { FakeAnthropicCall, FakeAnthropicScript } from './reply.ts';

export interface FakeAnthropicOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Decides each reply; without it, or where it returns `undefined`, the default answer. */
  readonly script?: FakeAnthropicScript;
  /** Visible tokens of a default answer; default 40. */
  readonly outputTokens?: number;
  /** What calls are billed at; see `FakeOpenAI.billedNanoUsd`, whose rules hold here too. */
  readonly prices?: FakePrices;
  /** Dated ids that replies name instead of the requested model; other models keep their name. */
  readonly snapshots?: Readonly<Record<string, string>>;
  /** If set, requests without this key get 401; default: any or none will do. */
  readonly apiKey?: string;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface FakeAnthropic extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, the `baseURL` of an SDK. */
  readonly origin: string;
  readonly port: number;
  /** Every request in the order of arrival, whatever became of it. */
  readonly calls: readonly FakeAnthropicCall[];
  /** Decides the requests that arrive from now on; may be set at any time. */
  script: FakeAnthropicScript | undefined;
  /**
   * The bill so far in nano-USD, of what was really produced.
   * @throws Error if tokens were produced by a model without a price.
   */
  billedNanoUsd(): bigint;
  /** Closes the server and all connections, also those of replies that are held. */
  close(): Promise<void>;
}

const SNAPSHOTS: Readonly<Record<string, string>> = {
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
};
const MODELS = ['claude-haiku-4-5-20251001', 'claude-sonnet-4-6'];
const DEFAULT_OUTPUT_TOKENS = 40;

/**
 * Starts the fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export async function startFakeAnthropic(
  options: FakeAnthropicOptions = {},
): Promise<FakeAnthropic> {
  const { prices = {} } = options;
  for (const price of Object.values(prices)) {
    billNanoUsd(price, { inputTokens: 0, cachedTokens: 0, outputTokens: 0 });
  }
  const calls: AnthropicRecording[] = [];
  const known = Object.keys(prices);
  const settings = {
    outputTokens: options.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
    models: known.length > 0 ? known : MODELS,
    snapshots: options.snapshots ?? SNAPSHOTS,
    apiKey: options.apiKey,
  };
  const now = options.now ?? Date.now;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const script = () => fake.script;
    void answerRequest({ request, response, calls, settings, prices, now, script });
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const close = () => closeServer(server);
  const fake: FakeAnthropic = {
    origin: `http://127.0.0.1:${port}`,
    port,
    calls,
    script: options.script,
    billedNanoUsd: () => totalNanoUsd(calls),
    close,
    [Symbol.asyncDispose]: close,
  };
  return fake;
}
