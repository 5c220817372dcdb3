// A TCP gate before a server: connections through it can be cut, refused and held.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Gate extends AsyncDisposable {
  /** `127.0.0.1:port`, always the same. */
  readonly address: string;
  /** Cuts all connections and refuses new ones, as when the server is killed. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** What the server says stays here: it seems to hear but never to answer. */
  hold(): void;
}

export async function startGate(target: string): Promise<Gate> {
  const upstreamPort = Number(target.split(':').at(-1));
  const sockets = new Set<Socket>();
  let held = false;
  let port = 0;
  let server: Server;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const open = async (): Promise<void> => {
    held = false;
    server = createServer((near) => {
      const far = connect(upstreamPort, '127.0.0.1');
      join(near, far);
      join(far, near);
      near.pipe(far);
      far.on('data', (bytes) => held || near.write(bytes));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const shut = async (): Promise<void> => {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server, 'close');
  };
  await open();
  return {
    address: `127.0.0.1:${port}`,
    shut,
    open,
    hold: () => {
      held = true;
    },
    [Symbol.asyncDispose]: shut,
  };
}
