// Sessions as any gRPC client sees them: greeting, batches, order, bounds, and how they end.
import { once } from 'node:events';
import {
  type Client,
  type ClientDuplexStream,
  credentials,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { LocalAuthority } from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import {
  budgetService,
  type WireSessionCall,
  type WireSessionReply,
  type WireSessionRequest,
  type WireSessionResponse,
} from '@spendfuse/protocol';
import { createScriptedAuthority, type ScriptedAuthority, until } from '@spendfuse/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RpcServer, startRpc } from './server.ts';

const BudgetClient = makeGenericClientConstructor(budgetService, 'BudgetService');
const log = { error() {}, warn() {}, info() {}, debug() {} };

let authority: ScriptedAuthority;
let server: RpcServer;
let client: Client;

beforeEach(async () => {
  authority = createScriptedAuthority();
  server = await startRpc({
    authority,
    listen: { port: 0 },
    log,
    isReady: () => true,
    drainMs: 200,
  });
  client = new BudgetClient(server.addresses.grpc ?? '', credentials.createInsecure());
});

afterEach(async () => {
  client.close();
  await server.drain();
});

interface OpenSession {
  readonly stream: ClientDuplexStream<WireSessionRequest, WireSessionResponse>;
  readonly messages: readonly WireSessionResponse[];
  readonly replies: () => readonly WireSessionReply[];
  /** How the stream ended. */
  readonly ended: Promise<number>;
}

function open(first: WireSessionRequest = { hello: { version: 1 } }): OpenSession {
  const { path, requestSerialize, responseDeserialize } = budgetService.session;
  const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  const messages: WireSessionResponse[] = [];
  stream.on('data', (message: WireSessionResponse) => messages.push(message));
  stream.on('error', () => {});
  const ended = new Promise<number>((resolve) => {
    stream.once('status', ({ code }) => resolve(code));
  });
  stream.write(first);
  return {
    stream,
    messages,
    ended,
    replies: () => messages.flatMap(({ replies }) => replies ?? []),
  };
}

const call = { labels: { team: 'a' }, provider: 'openai', model: 'm', operation: 'chat' };

function reserve(seq: number, id = `call-${seq}`): WireSessionCall {
  return { seq, reserve: { id, call, estimate: { inputTokens: 1 } } };
}

test('the welcome comes first; then a batch is answered, call by call', async () => {
  const { stream, messages, replies } = open();
  stream.write({
    calls: [
      reserve(1),
      { seq: 2, commit: { id: 'call-1', usage: { inputTokens: 7 } } },
      { seq: 3, release: { id: 'call-1' } },
      { seq: 4, extend: { id: 'call-1', ttlMs: 1000 } },
      { seq: 5, record: { id: 'r', usage: {}, call, reservedAtMs: 1 } },
      { seq: 6, getBalances: {} },
    ],
  });
  await until(() => replies().length === 6, { what: 'six replies' });
  expect(messages[0]?.welcome).toMatchObject({ version: 1 });
  const bySeq = new Map(replies().map((reply) => [reply.seq, reply]));
  expect(bySeq.get(1)?.reserve).toMatchObject({ id: 'call-1', heldCostNanoUsd: 2 ** 53 - 1 });
  expect(bySeq.get(2)?.commit).toMatchObject({ id: 'call-1', costNanoUsd: 7 });
  expect(bySeq.get(3)?.release).toMatchObject({ id: 'call-1' });
  expect(bySeq.get(4)?.extend?.expiresAtMs).toBeGreaterThan(0);
  expect(bySeq.get(5)?.record).toMatchObject({ id: 'r' });
  expect(bySeq.get(6)?.getBalances?.balances).toHaveLength(1);
  stream.cancel();
});

test('a reserve that waits holds back no other call of its batch', async () => {
  let grant = (): void => {};
  authority.script.reserve = (request) =>
    new Promise((resolve) => {
      const denial = { kind: 'denied', reason: 'IN_FLIGHT', refusals: [], waitedMs: 1 } as const;
      if (request.id === 'waits') grant = () => resolve(denial);
      else resolve({ ...denial, waitedMs: 0 });
    });
  const { stream, replies } = open();
  stream.write({ calls: [reserve(1, 'waits'), reserve(2)] });
  await until(() => replies().length === 1, { what: 'the reply to the second' });
  expect(replies()[0]?.seq).toBe(2);
  grant();
  await until(() => replies().length === 2, { what: 'the reply to the first' });
  stream.cancel();
});

test('an authority that takes batches gets them in order, with other verbs in between', async () => {
  const asked: string[] = [];
  const batches: LocalAuthority['submit'] = (batch, to) => {
    asked.push(batch.map(({ verb }) => verb).join('+'));
    for (const one of batch) {
      if (one.verb === 'reserve')
        void authority.reserve(one.request).then((a) => to.answered(one, a));
      else
        queueMicrotask(() => to.failed(one, new SpendfuseError({ code: 'SETTLED', message: '' })));
    }
  };
  Object.assign(authority, { submit: batches });
  authority.script.release = async () => void asked.push('release');
  const { stream, replies } = open();
  const commit = (seq: number) => ({ seq, commit: { id: 'c', usage: {} } });
  const release = { seq: 3, release: { id: 'a' } };
  stream.write({ calls: [reserve(1), commit(2), release, commit(4), reserve(5)] });
  await until(() => replies().length === 5, { what: 'five replies' });
  expect(asked).toEqual(['reserve+commit', 'release', 'commit+reserve']);
  const bySeq = new Map(replies().map((reply) => [reply.seq, reply]));
  expect(bySeq.get(1)?.reserve).toMatchObject({ id: 'call-1', outcome: 1 });
  expect(bySeq.get(4)?.error).toMatchObject({ code: 'SETTLED' });
  stream.cancel();
});

test('an error is the reply to one call, and ends nothing', async () => {
  authority.script.commit = async () => {
    throw new SpendfuseError({ code: 'ID_REUSED', message: 'id: was used', field: 'id' });
  };
  const { stream, replies } = open();
  stream.write({
    calls: [
      { seq: 1, commit: { id: 'a', usage: {} } },
      { seq: 2, commit: { id: 'a' } },
      { seq: 3 },
      reserve(4),
    ],
  });
  await until(() => replies().length === 4, { what: 'four replies' });
  const errors = new Map(replies().map(({ seq, error }) => [seq, error]));
  expect(errors.get(1)).toMatchObject({ code: 'ID_REUSED', field: 'id' });
  expect(errors.get(2)).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'usage' });
  expect(errors.get(3)).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'verb' });
  expect(errors.get(4)).toBeNull();
  stream.cancel();
});

test.each([
  ['calls before the hello', { calls: [reserve(1)] }, undefined],
  ['calls beside the hello', { hello: { version: 1 }, calls: [reserve(1)] }, undefined],
  ['a hello without a version', { hello: {} }, undefined],
  ['a second hello', { hello: { version: 1 } }, { hello: { version: 1 } }],
])('%s: the stream ends with INVALID_ARGUMENT', async (_, first, second) => {
  const { stream, ended } = open(first);
  if (second) stream.write(second);
  expect(await ended).toBe(status.INVALID_ARGUMENT);
  expect(authority.asked.reserve).toEqual([]);
});

test('bytes that are no message: the stream ends with INVALID_ARGUMENT', async () => {
  const { path, responseDeserialize } = budgetService.session;
  const raw = client.makeBidiStreamRequest<Buffer, WireSessionResponse>(
    path,
    (bytes) => bytes,
    responseDeserialize,
  );
  raw.on('data', () => {});
  const failed = once(raw, 'error') as Promise<[ServiceError]>;
  raw.write(Buffer.from('12ff', 'hex'));
  const [error] = await failed;
  expect(error.code).toBe(status.INVALID_ARGUMENT);
  expect(error.details).toBe('the message is no SessionRequest');
});

test('calls beyond the bound are refused, those below it are answered', async () => {
  const grants: (() => void)[] = [];
  authority.script.reserve = () =>
    new Promise((resolve) => {
      const denied = { kind: 'denied', reason: 'TOO_LARGE', refusals: [], waitedMs: 0 } as const;
      grants.push(() => resolve(denied));
    });
  const { stream, replies } = open();
  stream.write({ calls: Array.from({ length: 10_002 }, (_, i) => reserve(i + 1, 'x')) });
  await until(() => replies().length === 2, { what: 'two refusals' });
  expect(replies().map(({ error }) => error?.code)).toEqual(Array(2).fill('RESOURCE_EXHAUSTED'));
  for (const grant of grants) grant();
  await until(() => replies().length === 10_002, { what: 'all replies' });
  stream.cancel();
});

test('answers too many for one message come in several', async () => {
  const scope = { user: 'u'.repeat(250) };
  const balance = { ...(await authority.balances({}))[0], scope } as never;
  authority.script.balances = async () => Array(300).fill(balance);
  const { stream, replies, messages } = open();
  const calls = Array.from({ length: 40 }, (_, i) => ({ seq: i + 1, getBalances: {} }));
  stream.write({ calls });
  await until(() => replies().length === 40, { what: 'all replies' });
  expect(messages.length).toBeGreaterThan(3);
  stream.cancel();
});

test('an answer too large for any message is an error of that call', async () => {
  const scope = { user: 'u'.repeat(250) };
  const balance = { ...(await authority.balances({}))[0], scope } as never;
  authority.script.balances = async () => Array(5000).fill(balance);
  const { stream, replies } = open();
  stream.write({ calls: [{ seq: 1, getBalances: {} }, reserve(2)] });
  await until(() => replies().length === 2, { what: 'both replies' });
  const error = replies().find(({ seq }) => seq === 1)?.error;
  expect(error?.code).toBe('RESOURCE_EXHAUSTED');
  stream.cancel();
});

test('after a half-close what is open is answered, then the stream ends in good order', async () => {
  let grant = (): void => {};
  authority.script.release = () =>
    new Promise((resolve) => {
      grant = resolve;
    });
  const { stream, replies, ended } = open();
  stream.write({ calls: [{ seq: 1, release: { id: 'a' } }] });
  stream.end();
  await until(() => authority.asked.release.length === 1, { what: 'the release' });
  grant();
  expect(await ended).toBe(status.OK);
  expect(replies().map(({ seq }) => seq)).toEqual([1]);
});

test('draining answers what is open, takes nothing more, and ends sessions and watches', async () => {
  let grant = (): void => {};
  authority.script.release = () =>
    new Promise((resolve) => {
      grant = resolve;
    });
  const { stream, replies, ended } = open();
  stream.write({ calls: [{ seq: 1, release: { id: 'a' } }] });
  await until(() => authority.asked.release.length === 1, { what: 'the release' });
  const { path, requestSerialize, responseDeserialize } = budgetService.watchBalances;
  const watch = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
  const watchFailed = once(watch, 'error') as Promise<[ServiceError]>;
  await once(watch, 'data');
  const drained = server.drain();
  stream.write({ calls: [reserve(2)] });
  const [error] = await watchFailed;
  expect(error.code).toBe(status.UNAVAILABLE);
  grant();
  expect(await ended).toBe(status.OK);
  await drained;
  expect(replies().map(({ seq }) => seq)).toEqual([1]);
  expect(authority.asked.reserve).toEqual([]);
});

test('a call that never ends does not hold up draining for ever', async () => {
  authority.script.release = () => new Promise(() => {});
  const { stream, ended } = open();
  stream.write({ calls: [{ seq: 1, release: { id: 'a' } }] });
  await until(() => authority.asked.release.length === 1, { what: 'the release' });
  await server.drain();
  expect(await ended).not.toBe(status.OK);
});
