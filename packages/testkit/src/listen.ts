// Starts a server on 127.0.0.1 and ends it with all its connections.

import type { AddressInfo, Server, Socket } from 'node:net';

export interface Listening {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly port: number;
  /** Breaks what is under way; the server may listen again afterwards. */
  readonly close: () => Promise<void>;
}

/** `port` 0: any that is free. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const taken = (server.address() as AddressInfo).port;
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await ended;
    server.off('connection', keep);
  };
  return { origin: `http://127.0.0.1:${taken}`, port: taken, close };
}
