// The verbs over HTTP: what their document says, what is refused, and a caller that hangs up.
import { Validator } from '@seriousme/openapi-schema-validator';
import { budgetOf, mintId, parseLimit } from '@spendfuse/core';
import { type Sidecar, startSidecar } from '@spendfuse/sidecar';
import { until } from '@spendfuse/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';

let sidecar: Sidecar;
let origin: string;

beforeEach(async () => {
  const onShortage = [{ kind: 'wait', maxWaitMs: 60_000 }, { kind: 'deny' }] as const;
  sidecar = await startSidecar({
    budgets: [budgetOf({ id: 'b', limits: [parseLimit('100 tokens')], onShortage })],
    httpListen: { host: '127.0.0.1', port: 0 },
    logLevel: 'silent',
  });
  origin = sidecar.addresses.http ?? '';
});
afterEach(() => sidecar.stop());

function post(verb: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${origin}/v1/${verb}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...init,
  });
}

const call = { provider: 'openai', model: 'gpt-4o-mini' };

it('is described by a valid document that has every verb', async () => {
  const document = (await (await fetch(`${origin}/v1/openapi.json`)).json()) as {
    paths: Record<string, unknown>;
  };
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  const verbs = ['commit', 'extend', 'record', 'release', 'reserve'];
  expect(Object.keys(document.paths).toSorted()).toEqual(verbs.map((verb) => `/v1/${verb}`));
});

it('mints an id for a caller without one', async () => {
  const reserved = await post('reserve', {
    call,
    estimate: { inputTokens: 5, maxOutputTokens: 5 },
  });
  const { id, kind } = (await reserved.json()) as { id: string; kind: string };
  expect(kind).toBe('granted');
  const usage = { inputTokens: '4', outputTokens: 3 };
  expect(await (await post('commit', { id, usage })).json()).toMatchObject({ id, late: false });
  expect(await sidecar.authority.balances({})).toMatchObject([{ committed: 7, reserved: 0 }]);
});

it.each([
  ['an unknown field', { call, estimate: { inputTokens: 1 }, more: 1 }, {}, 400, 'more'],
  ['a negative count', { call, estimate: { inputTokens: -1 } }, {}, 400, 'estimate.inputTokens'],
  ['no JSON', undefined, { body: '{' }, 400, 'body'],
  ['another content type', {}, { headers: { 'content-type': 'text/plain' } }, 400, 'body'],
  ['more than 1 MiB', { call, more: 'x'.repeat(1 << 20) }, {}, 413, 'body'],
])('refuses %s, and nothing has changed', async (_, body, init, status, field) => {
  const response = await post('reserve', body, init);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { code: 'INVALID_ARGUMENT', field } });
  expect(await sidecar.authority.balances({})).toMatchObject([{ committed: 0, reserved: 0 }]);
});

it('releases the id of a caller that hangs up while it waits', async () => {
  const now = (): string =>
    mintId({ nowMs: Date.now(), random: crypto.getRandomValues(new Uint8Array(10)) });
  const [first, second] = [now(), now()];
  await post('reserve', { id: first, call, estimate: { inputTokens: 100, maxOutputTokens: 0 } });
  const controller = new AbortController();
  const estimate = { inputTokens: 50, maxOutputTokens: 0 };
  const waiting = post(
    'reserve',
    { id: second, call, estimate, maxWaitMs: 60_000 },
    { signal: controller.signal },
  );
  // It is in line: whoever comes later is refused for its sake as soon as there is room.
  await new Promise((resolve) => setTimeout(resolve, 200));
  controller.abort();
  await expect(waiting).rejects.toThrow('abort');
  const isReleased = async (): Promise<boolean> => {
    const answer = await post('reserve', { id: second, call, estimate });
    return ((await answer.json()) as { error?: { code: string } }).error?.code === 'SETTLED';
  };
  await until(isReleased, { what: 'the id to be released' });
  await post('release', { id: first });
  expect(await sidecar.authority.balances({})).toMatchObject([{ committed: 0, reserved: 0 }]);
});
