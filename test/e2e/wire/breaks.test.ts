// The way to the authority breaks: nothing is lost, nothing doubled, nobody waits for long.
import type { BudgetAuthority } from '@spendfuse/core';
import {
  createScriptedAuthority,
  freePort,
  type ScriptedAuthority,
  until,
} from '@spendfuse/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { startGate } from './gate.ts';
import { call, commitOf, connect, estimate, newId, serve, usage } from './support.ts';

let authority: ScriptedAuthority;
let upstream: string;

beforeEach(async () => {
  authority = createScriptedAuthority();
  upstream = (await serve(authority, { port: 0 })).addresses.grpc ?? '';
});

/** Each id once, however often it was asked. */
function ids(verb: 'reserve' | 'commit' | 'release' | 'record'): readonly string[] {
  return [...new Set(authority.asked[verb].map(({ id }) => id))].toSorted();
}

test('breaks under load: every call ends, every commit arrives, repeats are the same', async () => {
  await using gate = await startGate(upstream);
  const client = connect({ endpoint: gate.address });
  const granted: string[] = [];
  const commits: Promise<unknown>[] = [];
  let stop = false;
  const worker = async (): Promise<void> => {
    while (!stop) {
      const id = newId();
      const decision = await client.reserve({ id, call, estimate });
      if (decision.kind !== 'granted') continue;
      granted.push(id);
      commits.push(client.commit(commitOf(id)));
    }
  };
  const workers = Array.from({ length: 20 }, worker);
  for (let i = 1; i <= 5; i++) {
    const enough = granted.length + 50;
    await until(() => granted.length >= enough, { what: 'fifty more grants' });
    await gate.shut();
    await gate.open();
    await until(() => client.stats().reconnects === i, { what: `reconnect ${i}` });
  }
  stop = true;
  await Promise.all(workers);
  await Promise.all(commits);
  expect(ids('commit')).toEqual(granted.toSorted());
  const contents = new Set(authority.asked.commit.map((commit) => JSON.stringify(commit)));
  expect(contents.size).toBe(granted.length);
  expect(client.stats()).toEqual({ spooled: 0, dropped: 0, reconnects: 5, ungoverned: 0 });
});

test('a reserve that waits when the link breaks is asked again under its id', async () => {
  await using gate = await startGate(upstream);
  const client = connect({ endpoint: gate.address });
  const grants: (() => void)[] = [];
  authority.script.reserve = ({ id }) =>
    new Promise((resolve) => {
      const held = { costNanoUsd: 1, tokens: 1 };
      const decision = {
        kind: 'granted',
        id,
        expiresAtMs: 1,
        held,
        waitedMs: 9,
        shadow: [],
      } as const;
      grants.push(() => resolve(decision));
    });
  const id = newId();
  const waiting = client.reserve({ id, call, estimate, maxWaitMs: 20_000 });
  await until(() => grants.length === 1, { what: 'the first asking' });
  await gate.shut();
  await gate.open();
  await until(() => grants.length === 2, { what: 'the second asking' });
  for (const grant of grants) grant();
  expect(await waiting).toMatchObject({ kind: 'granted', id, waitedMs: 9 });
  expect(authority.asked.reserve.map((request) => request.id)).toEqual([id, id]);
  expect(authority.asked.release).toEqual([]);
});

test('the server is restarted on its port: calls in flight are answered by the next', async () => {
  const port = await freePort();
  const endpoint = `127.0.0.1:${port}`;
  const first = createScriptedAuthority({ reserve: () => new Promise(() => {}) });
  const server = await serve(first, { port });
  const client = connect({ endpoint });
  const reserved = client.reserve({ id: newId(), call, estimate, maxWaitMs: 10_000 });
  await until(() => first.asked.reserve.length === 1, { what: 'the reserve' });
  await server.drain();
  const committed = client.commit(commitOf(newId()));
  await serve(authority, { port });
  expect(await reserved).toMatchObject({ kind: 'granted' });
  expect(await committed).toMatchObject({ costNanoUsd: 1200 });
});

test('commits made while the authority is away arrive in order when it is back', async () => {
  await using gate = await startGate(upstream);
  const client = connect({ endpoint: gate.address });
  await client.reserve({ id: newId(), call, estimate });
  await gate.shut();
  const sent = Array.from({ length: 500 }, newId);
  const commits = sent.map((id) => client.commit(commitOf(id)));
  await until(() => client.stats().spooled === 500, { what: 'a spool of 500' });
  await gate.open();
  await Promise.all(commits);
  expect(authority.asked.commit.map(({ id }) => id)).toEqual(sent);
  expect(client.stats()).toMatchObject({ spooled: 0, dropped: 0 });
});

test('a full spool drops the oldest, says so once, and counts them', async () => {
  await using gate = await startGate(upstream);
  const warnings: string[] = [];
  const log = { warn: (event: string) => warnings.push(event) };
  const client = connect({ endpoint: gate.address, maxSpooled: 10, log });
  await gate.shut();
  const sent = Array.from({ length: 15 }, newId);
  const commits = sent.map((id) => client.commit(commitOf(id)));
  const dropped = await Promise.allSettled(commits.slice(0, 5));
  expect(dropped.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  await gate.open();
  await Promise.all(commits.slice(5));
  expect(ids('commit')).toEqual(sent.slice(5).toSorted());
  expect(client.stats().dropped).toBe(5);
  expect(warnings.filter((event) => event.includes('spool is full'))).toHaveLength(1);
});

test('a commit that the authority cannot take now is brought again', async () => {
  const { SpendfuseError } = await import('@spendfuse/core');
  let times = 0;
  const commit: BudgetAuthority['commit'] = async ({ id }) => {
    times += 1;
    if (times < 3) throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'rebuilding' });
    return { id, costNanoUsd: 5, catalogue: 'c', overrunNanoUsd: 0, late: false };
  };
  authority.script.commit = commit;
  const client = connect({ endpoint: upstream });
  expect(await client.commit(commitOf(newId()))).toMatchObject({ costNanoUsd: 5 });
  expect(times).toBe(3);
});

describe('no decision to be had', () => {
  test('nobody listens: a reserve fails with UNAVAILABLE, and nothing is spooled for it', async () => {
    const client = connect({ endpoint: `127.0.0.1:${await freePort()}` });
    const failed = client.reserve({ id: newId(), call, estimate, maxWaitMs: 30_000 });
    await expect(failed).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^the authority at 127\.0\.0\.1:\d+ cannot be reached: .*/),
    });
    expect(client.stats().spooled).toBe(0);
  });

  test('the socket does not exist', async () => {
    const client = connect({ endpoint: 'unix:/nowhere/a.sock', onUnavailable: 'deny' });
    const decision = await client.reserve({ id: newId(), call, estimate });
    expect(decision).toMatchObject({ kind: 'denied', reason: 'UNAVAILABLE' });
  });

  test('an authority that hears but does not answer: given up, and released when it does', async () => {
    await using gate = await startGate(upstream);
    const client = connect({ endpoint: gate.address, onUnavailable: 'deny' });
    await client.reserve({ id: newId(), call, estimate });
    gate.hold();
    const id = newId();
    expect(await client.reserve({ id, call, estimate })).toMatchObject({ reason: 'UNAVAILABLE' });
    await gate.shut();
    await gate.open();
    await until(() => ids('release').includes(id), { what: 'the release' });
  });

  test('`allow`: an ungoverned call that the authority may know of is not released', async () => {
    await using gate = await startGate(upstream);
    const client = connect({ endpoint: gate.address, onUnavailable: 'allow' });
    await client.reserve({ id: newId(), call, estimate });
    gate.hold();
    const id = newId();
    expect(await client.reserve({ id, call, estimate })).toMatchObject({ kind: 'granted', id });
    expect(client.stats().ungoverned).toBe(1);
    const committed = client.commit(commitOf(id));
    await gate.shut();
    await gate.open();
    await committed;
    const [arrived] = authority.asked.commit.filter((commit) => commit.id === id);
    expect(arrived?.call).toMatchObject({ ...call, reservedAtMs: expect.any(Number) });
    expect(authority.asked.release).toEqual([]);
  });

  test('when it is back after a long absence, the next call uses it', async () => {
    await using gate = await startGate(upstream);
    await gate.shut();
    const client = connect({ endpoint: gate.address, onUnavailable: 'deny' });
    const reserve = () => client.reserve({ id: newId(), call, estimate });
    expect(await reserve()).toMatchObject({ kind: 'denied' });
    // So often in vain that attempts nobody waits for would be a second apart.
    expect(await reserve()).toMatchObject({ kind: 'denied' });
    await gate.open();
    expect(await reserve()).toMatchObject({ kind: 'granted' });
  });
});

describe('closing', () => {
  test('waits for what is under way', async () => {
    const client = connect({ endpoint: upstream });
    const commits = Array.from({ length: 100 }, () => client.commit(commitOf(newId())));
    await client.close();
    expect(await Promise.all(commits)).toHaveLength(100);
  });

  test('gives up what cannot be delivered, and takes nothing more', async () => {
    const client = connect({ endpoint: `127.0.0.1:${await freePort()}` });
    const commit = client.commit({ ...commitOf(newId()), usage });
    await client.close({ timeoutMs: 20 });
    await expect(commit).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(client.balances({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
