// The sidecar as a process: what it serves, how it ends, what it says when it cannot start.
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@spendfuse/client';
import { type BudgetAuthority, mintId, type ReserveRequest, usageOf } from '@spendfuse/core';
import { type RunningNode, runNode, startFakeOtlp, startNode } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { expectMistake, openCommandLine, spendfuse } from '../support/command-line.ts';
import { newForEach } from '../support/started.ts';

const folder = newForEach(openCommandLine);

interface Up {
  readonly process: RunningNode;
  readonly grpc: string;
  readonly http: string;
  readonly admin: string;
}

async function up(
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Up> {
  const process = await startNode({
    args: [spendfuse, 'up', '--data', join(folder.path, 'ledger'), ...ANY_PORTS, ...more],
    env,
  });
  const [, grpc = ''] = await process.waitForLine(/^ {2}gRPC +(\S+)/u);
  const [, http = ''] = await process.waitForLine(/^ {2}HTTP +(\S+)/u);
  const [, admin = ''] = await process.waitForLine(/^ {2}admin +(\S+)/u);
  await process.waitForLine(/export SPENDFUSE_ENDPOINT=/u);
  return { process, grpc, http, admin };
}

const ANY_PORTS = ['--grpc', '127.0.0.1:0', '--http', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

async function withClient<T>(
  endpoint: string,
  fn: (client: BudgetAuthority) => Promise<T>,
): Promise<T> {
  const client = createClient({ endpoint });
  try {
    return await fn(client);
  } finally {
    await client.close();
  }
}

/** One call of gpt-4o with 1,000 tokens in and 100 out. */
async function spend(client: BudgetAuthority): Promise<void> {
  const request = reservation();
  const { id } = request;
  expect((await client.reserve(request)).kind).toBe('granted');
  const usage = usageOf({ inputTokens: 1000, outputTokens: 100 });
  await client.commit({ id, usage, usageSource: 'provider' });
}

function reservation(): ReserveRequest {
  return {
    id: mintId({ nowMs: Date.now(), random: crypto.getRandomValues(new Uint8Array(10)) }),
    call: { labels: { user: 'u1' }, provider: 'openai', model: 'gpt-4o', operation: 'chat' },
    estimate: {
      inputBound: { tokens: 1000, exact: true },
      maxOutputTokens: 100,
      choices: 1,
      clampable: false,
    },
  };
}

test('serves gRPC and HTTP, drains on SIGTERM, and knows everything after a restart', async () => {
  const first = await up(['--limit', '$1/day']);
  await withClient(first.grpc, spend);
  expect((await fetch(`${first.http}/readyz`)).status).toBe(200);
  const entries = await (await fetch(`${first.admin}/api/entries?verb=commit`)).json();
  expect(entries).toMatchObject({ entries: [{ verb: 'commit', costNanoUsd: '3500000' }] });
  expect(await first.process.kill('SIGTERM')).toEqual({ code: 0, signal: null });

  const second = await up(['--limit', '$1/day']);
  const balances = await withClient(second.grpc, (client) => client.balances({}));
  expect(balances).toMatchObject([{ unit: 'cost', committed: 3_500_000, reserved: 0 }]);
  expect(await second.process.kill('SIGINT')).toEqual({ code: 0, signal: null });
});

test('answers on the unix socket as well', async () => {
  const socket = join(folder.path, 'sockets', 'grpc.sock');
  const sidecar = await up(['--socket', socket]);
  await withClient(`unix:${socket}`, spend);
  expect(await sidecar.process.kill()).toEqual({ code: 0, signal: null });
});

test('sends its last metrics before it ends', async () => {
  await using otlp = await startFakeOtlp();
  const sidecar = await up([], { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, SPENDFUSE_LOG: 'warn' });
  await withClient(sidecar.grpc, spend);
  expect(await sidecar.process.kill()).toEqual({ code: 0, signal: null });
  const cost = otlp.metrics().filter(({ name }) => name === 'spendfuse.usage.cost');
  expect(cost).toHaveLength(1);
  expect(sidecar.process.stderr()).toBe('');
});

test('a second signal ends it at once, whatever is in flight', async () => {
  const sidecar = await up(['--limit', '1 request/day']);
  await withClient(sidecar.grpc, async (client) => {
    expect((await client.reserve(reservation())).kind).toBe('granted');
    // Waits for the first to end, so that the drain waits for it.
    const waiting = client.reserve({ ...reservation(), maxWaitMs: 10_000 }).catch(() => undefined);
    await client.balances({});
    process.kill(sidecar.process.pid, 'SIGTERM');
    await sidecar.process.waitForLine(/draining/u);
    expect(await sidecar.process.kill('SIGTERM')).toEqual({ code: 143, signal: null });
    await waiting;
  });
});

describe('what cannot work is one line that says what to do, and exit code 2', () => {
  async function refused(args: readonly string[], message: RegExp): Promise<void> {
    expectMistake(await runNode({ args: [spendfuse, 'up', ...args] }), message);
  }

  const inMemory = ['--data', 'memory', ...ANY_PORTS];

  test.each(['--grpc', '--http', '--admin'])('the address of %s is in use', async (flag) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await refused(
      [...inMemory, flag, `127.0.0.1:${port}`],
      new RegExp(`127.0.0.1:${port}.*another`),
    );
    server.close();
  });

  test('the data folder is no folder', async () => {
    await refused(['--data', await folder.write('ledger', ''), ...ANY_PORTS], /ledger/);
  });

  test('the data folder is below a file', async () => {
    await refused(['--data', join(await folder.write('x', ''), 'ledger'), ...ANY_PORTS], /ledger/);
  });

  test('another sidecar has the data folder', async () => {
    const first = await up();
    const args = ['--data', join(folder.path, 'ledger'), ...ANY_PORTS];
    await refused(args, new RegExp(`${first.process.pid}`));
    await first.process.kill();
  });

  test('the budgets file is not there', async () => {
    await refused([...inMemory, '--config', join(folder.path, 'none.yaml')], /none\.yaml/);
  });

  test('the budgets file is a folder', async () => {
    await mkdir(join(folder.path, 'dir.yaml'));
    await refused([...inMemory, '--config', join(folder.path, 'dir.yaml')], /dir\.yaml/);
  });

  test('the budgets file is no YAML', async () => {
    const path = await folder.write('broken.yaml', 'budgets: [');
    await refused([...inMemory, '--config', path], /broken\.yaml:\d+:\d+/);
  });

  test('the budgets file has an unknown key', async () => {
    const path = await folder.write('typo.yaml', 'budgets:\n  - id: a\n    limit: [$1/day]\n');
    await refused([...inMemory, '--config', path], /typo\.yaml:3:5.*limits/);
  });

  test.each([
    [['--limit', '5 bananas'], /"5 bananas": unknown unit "bananas"; forms: /],
    [['--grpc', '4750'], /--grpc: "4750" is no host:port/],
    [['--durability', 'ram'], /--durability: "ram" is not one of disk, process/],
    [['--log', 'loud'], /--log: "loud" is not one of/],
    [['--prot', '1'], /unknown option '--prot'.*see spendfuse up --help/],
    [['extra'], /too many arguments/],
  ])('%j', async (args, message) => {
    await refused([...inMemory, ...args], message);
  });
});
