// Ids: UUIDv7 that carry their time.
import { expect, it } from 'vitest';
import { checkId, mintedAtMs, mintId } from './id.ts';

const nowMs = Date.parse('2026-11-22T08:00:00Z');

it('mints ids that sort by time and tell it', () => {
  const random = new Uint8Array(10).fill(0xff);
  const id = mintId({ nowMs, random });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7fff-bfff-ffffffffffff$/);
  expect(mintedAtMs(id)).toBe(nowMs);
  expect(mintId({ nowMs: nowMs + 1, random: new Uint8Array(10) }) > id).toBe(true);
  checkId(id, nowMs);
});

it.each(['', 'abc', '019ab000-0000-4000-8000-000000000000', 'X'.repeat(36)])('refuses %j', (id) => {
  expect(() => checkId(id, nowMs)).toThrow(/UUIDv7/);
});

it('refuses an id from the future, and takes a clock that is a little ahead', () => {
  const random = new Uint8Array(10);
  checkId(mintId({ nowMs: nowMs + 60_000, random }), nowMs);
  expect(() => checkId(mintId({ nowMs: nowMs + 700_000, random }), nowMs)).toThrow(/10 minutes/);
});
