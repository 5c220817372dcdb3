// Who may administer a real sidecar: tokens and where they lie, certificates, hosts, origins, limits.
import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { dirname, join } from 'node:path';
import { createClient } from '@spendfuse/client';
import { createLog, type SidecarOptions, startSidecar } from '@spendfuse/sidecar';
import { tempFolder } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { makeCertificates } from './admin/certificates.ts';
import { type Edge, grpcEdge, httpEdge, readToken, send } from './admin/edges.ts';
import { startSpent } from './admin/spent-sidecar.ts';

const EDGES = [
  ['HTTP', httpEdge],
  ['gRPC', grpcEdge],
] as const;
const LOOPBACK = { host: '127.0.0.1', port: 0 };
const BUDGET = { id: 'set', definition: { limits: ['$1'] } };
const silent = createLog({ level: 'silent' });

test('web pages of other origins and other names of this host are not answered', async () => {
  await using spent = await startSpent();
  const { url, token } = spent;
  const { host, port } = new URL(url);
  const asked = async (headers: Readonly<Record<string, string>>) =>
    (await send({ url: `${url}/api/budgets`, headers })).status;
  expect(await asked({})).toBe(200);
  expect(await asked({ host: `localhost:${port}` })).toBe(200);
  expect(await asked({ origin: `http://${host}` })).toBe(200);
  expect(await asked({ host: 'evil.example' })).toBe(403);
  expect(await asked({ origin: 'https://evil.example' })).toBe(403);
  expect(await asked({ origin: 'null' })).toBe(403);
  const authorization = `Bearer ${token}`;
  expect(await asked({ origin: 'https://evil.example', authorization })).toBe(403);
  const preflight = await send({
    url: `${url}/api/budgets/x`,
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'PUT' },
  });
  expect(preflight.status).toBe(403);
});

describe('bodies', () => {
  test.each([
    ['no JSON', '{', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['a form', 'limits=x', 'application/x-www-form-urlencoded', 400],
    ['what pages send unasked', '{"limits":["$1"]}', 'text/plain', 400],
    ['over 1 MiB', `{"limits":["${'x'.repeat(1024 * 1024)}"]}`, 'application/json', 413],
  ])('%s: refused', async (_, body, type, status) => {
    await using spent = await startSpent();
    const answer = await send({
      url: `${spent.url}/api/budgets/x`,
      method: 'PUT',
      headers: { authorization: `Bearer ${spent.token}`, 'content-type': type },
      body,
    });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { code: 'INVALID_ARGUMENT', field: 'body' },
    });
  });
});

describe.each(EDGES)('over %s', (_, connect) => {
  async function ask<T>(url: string, fn: (edge: Edge) => Promise<T>): Promise<T> {
    await using edge = await connect({ url });
    return await fn(edge);
  }

  test('reading needs the token where the settings say so', async () => {
    await using spent = await startSpent({ adminRead: 'token' });
    const read = (token?: string) =>
      // The HTTP edge reads the document first, which needs the token as well.
      connect({ url: spent.url, token }).then(async (edge) => {
        const outcome = await edge.ask('listBudgets', {}, token);
        await edge[Symbol.asyncDispose]();
        return outcome;
      });
    expect(await read(spent.token)).toHaveProperty('answer');
    await expect(
      read().then((outcome) => {
        if ('error' in outcome) throw new Error(outcome.error.code);
      }),
    ).rejects.toThrow(/UNAUTHENTICATED/u);
  });

  test('reading needs the token on an address that others can reach', async () => {
    await using spent = await startSpent({ adminListen: { host: '0.0.0.0', port: 0 } });
    const url = spent.url.replace('0.0.0.0', '127.0.0.1');
    await using edge = await connect({ url, token: spent.token });
    expect(await edge.ask('listBudgets', {}, spent.token)).toHaveProperty('answer');
    expect(await edge.ask('listBudgets', {})).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(spent.logged()).toContain('the admin plane has no TLS');
  });

  test('a client certificate does instead of the token, and is named in the history', async () => {
    await using folder = await tempFolder();
    const { ca, files, client, stranger } = await makeCertificates(folder.path);
    await using spent = await startSpent({
      adminTlsCert: files.cert,
      adminTlsKey: files.key,
      adminTlsClientCa: files.ca,
      adminRead: 'token',
    });
    const { url, token } = spent;
    expect(url).toMatch(/^https:/u);
    await using known = await connect({ url, identity: { ca, ...(await client('ops')) } });
    expect(await known.ask('setBudget', BUDGET)).toHaveProperty('answer');
    expect(await known.ask('listEntries', { limit: 1 })).toMatchObject({
      answer: { entries: [{ verb: 'configure', by: 'mtls:ops' }] },
    });
    const foreign = { ca, ...(await stranger('ops2')) };
    await using unknown = await connect({ url, identity: foreign, token });
    expect(await unknown.ask('setBudget', BUDGET)).toMatchObject({
      error: { code: 'UNAUTHENTICATED' },
    });
    await using bare = await connect({ url, identity: { ca }, token });
    expect(await bare.ask('listBudgets', {})).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(await bare.ask('setBudget', BUDGET, token)).toHaveProperty('answer');
  });

  test('the token can be set', async () => {
    const adminToken = 'a-token-that-somebody-has-made-up-for-it';
    await using spent = await startSpent({ adminToken });
    expect(spent.sidecar.adminTokenFile).toBeUndefined();
    expect(await readdir(join(spent.folder, 'data'))).not.toContain('admin.token');
    const set = (token: string) => ask(spent.url, (edge) => edge.ask('setBudget', BUDGET, token));
    expect(await set(adminToken)).toHaveProperty('answer');
    expect(await set(`${adminToken}x`)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });
});

describe('the token', () => {
  const start = (dataFolder: string | undefined, more: Partial<SidecarOptions> = {}) =>
    startSidecar({ dataFolder, adminListen: LOOPBACK, log: silent, ...more });

  test('lies beside the data for its owner alone, and stays the same', async () => {
    await using folder = await tempFolder();
    const first = await start(folder.path);
    const file = first.adminTokenFile ?? '';
    expect(file).toBe(join(folder.path, 'admin.token'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const token = readToken(file);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    await first.stop();
    const second = await start(folder.path);
    expect(readToken(file)).toBe(token);
    await second.stop();
  });

  test('of a sidecar that keeps nothing lies in a private folder, and is gone with it', async () => {
    const sidecar = await start(undefined);
    const file = sidecar.adminTokenFile ?? '';
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    await sidecar.stop();
    await expect(readFile(file)).rejects.toThrow(/ENOENT/u);
  });

  test.each([
    ['open to others', 'x'.repeat(43), 0o644, /can be read by others/u],
    ['too short', 'short', 0o600, /holds no token/u],
  ])('that is %s is refused, with what to do', async (_, text, mode, message) => {
    await using folder = await tempFolder();
    const file = join(folder.path, 'admin.token');
    await writeFile(file, text);
    await chmod(file, mode);
    await expect(start(folder.path)).rejects.toThrow(message);
    await chmod(file, 0o600);
    await writeFile(file, 'y'.repeat(43));
    await (await start(folder.path)).stop();
  });

  test('a certificate without its key is refused', async () => {
    await expect(start(undefined, { adminTlsCert: '/tmp/none.pem' })).rejects.toThrow(
      /SPENDFUSE_ADMIN_TLS_KEY/u,
    );
  });
});

test('the end closes connections that clients keep open, whichever way they came', async () => {
  const spent = await startSpent();
  const { hostname, port } = new URL(spent.url);
  const socket = connectSocket(Number(port), hostname);
  socket.write('GET /api/status HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'data');
  const silent = connectSocket(Number(port), hostname);
  await once(silent, 'connect');
  await using edge = await grpcEdge({ url: spent.url });
  await edge.ask('getStatus', {});
  const closed = Promise.all([once(socket, 'close'), once(silent, 'close')]);
  await spent[Symbol.asyncDispose]();
  await closed;
  expect(await edge.ask('getStatus', {})).toMatchObject({ error: { code: 'UNAVAILABLE' } });
});

test('the data plane does not administer: no /api, no AdminService', async () => {
  await using spent = await startSpent({ httpListen: LOOPBACK, grpcListen: LOOPBACK });
  const { http, grpc } = spent.sidecar.addresses;
  expect((await send({ url: `${http}/api/budgets` })).status).toBe(404);
  await using edge = await grpcEdge({ url: `http://${grpc}` });
  expect(await edge.ask('listBudgets', {})).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  // And the admin plane takes no calls.
  const client = createClient({ endpoint: new URL(spent.url).host });
  await expect(client.balances({})).rejects.toThrow();
  await client.close();
});
