// The HTTP listener of the data plane: opens the port, reports the one it got, closes without cutting answers.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { SpendfuseError } from '@spendfuse/core';
import type { Listen } from '../settings.ts';
import { createHttpApp, type HttpAppOptions } from './app.ts';

export interface HttpServer {
  /** `http://127.0.0.1:4751`, with the port it got. */
  readonly url: string;
  /** Takes no more connections; resolves when the answers under way are out. */
  close(): Promise<void>;
}

/** How long answers under way may take when closing. */
const CLOSE_GRACE_MS = 2000;

/** @throws SpendfuseError `CONFIG` if the address cannot be listened on. */
export async function startHttp(options: HttpAppOptions): Promise<HttpServer> {
  const { listen } = options;
  const app = createHttpApp(options);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(cannotListen({ listen, cause, flag: '--http', env: 'SPENDFUSE_HTTP_LISTEN' })),
    );
    server.listen({ host: listen.host, port: listen.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return { url: `http://${host}:${port}`, close: () => closeHttp(server) };
}

/** Resolves when the answers under way are out, or have had their time. */
export function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}

export interface CannotListen {
  readonly listen: Listen;
  readonly cause: NodeJS.ErrnoException;
  /** What the user can set. */
  readonly flag: string;
  readonly env: string;
}

export function cannotListen({ listen, cause, flag, env }: CannotListen): SpendfuseError {
  const { host, port } = listen;
  const why =
    cause.code === 'EADDRINUSE'
      ? 'is in use; stop what listens there, or choose another'
      : `cannot be listened on (${cause.code ?? cause.message}); choose another`;
  const message = `HTTP address ${host}:${port} ${why} with ${flag} or ${env}`;
  return new SpendfuseError({ code: 'CONFIG', message, field: env, cause });
}
