// Every verb from our client to an authority behind our server, over TCP, a unix socket, and unary calls.
import { join } from 'node:path';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { type Balance, invalid, MAX_AMOUNT } from '@spendfuse/core';
import { budgetService, errorToStatus } from '@spendfuse/protocol';
import {
  createScriptedAuthority,
  freePort,
  type ScriptedAuthority,
  type TempFolder,
  tempFolder,
  until,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, commitOf, connect, estimate, newId, serve, usage } from './support.ts';

let folder: TempFolder;
let authority: ScriptedAuthority;

beforeEach(async () => {
  folder = await tempFolder({ prefix: 'spend fuse-' });
  authority = createScriptedAuthority();
});

afterEach(() => folder.remove());

describe.each(['tcp', 'unix'])('%s', (kind) => {
  async function open() {
    const unixPath = join(folder.path, 'a.sock');
    const listen = kind === 'tcp' ? { port: 0 } : { unixPath };
    const { addresses } = await serve(authority, listen);
    return connect({ endpoint: addresses.grpc ?? `unix:${unixPath}` });
  }

  test('all verbs arrive as they were sent, and are answered as the authority answers', async () => {
    const client = await open();
    const id = newId();
    const request = { id, call, estimate, ttlMs: 60_000, maxWaitMs: 5 };
    expect(await client.reserve(request)).toEqual(await createScriptedAuthority().reserve(request));
    expect(authority.asked.reserve).toEqual([request]);

    const committed = await client.commit({ ...commitOf(id), responseModel: 'm-2' });
    expect(committed).toEqual({
      id,
      costNanoUsd: 1200,
      catalogue: 'scripted',
      overrunNanoUsd: 0,
      late: false,
    });
    expect(authority.asked.commit).toEqual([{ ...commitOf(id), responseModel: 'm-2' }]);

    expect(await client.release({ id, sent: true })).toBeUndefined();
    expect(authority.asked.release).toEqual([{ id, sent: true }]);
    const extended = await client.extend({ id, ttlMs: 7, outputTokens: 9 });
    expect(extended).toMatchObject({ kind: 'extended', expiresAtMs: 1_790_000_000_007 });
    expect(authority.asked.extend).toEqual([{ id, ttlMs: 7, outputTokens: 9 }]);

    const late = { ...commitOf(newId()), call: { ...call, reservedAtMs: 1_790_000_000_000 } };
    expect(await client.record(late)).toMatchObject({ id: late.id, costNanoUsd: 1200 });
    expect(authority.asked.record).toEqual([late]);
    expect(await client.balances({})).toMatchObject([{ budget: 'all', limit: MAX_AMOUNT }]);
  });

  test('many calls at once are all answered, each with its own answer', async () => {
    const client = await open();
    const ids = Array.from({ length: 3000 }, newId);
    const pairs = ids.map(async (id, i) => {
      const decision = await client.reserve({ id, call, estimate });
      const committed = await client.commit({
        ...commitOf(id),
        usage: { ...usage, inputTokens: i },
      });
      return [decision.kind === 'granted' && decision.id === id, committed.id === id, committed];
    });
    const done = await Promise.all(pairs);
    expect(done.every(([granted, committed]) => granted && committed)).toBe(true);
    expect(authority.asked.commit).toHaveLength(3000);
  });
});

test('errors come back with code and field; the next call is served', async () => {
  authority.script.reserve = async (request) => {
    if (request.call.model === 'bad') throw invalid('call.model', 'is unknown');
    return { kind: 'refine' };
  };
  const { addresses } = await serve(authority, { port: 0 });
  const client = connect({ endpoint: addresses.grpc ?? '', onUnavailable: 'allow' });
  const bad = client.reserve({ id: newId(), call: { ...call, model: 'bad' }, estimate });
  await expect(bad).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'call.model' });
  expect(await client.reserve({ id: newId(), call, estimate })).toEqual({ kind: 'refine' });
  const broken = client.commit({ ...commitOf(newId()), usage: { ...usage, outputTokens: 0.5 } });
  await expect(broken).rejects.toMatchObject({ field: 'usage.outputTokens' });
});

test('a call larger than a message may be is refused, its neighbours are not', async () => {
  const { addresses } = await serve(authority, { port: 0 });
  const client = connect({ endpoint: addresses.grpc ?? '' });
  const labels = { team: 'x'.repeat(1024 * 1024) };
  const [giant, small] = await Promise.allSettled([
    client.reserve({ id: newId(), call: { ...call, labels }, estimate }),
    client.reserve({ id: newId(), call, estimate }),
  ]);
  expect(giant).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_ARGUMENT' } });
  expect(small.status).toBe('fulfilled');
});

test('batches beyond 1 MiB are split', async () => {
  const { addresses } = await serve(authority, { port: 0 });
  const client = connect({ endpoint: addresses.grpc ?? '' });
  const labels = Object.fromEntries(
    Array.from({ length: 32 }, (_, i) => [`label_${i}`, 'v'.repeat(256)]),
  );
  const big = Array.from({ length: 300 }, () =>
    client.reserve({ id: newId(), call: { ...call, labels }, estimate }),
  );
  expect(await Promise.all(big)).toHaveLength(300);
});

test('a waiting reserve holds back no other call', async () => {
  let grant = (): void => {};
  authority.script.reserve = (request) =>
    new Promise((resolve) => {
      const denied = { kind: 'denied', reason: 'IN_FLIGHT', refusals: [], waitedMs: 0 } as const;
      if (request.maxWaitMs) grant = () => resolve(denied);
      else resolve(denied);
    });
  const { addresses } = await serve(authority, { port: 0 });
  const client = connect({ endpoint: addresses.grpc ?? '' });
  const waiting = client.reserve({ id: newId(), call, estimate, maxWaitMs: 20_000 });
  for (let i = 0; i < 10; i++) await client.reserve({ id: newId(), call, estimate });
  grant();
  expect(await waiting).toMatchObject({ kind: 'denied' });
});

test('a watch tells balances and changes until it is aborted', async () => {
  const balance = (await authority.balances({}))[0] as Balance;
  authority.script.watch = async function* (query, signal) {
    expect(query).toEqual({ budget: 'all', scope: { team: 'a' } });
    yield [balance];
    yield [{ ...balance, committed: 2 }];
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  };
  const { addresses } = await serve(authority, { port: 0 });
  const client = connect({ endpoint: addresses.grpc ?? '' });
  const controller = new AbortController();
  const seen: number[] = [];
  for await (const balances of client.watch(
    { budget: 'all', scope: { team: 'a' } },
    controller.signal,
  )) {
    seen.push(balances[0]?.committed ?? 0);
    if (seen.length === 2) controller.abort();
  }
  expect(seen).toEqual([1, 2]);
});

test('an authority without sessions is asked by unary calls', async () => {
  const port = await freePort();
  const server = await serveUnaryOnly(port);
  try {
    const client = connect({ endpoint: `127.0.0.1:${port}` });
    const id = newId();
    expect(await client.reserve({ id, call, estimate })).toMatchObject({ kind: 'granted', id });
    const failed = client.commit(commitOf(id));
    await expect(failed).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'usage' });
    await until(() => client.stats().spooled === 0, { what: 'an empty spool' });
  } finally {
    server.forceShutdown();
  }
});

type Unary = handleUnaryCall<{ readonly id: string }, object>;

async function serveUnaryOnly(port: number): Promise<Server> {
  const server = new Server();
  const { reserve, commit } = budgetService;
  server.addService(
    { reserve, commit },
    {
      reserve: ((unary, callback) => callback(null, { id: unary.request.id, outcome: 1 })) as Unary,
      commit: ((_, callback) => callback(errorToStatus(invalid('usage', 'is odd')))) as Unary,
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return server;
}
