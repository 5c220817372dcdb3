// The yardstick: a grpc-js unary echo that does nothing, server or client by the first argument.
import {
  type Client,
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { load } from './load.ts';
import { serveMeter } from './meter.ts';

/** As large as a reserve with four labels and its answer. */
const REQUEST = Buffer.alloc(144, 'q');
const RESPONSE = Buffer.alloc(44, 'r');

const service: ServiceDefinition = {
  echo: {
    path: '/bench.Echo/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};

type EchoClient = Client & {
  echo(request: Buffer, done: (error: Error | null, response?: Buffer) => void): void;
};

async function serve(): Promise<void> {
  const server = new Server();
  server.addService(service, {
    echo: (_call: unknown, done: (error: null, response: Buffer) => void) => done(null, RESPONSE),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  console.log(JSON.stringify({ address: `127.0.0.1:${port}` }));
  const meter = serveMeter();
  process.once('SIGTERM', () => {
    meter.close();
    server.forceShutdown();
  });
}

async function drive(address: string, concurrency: number, durationMs: number): Promise<void> {
  const Echo = makeGenericClientConstructor(service, 'Echo');
  const options = { 'grpc.enable_retries': 0, 'grpc.enable_channelz': 0 };
  const client = new Echo(address, credentials.createInsecure(), options) as unknown as EchoClient;
  const call = (): Promise<void> =>
    new Promise((resolve, reject) => {
      client.echo(REQUEST, (error) => (error ? reject(error) : resolve()));
    });
  const result = await load({ concurrency, durationMs, call });
  client.close();
  console.log(JSON.stringify(result));
}

const [role, address = '', concurrency = '1', durationMs = '2000'] = process.argv.slice(2);
await (role === 'serve' ? serve() : drive(address, Number(concurrency), Number(durationMs)));
