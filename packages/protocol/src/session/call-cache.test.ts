// The call cache: the same call becomes the same object, and a thousand callers have room beside each other.
import type { ReserveRequest } from '@spendfuse/core';
import { expect, it } from 'vitest';
import { reserveToWire } from '../requests.ts';
import { packCalls, readCalls } from './batches.ts';
import { CallCache } from './call-cache.ts';

const id = '01936f5a-8c00-7000-8000-000000000001';
const estimate = { inputBound: { tokens: 1, exact: true }, choices: 1, clampable: true };

/** The call of a reserve as the authority gets it. */
function arrive(cache: CallCache, labels: Readonly<Record<string, string>>): object {
  const call = { labels, provider: 'openai', model: 'gpt-5', operation: 'chat' };
  const message = reserveToWire({ id, call, estimate } as ReserveRequest);
  const { bytes } = packCalls([{ seq: 1, verb: 'reserve', message }]);
  const [arrived] = readCalls(bytes, cache).calls;
  if (!arrived || 'error' in arrived || arrived.verb !== 'reserve') throw new Error('no reserve');
  expect(arrived.request.call).toEqual(call);
  return arrived.request.call;
}

it('makes one object of calls that are the same, and others of others', () => {
  const cache = new CallCache();
  const first = arrive(cache, { user: 'u1' });
  expect(arrive(cache, { user: 'u1' })).toBe(first);
  expect(arrive(cache, { user: 'u2' })).not.toBe(first);
  expect(arrive(cache, { user: 'u1 ' })).not.toBe(first);
  expect(arrive(new CallCache(), { user: 'u1' })).not.toBe(first);
});

it('tells calls apart whose bytes have the same hash', () => {
  const cache = new CallCache();
  const first = arrive(cache, { user: 'u01363669751' });
  expect(arrive(cache, { user: 'u00838147172' })).not.toBe(first);
});

it('keeps a thousand calls that come in turns', () => {
  const cache = new CallCache();
  const labels = Array.from({ length: 1000 }, (_, n) => ({
    user: `u${n % 100}`,
    session: `s${n}`,
  }));
  const first = labels.map((each) => arrive(cache, each));
  const kept = labels.filter((each, n) => arrive(cache, each) === first[n]);
  expect(kept.length).toBeGreaterThan(990);
});

it('lets the oldest go where there are more than it has room for', () => {
  const cache = new CallCache();
  const first = arrive(cache, { user: 'u' });
  for (let n = 0; n < 50_000; n++) arrive(cache, { user: `u${n}` });
  expect(arrive(cache, { user: 'u' })).not.toBe(first);
});

it('does not keep a giant', () => {
  const cache = new CallCache();
  const giant = { user: 'x'.repeat(1000) };
  expect(arrive(cache, giant)).not.toBe(arrive(cache, giant));
});
