// A fake that follows a script and keeps a bill: what all of them are started with, and what they are.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { listen } from '../listen.ts';
import { billNanoUsd, type FakePrices } from './billing.ts';
import { answerRequest, type Speech } from './exchange.ts';
import { type Details, type Recording, totalNanoUsd } from './record.ts';
import type { Script } from './reply.ts';

export interface FakeOptions<OwnScript> {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Decides each reply; without it, or where it returns `undefined`, the default answer. */
  readonly script?: OwnScript;
  /** Visible tokens of a default answer; default 40. */
  readonly outputTokens?: number;
  /** What calls are billed at, by model; see `billedNanoUsd`. */
  readonly prices?: FakePrices;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface Fake<Call, OwnScript> extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly port: number;
  /** Every request in the order of arrival, whatever became of it. */
  readonly calls: readonly Call[];
  /** Decides the requests that arrive from now on; may be set at any time. */
  script: OwnScript | undefined;
  /**
   * The bill so far in nano-USD: the sum of the calls, each rounded up once. Answers are billed
   * for their input from the moment they are begun and for every output token as it is produced:
   *
   * - a stream that is cut, ended early or left by the client: the tokens up to there;
   * - a unary reply lost by a cut connection: in full, it was produced;
   * - a call the client leaves before the first byte: its input;
   * - an error event after tokens: the tokens before it; as the first event: nothing;
   * - work that goes on in the background: in full, with the reply that it has begun;
   * - error replies, and what is stopped before the model is run: nothing.
   *
   * Complete calls are on the bill before their last byte is sent.
   * @throws Error if tokens were produced by a model without a price.
   */
  billedNanoUsd(): bigint;
  /** Closes the server and all connections, also those of replies that are held. */
  close(): Promise<void>;
}

export const DEFAULT_OUTPUT_TOKENS = 40;
/** Longer than clients keep idle connections, so that none is closed under a request. */
export const KEEP_ALIVE_MS = 65_000;

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

export interface Starting<Answer, Failure, More extends Details> {
  readonly options: FakeOptions<Script<Answer, Failure>>;
  readonly speech: Speech<Answer, Failure, More>;
  /** Model → the dated one that has its price. */
  readonly snapshots?: Readonly<Record<string, string>>;
  /** Default: of HTTP/1.1. */
  readonly serverOf?: (answer: Answering) => Server;
}

const NO_USAGE = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

/**
 * Starts a fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export async function startFake<Answer, Failure, More extends Details>({
  options: { port, script, prices = {}, now = Date.now },
  speech,
  snapshots = {},
  serverOf = http1Server,
}: Starting<Answer, Failure, More>): Promise<Fake<Recording<More>, Script<Answer, Failure>>> {
  for (const price of Object.values(prices)) billNanoUsd(price, NO_USAGE);
  const calls: Recording<More>[] = [];
  const common = {
    calls,
    speech,
    script: () => fake.script,
    priceOf: (model: string) => prices[model] ?? prices[snapshots[model] ?? model],
    now,
  };
  const server = serverOf((request, response) => {
    void answerRequest({ request, response, ...common });
  });
  const listening = await listen(server, port);
  const fake: Fake<Recording<More>, Script<Answer, Failure>> = {
    ...listening,
    calls,
    script,
    billedNanoUsd: () => totalNanoUsd(calls),
    [Symbol.asyncDispose]: listening.close,
  };
  return fake;
}

function http1Server(answer: Answering): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer);
}
