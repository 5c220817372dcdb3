// The server as a whole: unary verbs, health, reflection, and the addresses it can and cannot have.
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  makeGenericClientConstructor,
  type MethodDefinition,
  type ServiceError,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { invalid, SpendfuseError } from '@spendfuse/core';
import { budgetService, SERVICE_NAME } from '@spendfuse/protocol';
import {
  createScriptedAuthority,
  freePort,
  runNode,
  type ScriptedAuthority,
  type TempFolder,
  tempFolder,
  until,
} from '@spendfuse/testkit';
import { protoPath as healthProto } from 'grpc-health-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RpcServer, startRpc } from './server.ts';

const log = { error() {}, warn() {}, info() {}, debug() {} };

let authority: ScriptedAuthority;
let ready: boolean;
let folder: TempFolder;
const servers: RpcServer[] = [];
const clients: Client[] = [];

beforeEach(async () => {
  authority = createScriptedAuthority();
  ready = true;
  folder = await tempFolder({ prefix: 'spend fuse-' });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(servers.splice(0).map((server) => server.drain()));
  await folder.remove();
});

async function start(listen: Parameters<typeof startRpc>[0]['listen']): Promise<RpcServer> {
  const isReady = () => ready;
  const server = await startRpc({ authority, listen, log, isReady, drainMs: 200 });
  servers.push(server);
  return server;
}

function connect(address: string | undefined, Constructor: ServiceClientConstructor): Client {
  const client = new Constructor(address ?? '', credentials.createInsecure());
  clients.push(client);
  return client;
}

const BudgetClient = makeGenericClientConstructor(budgetService, 'BudgetService');

type Verb = Exclude<keyof typeof budgetService, 'session' | 'watchBalances'>;

function ask(client: Client, verb: Verb, request: object, deadline?: Date): Promise<object> {
  const { path, requestSerialize, responseDeserialize } = budgetService[
    verb
  ] as unknown as MethodDefinition<object, object>;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      deadline ? { deadline } : {},
      (error, reply) => (error ? reject(error) : resolve(reply ?? {})),
    );
  });
}

const call = { labels: { team: 'a' }, provider: 'openai', model: 'm', operation: 'chat' };

describe('unary', () => {
  let client: Client;

  beforeEach(async () => {
    client = connect((await start({ port: 0 })).addresses.grpc, BudgetClient);
  });

  test.each([
    ['reserve', { id: 'a', call, estimate: {} }, { id: 'a', outcome: 1 }],
    ['commit', { id: 'a', usage: { outputTokens: 3 } }, { id: 'a', costNanoUsd: 3 }],
    ['release', { id: 'a', sent: true }, { id: 'a' }],
    ['extend', { id: 'a', ttlMs: 5 }, { id: 'a', expiresAtMs: 1_790_000_000_005 }],
    ['record', { id: 'a', usage: {}, call, reservedAtMs: 1 }, { id: 'a', catalogue: 'scripted' }],
    ['getBalances', { budget: 'all' }, { balances: [{ budget: 'all', limit: 2 ** 53 - 1 }] }],
  ] as const)('%s', async (verb, request, reply) => {
    expect(await ask(client, verb, request)).toMatchObject(reply);
  });

  test('an error has a gRPC status, and code and field as trailers', async () => {
    authority.script.reserve = async () => {
      throw invalid('call.labels.Größe', 'is ill-formed');
    };
    const error = await ask(client, 'reserve', { id: 'a', call, estimate: {} }).catch(
      (thrown: ServiceError) => thrown,
    );
    expect(error).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'call.labels.Größe: is ill-formed',
    });
    const { metadata } = error as ServiceError;
    expect(metadata.get('spendfuse-code')).toEqual(['INVALID_ARGUMENT']);
    expect(metadata.get('spendfuse-field')).toEqual(['call.labels.Gr%C3%B6%C3%9Fe']);
  });

  test('an unknown failure is INTERNAL, and the next call is served', async () => {
    authority.script.release = async () => {
      throw new TypeError('x is undefined');
    };
    await expect(ask(client, 'release', { id: 'a' })).rejects.toMatchObject({
      code: status.INTERNAL,
    });
    await ask(client, 'extend', { id: 'a', ttlMs: 5 });
  });

  test('bytes that are no message are INVALID_ARGUMENT', async () => {
    const failed = new Promise((resolve) => {
      const bytes = Buffer.from('0aff', 'hex');
      const asIs = (buffer: Buffer) => buffer;
      client.makeUnaryRequest(budgetService.commit.path, asIs, asIs, bytes, resolve);
    });
    expect(await failed).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'the message is no CommitRequest',
    });
  });

  test('a call whose deadline has passed is not carried out', async () => {
    const late = ask(client, 'release', { id: 'late' }, new Date(Date.now() - 1000));
    await expect(late).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await ask(client, 'release', { id: 'next' });
    expect(authority.asked.release).toEqual([{ id: 'next', sent: false }]);
  });

  test('a message above 1 MiB is refused', async () => {
    const id = 'x'.repeat(1024 * 1024);
    await expect(ask(client, 'release', { id })).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    expect(authority.asked.release).toEqual([]);
  });

  test('a watch tells the balances, then changes, until it is cancelled', async () => {
    const [balance] = await authority.balances({});
    let stopped = false;
    authority.script.watch = async function* (query, signal) {
      expect(query.budget).toBe('all');
      yield [{ ...balance, committed: 1 } as never];
      yield [{ ...balance, committed: 2 } as never];
      await once(signal as never, 'abort');
      stopped = true;
    };
    const { path, requestSerialize, responseDeserialize } = budgetService.watchBalances;
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {
      budget: 'all',
    });
    const seen: number[] = [];
    stream.on('data', ({ balances }) => seen.push(balances[0].committed));
    stream.on('error', () => {});
    await until(() => seen.length === 2, { what: 'two messages' });
    expect(seen).toEqual([1, 2]);
    stream.cancel();
    await until(() => stopped, { what: 'the end of the watch' });
  });

  test('a watch that fails says why', async () => {
    authority.script.watch = () => {
      throw new SpendfuseError({ code: 'NOT_FOUND', message: 'no budget of that name' });
    };
    const { path, requestSerialize, responseDeserialize } = budgetService.watchBalances;
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
    stream.on('data', () => {});
    const [error] = (await once(stream, 'error')) as [ServiceError];
    expect(error.code).toBe(status.NOT_FOUND);
  });
});

describe('what a client without our proto files finds', () => {
  test('reflection lists the services and gives their descriptors', async () => {
    const server = await start({ port: 0 });
    const { listServicesResponse } = await reflect(server, { listServices: '*' });
    const names = listServicesResponse?.service.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([SERVICE_NAME, 'grpc.health.v1.Health']));
    const symbol = { fileContainingSymbol: `${SERVICE_NAME}.Reserve` };
    const { fileDescriptorResponse } = await reflect(server, symbol);
    const [descriptor] = fileDescriptorResponse?.fileDescriptorProto ?? [];
    expect(descriptor?.toString('latin1')).toContain('held_cost_nano_usd');
  });

  test('health follows readiness, and ends in NOT_SERVING when draining', async () => {
    const server = await start({ port: 0 });
    const client = foreign<HealthClient>(server, healthProto, 'grpc.health.v1.Health');
    const check = (service: string) =>
      new Promise((resolve) => {
        client.check({ service }, (error, reply) => resolve(error ? error.code : reply.status));
      });
    expect(await check('')).toBe('SERVING');
    expect(await check(SERVICE_NAME)).toBe('SERVING');
    expect(await check('no.such.Service')).toBe(status.NOT_FOUND);
    const seen: string[] = [];
    const watch = client.watch({ service: SERVICE_NAME });
    watch.on('data', (reply) => seen.push(reply.status));
    watch.on('error', () => {});
    await until(() => seen.length === 1, { what: 'the first status' });
    ready = false;
    expect(await check('')).toBe('NOT_SERVING');
    ready = true;
    expect(await check('')).toBe('SERVING');
    await server.drain();
    expect(seen).toEqual(['SERVING', 'NOT_SERVING', 'SERVING', 'NOT_SERVING']);
  });
});

describe('addresses', () => {
  const config = (message: RegExp) =>
    expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) });

  test('the socket gets a folder for its owner alone, and is gone after draining', async () => {
    const unixPath = join(folder.path, 'a', 'b', 'spendfuse.sock');
    const server = await start({ unixPath });
    expect(server.addresses).toEqual({ socket: unixPath, grpc: undefined });
    expect((await stat(join(folder.path, 'a', 'b'))).mode & 0o777).toBe(0o700);
    const client = connect(`unix:${unixPath}`, BudgetClient);
    await ask(client, 'release', { id: 'a' });
    await server.drain();
    await expect(stat(unixPath)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('the socket that a killed process has left is replaced', async () => {
    const unixPath = join(folder.path, 'left.sock');
    const source = `require('node:net').createServer().listen(${JSON.stringify(unixPath)},
      () => process.kill(process.pid, 'SIGKILL'))`;
    await runNode({ args: ['--eval', source] });
    expect((await stat(unixPath)).isSocket()).toBe(true);
    await start({ unixPath });
    await ask(connect(`unix:${unixPath}`, BudgetClient), 'release', { id: 'a' });
  });

  test('the socket of a living process is left alone', async () => {
    const unixPath = join(folder.path, 'live.sock');
    const first = await start({ unixPath });
    await expect(start({ unixPath })).rejects.toEqual(config(/another process serves .*live.sock/));
    await ask(connect(`unix:${first.addresses.socket}`, BudgetClient), 'release', { id: 'a' });
  });

  test('a file in the place of the socket is left alone', async () => {
    const unixPath = join(folder.path, 'notes.txt');
    await writeFile(unixPath, 'dear diary');
    await expect(start({ unixPath })).rejects.toEqual(config(/is no socket; remove it or choose/));
    expect((await stat(unixPath)).size).toBe(10);
  });

  test('paths that cannot be: one clear line', async () => {
    const long = join(folder.path, 'x'.repeat(120));
    await expect(start({ unixPath: long })).rejects.toEqual(config(/longer than 10\d bytes/));
    await writeFile(join(folder.path, 'file'), '');
    const below = join(folder.path, 'file', 'a.sock');
    await expect(start({ unixPath: below })).rejects.toEqual(config(/choose another path$/));
  });

  test('a port in use: one clear line, and nothing is left listening', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const unixPath = join(folder.path, 'a.sock');
    const failed = start({ unixPath, port });
    await expect(failed).rejects.toEqual(
      config(new RegExp(`^cannot listen on 127.0.0.1:${port}: another process listens there; .*`)),
    );
    await expect(stat(unixPath)).rejects.toMatchObject({ code: 'ENOENT' });
    other.close();
  });

  test('an address of another machine', async () => {
    await expect(start({ host: '192.0.2.1', port: 0 })).rejects.toEqual(
      config(/this machine does not have that address/),
    );
  });

  test('IPv6', async () => {
    const { addresses } = await start({ host: '::1', port: 0 });
    expect(addresses.grpc).toMatch(/^\[::1\]:\d+$/);
    await ask(connect(addresses.grpc, BudgetClient), 'release', { id: 'a' });
  });
});

interface HealthReply {
  readonly status: string;
}

interface HealthClient {
  check(
    request: { service: string },
    callback: (error: ServiceError | null, reply: HealthReply) => void,
  ): void;
  watch(request: { service: string }): ClientReadableStream<HealthReply>;
}

interface ReflectionReply {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
}

interface ReflectionClient {
  serverReflectionInfo(): ClientDuplexStream<object, ReflectionReply>;
}

/** A client made from the proto file of another service of the server. */
function foreign<T>(server: RpcServer, protoFile: string, name: string): T {
  let found: unknown = loadPackageDefinition(loadSync(protoFile, { enums: String }));
  for (const part of name.split('.')) found = (found as Record<string, unknown>)[part];
  return connect(server.addresses.grpc, found as ServiceClientConstructor) as unknown as T;
}

async function reflect(server: RpcServer, request: object): Promise<ReflectionReply> {
  const file = '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto';
  const path = createRequire(import.meta.url).resolve(file);
  const client = foreign<ReflectionClient>(server, path, 'grpc.reflection.v1.ServerReflection');
  const stream = client.serverReflectionInfo();
  stream.write(request);
  const [reply] = (await once(stream, 'data')) as [ReflectionReply];
  stream.end();
  return reply;
}
