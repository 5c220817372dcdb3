// The gRPC edge by itself: reflection, messages that are none, and what is not told of defects.
import { createRequire } from 'node:module';
import {
  Client,
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ADMIN_SERVICE_NAME } from '@spendfuse/protocol/admin';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Access } from '../admin/access/access.ts';
import type { AdminContext } from '../admin/operation.ts';
import { createLog } from '../log.ts';
import { addAdminService } from './admin-service.ts';

const logged: string[] = [];
let server: Server;
let address: string;

beforeEach(async () => {
  server = new Server({ 'grpc.enable_channelz': 0 });
  const token = { matches: () => false };
  const broken = () => {
    throw new Error('a secret of the inside');
  };
  addAdminService(server, {
    context: { authority: {}, server: broken } as unknown as AdminContext,
    access: new Access({ token, openReads: true, now: () => 0 }),
    log: createLog({ level: 'debug', write: (line) => logged.push(line) }),
  });
  address = await new Promise<string>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
});

afterEach(() => server.forceShutdown());

/** Sends bytes as they are. */
async function send(method: string, bytes: Uint8Array): Promise<ServiceError | null> {
  const client = new Client(address, credentials.createInsecure());
  const path = `/${ADMIN_SERVICE_NAME}/${method}`;
  const raw = (buffer: Buffer) => buffer;
  const error = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest(path, raw, raw, Buffer.from(bytes), resolve);
  });
  client.close();
  return error;
}

test('what is no message is told so', async () => {
  const error = await send('ListBalances', Uint8Array.of(0xff, 0xff));
  expect(error?.code).toBe(status.INVALID_ARGUMENT);
  expect(error?.metadata.get('spendfuse-code')).toEqual(['INVALID_ARGUMENT']);
});

test('a defect of ours is told to the log and not to the caller', async () => {
  const error = await send('GetStatus', new Uint8Array());
  expect(error?.code).toBe(status.INTERNAL);
  expect(error?.details).toBe('internal error');
  expect(logged.join('')).toContain('admin call failed method=getStatus');
  expect(logged.join('')).toContain('a secret of the inside');
});

interface Reflection {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
}

test('reflection describes the service, and what its messages are made of', async () => {
  expect((await reflect({ listServices: '*' })).listServicesResponse?.service).toContainEqual({
    name: ADMIN_SERVICE_NAME,
  });
  const symbol = { fileContainingSymbol: `${ADMIN_SERVICE_NAME}.SetBudget` };
  const files = (await reflect(symbol)).fileDescriptorResponse?.fileDescriptorProto ?? [];
  const text = files.map((file) => file.toString('latin1')).join('');
  expect(text).toContain('hides_file');
  expect(text).toContain('structValue');
});

async function reflect(request: object): Promise<Reflection> {
  const file = '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto';
  const path = createRequire(import.meta.url).resolve(file);
  const { grpc } = loadPackageDefinition(loadSync(path)) as unknown as {
    readonly grpc: { reflection: { v1: { ServerReflection: ServiceClientConstructor } } };
  };
  const client = new grpc.reflection.v1.ServerReflection(address, credentials.createInsecure());
  const call = client['serverReflectionInfo']?.call(client) as ClientDuplexStream<
    object,
    Reflection
  >;
  const reply = new Promise<Reflection>((resolve, reject) => {
    call.once('data', resolve);
    call.once('error', reject);
  });
  call.write(request);
  const answer = await reply;
  call.end();
  client.close();
  return answer;
}
