// An HTTP server whose answers are up to the test: bytes, pauses, resets, whatever a provider may do.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';

/** One request that has come as a whole. */
export interface ProviderRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request in any way it likes; `response.socket` is the connection itself. */
export type ProviderAnswer = (
  response: ServerResponse,
  request: ProviderRequest,
) => void | Promise<void>;

export interface FakeProvider extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** In the order of arrival. */
  readonly requests: readonly ProviderRequest[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** Answers that were left by the caller before they were whole. */
  readonly left: number;
  /** Ends all connections too. */
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. An answer that throws breaks its connection. */
export async function startFakeProvider(answer: ProviderAnswer): Promise<FakeProvider> {
  const requests: ProviderRequest[] = [];
  let left = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) left += 1;
    });
    void readRequest(request)
      .then(async (read) => {
        requests.push(read);
        await answer(response, read);
      })
      .catch(() => response.destroy());
  });
  const { origin, close } = await listen(server);
  return {
    origin,
    requests,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    get left() {
      return left;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readRequest(request: IncomingMessage): Promise<ProviderRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(parts).toString(),
  };
}
