// The gRPC server: budget service, health and reflection on a unix socket, a TCP port, or both.
import { Server } from '@grpc/grpc-js';
import { MAX_MESSAGE_BYTES } from '@spendfuse/protocol';
import type { Log } from '../log.ts';
import { createHandlers } from './handlers.ts';
import { createHealth } from './health.ts';
import { listenTcp, listenUnix } from './listen.ts';
import type { ServedAuthority } from './operations.ts';
import { addReflection } from './reflection.ts';

export interface RpcOptions {
  readonly authority: ServedAuthority;
  /** No `unixPath`: no socket. No `port`: no TCP. */
  readonly listen: {
    readonly unixPath?: string | undefined;
    /** Default 127.0.0.1. */
    readonly host?: string | undefined;
    /** 0: any free port. */
    readonly port?: number | undefined;
  };
  readonly log: Log;
  /** For health checks. */
  readonly isReady: () => boolean;
  /** How long `drain` waits for calls in flight. Default 5 s. */
  readonly drainMs?: number | undefined;
}

export interface RpcServer {
  readonly addresses: {
    /** `127.0.0.1:4750` */
    readonly grpc: string | undefined;
    /** Path of the unix socket. */
    readonly socket: string | undefined;
  };
  /** Takes no more calls, answers those in flight, lets go of the addresses. */
  drain(): Promise<void>;
}

const SERVER_OPTIONS = {
  'grpc.enable_channelz': 0,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  // A caller whose machine has vanished is noticed within a minute.
  'grpc.keepalive_time_ms': 40_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

/** @throws SpendfuseError `CONFIG` when an address cannot be used; nothing listens then. */
export async function startRpc(options: RpcOptions): Promise<RpcServer> {
  const { authority, listen, log, isReady, drainMs = 5000 } = options;
  const server = new Server(SERVER_OPTIONS);
  const handlers = createHandlers(authority);
  const health = createHealth(isReady);
  handlers.addTo(server);
  health.addTo(server);
  addReflection(server);
  const { unixPath, host, port } = listen;
  let socket: string | undefined;
  let grpc: string | undefined;
  const drain = async (): Promise<void> => {
    health.finish();
    handlers.finish();
    const bound = [socket && `unix:${socket}`, grpc].filter((address) => address !== undefined);
    const inTime = await shutDown(server, { bound, withinMs: drainMs });
    if (!inTime) log.warn('calls in flight were cut off', { afterMs: drainMs });
  };
  try {
    if (unixPath !== undefined) socket = await listenUnix(server, unixPath);
    if (port !== undefined) grpc = await listenTcp(server, { host, port });
  } catch (error) {
    await drain();
    throw error;
  }
  return { addresses: { grpc, socket }, drain };
}

interface ShutDownOptions {
  readonly bound: readonly string[];
  readonly withinMs: number;
}

/** False: some calls did not end in time. */
async function shutDown(server: Server, { bound, withinMs }: ShutDownOptions): Promise<boolean> {
  // First `drain`: without channelz, forceShutdown does not know the connections it should cut.
  for (const address of bound) server.drain(address, withinMs);
  const deadlineMs = performance.now() + withinMs;
  await new Promise<void>((resolve) => {
    server.tryShutdown(() => resolve());
  });
  return performance.now() < deadlineMs;
}
