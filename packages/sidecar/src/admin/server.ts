// The listener of the admin plane: HTTP and gRPC on one address, told apart by their first bytes.
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type ConnectionInjector, Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { createAdaptorServer } from '@hono/node-server';
import { MAX_MESSAGE_BYTES } from '@spendfuse/protocol';
import { createAdminApp } from '../http/admin-app.ts';
import { cannotListen } from '../http/server.ts';
import type { Log } from '../log.ts';
import { addAdminService } from '../rpc/admin-service.ts';
import type { Listen } from '../settings.ts';
import type { Access } from './access/access.ts';
import type { AdminTls } from './access/tls.ts';
import type { AdminContext } from './operation.ts';

export interface AdminServerOptions {
  readonly context: AdminContext;
  readonly access: Access;
  readonly listen: Listen;
  readonly tls: AdminTls | undefined;
  readonly log: Log;
}

export interface AdminServer {
  /** `http://127.0.0.1:4752`, with the port it got; gRPC has the same address. */
  readonly url: string;
  /** Takes no more connections; resolves when the answers under way are out. */
  close(): Promise<void>;
}

const GRPC_OPTIONS = {
  'grpc.enable_channelz': 0,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': -1,
};

/** How long answers under way may take when closing, and how often it is looked whether they are out. */
const CLOSE_GRACE_MS = 2000;
const CLOSE_LOOK_MS = 20;

/** @throws SpendfuseError `CONFIG` if the address cannot be listened on. */
export async function startAdmin(options: AdminServerOptions): Promise<AdminServer> {
  const { context, access, listen, tls, log } = options;
  const app = createAdminApp({ context, access, listen, log });
  const http = createAdaptorServer({ fetch: app.fetch }) as HttpServer;
  const grpc = new GrpcServer(GRPC_OPTIONS);
  addAdminService(grpc, { context, access, log });
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const door = openDoor(tls, (socket) => route(socket, { http, injector }));
  door.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // It does not listen itself: this makes it watch its connections, for timeouts and for the end.
  http.emit('listening');
  await new Promise<void>((resolve, reject) => {
    door.once('error', (cause) => {
      grpc.forceShutdown();
      reject(cannotListen({ listen, cause, flag: '--admin', env: 'SPENDFUSE_ADMIN_LISTEN' }));
    });
    door.listen({ host: listen.host, port: listen.port }, resolve);
  });
  const { port } = door.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      door.close(() => resolve());
    });
    injector.drain(CLOSE_GRACE_MS);
    http.close();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    const look = setInterval(() => http.closeIdleConnections(), CLOSE_LOOK_MS);
    const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), CLOSE_GRACE_MS);
    await closed;
    clearInterval(look);
    clearTimeout(late);
    grpc.forceShutdown();
    injector.destroy();
  };
  return { url: `${tls ? 'https' : 'http'}://${host}:${port}`, close };
}

/** Who offers both is answered in HTTP/1.1: browsers and curl. gRPC clients offer HTTP/2 alone. */
function openDoor(tls: AdminTls | undefined, take: (socket: Socket) => void): NetServer {
  if (!tls) return createServer(take);
  const { cert, key, clientCa } = tls;
  return createTlsServer(
    {
      cert,
      key,
      minVersion: 'TLSv1.2',
      ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }),
      // A token will do as well: what a certificate is good for is decided with each request.
      rejectUnauthorized: false,
      ALPNCallback: ({ protocols }) =>
        ['http/1.1', 'h2'].find((known) => protocols.includes(known)),
    },
    take,
  );
}

interface Sides {
  readonly http: HttpServer;
  readonly injector: ConnectionInjector;
}

/** What every HTTP/2 connection begins with, and no request of HTTP/1.1. */
const HTTP2_PREFACE = 'PRI';
const FIRST_BYTES_WITHIN_MS = 10_000;

function route(socket: Socket, { http, injector }: Sides): void {
  const fail = (): void => void socket.destroy();
  socket.once('error', fail);
  socket.setTimeout(FIRST_BYTES_WITHIN_MS, fail);
  socket.once('readable', () => {
    socket.off('error', fail);
    socket.off('timeout', fail);
    socket.setTimeout(0);
    const first = socket.read() as Buffer | null;
    if (first === null) return void socket.destroy();
    socket.unshift(first);
    if (first.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE) {
      injector.injectConnection(socket);
    } else {
      http.emit('connection', socket);
    }
  });
}
