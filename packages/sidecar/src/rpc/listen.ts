// Addresses to listen on: a TCP port, a unix socket that nobody else serves, clear errors otherwise.
import { lstat, mkdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { logVerbosity, type Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js';
import { SpendfuseError } from '@spendfuse/core';

export interface TcpAddress {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** 0: any free port. */
  readonly port: number;
}

/** Resolves with the address that came of it, `127.0.0.1:4750`. */
export async function listenTcp(server: Server, address: TcpAddress): Promise<string> {
  const { host = '127.0.0.1', port } = address;
  const at = (number: number) => `${host.includes(':') ? `[${host}]` : host}:${number}`;
  try {
    return at(await bind(server, at(port)));
  } catch (cause) {
    throw config(`cannot listen on ${at(port)}: ${reasonOf(cause)}`, cause);
  }
}

/** Makes the folder if it is missing, for its owner alone; removes the socket of a dead process. */
export async function listenUnix(server: Server, path: string): Promise<string> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw config(
      `the socket path ${path} is longer than ${MAX_SOCKET_PATH_BYTES} bytes, which is all that ` +
        'the system takes; choose a shorter one',
    );
  }
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await removeStale(path);
    await bind(server, `unix:${path}`);
    return path;
  } catch (cause) {
    if (cause instanceof SpendfuseError) throw cause;
    throw config(`cannot listen on the socket ${path}: ${reasonOf(cause)}`, cause);
  }
}

/** `sun_path` has 108 bytes on Linux and 104 on macOS, the last one is 0. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

function bind(server: Server, address: string): Promise<number> {
  // grpc-js would print an error of its own beside the one that is thrown here.
  if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE);
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) {
    throw config(`${path} exists and is no socket; remove it or choose another path`);
  }
  if (await isServed(path)) {
    throw config(`another process serves the socket ${path}; stop it or choose another path`);
  }
  await unlink(path);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** In words for the errors that people meet; grpc-js has the system's error only in its message. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  for (const [code, words] of Object.entries(REASONS)) {
    if (text.includes(code)) return words;
  }
  return text;
}

const REASONS = {
  EADDRINUSE: 'another process listens there; stop it or choose another address',
  EADDRNOTAVAIL: 'this machine does not have that address; choose another one',
  ENOTFOUND: 'the name is not known; choose another address',
  EACCES: 'not permitted; choose another address',
  EPERM: 'not permitted; choose another address',
  ENOTDIR: 'a part of the path is no folder; choose another path',
  EEXIST: 'a part of the path is no folder; choose another path',
  EROFS: 'the file system is read-only; choose another path',
};

function config(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
