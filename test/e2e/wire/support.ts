// A server and clients for the tests of the wire, taken down after each test.
import { type Client, type ClientOptions, createClient } from '@spendfuse/client';
import { type BudgetAuthority, mintId, usageOf } from '@spendfuse/core';
import { type RpcServer, startRpc } from '@spendfuse/sidecar';
import { afterEach } from 'vitest';

const servers = new Set<RpcServer>();
const clients = new Set<Client>();

afterEach(async () => {
  await Promise.all([...clients].map((client) => client.close({ timeoutMs: 0 })));
  await Promise.all([...servers].map((server) => server.drain()));
  clients.clear();
  servers.clear();
});

export const log = { error() {}, warn() {}, info() {}, debug() {} };

export type Listen = Parameters<typeof startRpc>[0]['listen'];

export async function serve(authority: BudgetAuthority, listen: Listen): Promise<RpcServer> {
  const server = await startRpc({
    authority,
    listen,
    log,
    isReady: () => true,
    drainMs: 100,
  });
  servers.add(server);
  return server;
}

export function connect(options: ClientOptions): Client {
  const client = createClient(options);
  clients.add(client);
  return client;
}

export function newId(): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return mintId({ nowMs: Date.now(), random });
}

export const call = { labels: { team: 'a' }, provider: 'openai', model: 'm', operation: 'chat' };

export const estimate = {
  inputBound: { tokens: 1000, exact: false },
  maxOutputTokens: 4096,
  choices: 1,
  clampable: true,
};

export const usage = usageOf({ inputTokens: 800, outputTokens: 400 });

export const commitOf = (id: string) => ({ id, usage, usageSource: 'provider' }) as const;
