// A fake of Bedrock's runtime: speaks HTTP/1.1 and cleartext HTTP/2 on one port, keeps a bill.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { constants, createServer as createHttp2Server, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { FakePrices } from '../fake-openai/billing.ts';
import { KEEP_ALIVE_MS, totalNanoUsd } from '../fake-openai/server.ts';
import { answerRequest, type Recording } from './exchange.ts';
import type { FakeBedrockCall, FakeBedrockScript } from './reply.ts';

export interface FakeBedrockOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Decides each reply; without it, or where it returns `undefined`, the default answer. */
  readonly script?: FakeBedrockScript;
  /** Visible tokens of a default answer; default 40. */
  readonly outputTokens?: number;
  /** What calls are billed at, by the model id of the path, decoded. */
  readonly prices?: FakePrices;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface FakeBedrock extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: the `endpoint` of the AWS SDK, whichever HTTP it speaks. */
  readonly origin: string;
  readonly port: number;
  /** Every request in the order of arrival, whatever became of it. */
  readonly calls: readonly FakeBedrockCall[];
  /** Decides the requests that arrive from now on; may be set at any time. */
  script: FakeBedrockScript | undefined;
  /**
   * The bill so far in nano-USD, of what was really produced; see `FakeOpenAI.billedNanoUsd`, whose
   * rules hold here too. What a guardrail stops before the model costs nothing.
   * @throws Error if tokens were produced by a model without a price.
   */
  billedNanoUsd(): bigint;
  /** Closes the server and all connections, also those of replies that are held. */
  close(): Promise<void>;
}

const DEFAULT_OUTPUT_TOKENS = 40;
/** How a connection that speaks HTTP/2 begins (RFC 9113, section 3.4). */
const PREFACE = 'PRI * HTTP/2';

/** Starts the fake on 127.0.0.1. */
export async function startFakeBedrock(options: FakeBedrockOptions = {}): Promise<FakeBedrock> {
  const calls: Recording[] = [];
  const { prices = {}, outputTokens = DEFAULT_OUTPUT_TOKENS, now = Date.now } = options;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const script = (): FakeBedrockScript | undefined => fake.script;
    void answerRequest({ request, response, calls, prices, outputTokens, now, script });
  };
  const sockets = new Set<Socket>();
  const server = createPolyglot(answer, sockets);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const fake: FakeBedrock = {
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

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The first bytes of a connection tell which of two servers it is for. */
function createPolyglot(answer: Answer, sockets: Set<Socket>): Server {
  const http1 = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  const http2 = createHttp2Server((request, response) => {
    // Node's own stand-ins for the objects of HTTP/1.1, which lack nothing that is used here.
    answer(request as unknown as IncomingMessage, breakable(response));
  });
  http2.on('sessionError', () => {});
  return createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const isHttp2 = first.toString('latin1', 0, PREFACE.length) === PREFACE;
      (isHttp2 ? http2 : http1).emit('connection', socket);
      if (!isHttp2) process.nextTick(() => socket.resume());
    });
  });
}

/** A stream that is destroyed ends as if it were whole; one that breaks has to say so. */
function breakable(response: Http2ServerResponse): ServerResponse {
  const { stream } = response;
  return Object.assign(response, {
    destroy: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
  }) as unknown as ServerResponse;
}
