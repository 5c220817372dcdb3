// Ids of attempts, over more than one draw of random bytes.
import { mintedAtMs } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { newId } from './new-id.ts';

test('no two ids are alike, and each tells when it was made', () => {
  const beforeMs = Date.now();
  const ids = Array.from({ length: 1000 }, newId);
  expect(new Set(ids).size).toBe(1000);
  // Not by their time alone, which many share.
  expect(new Set(ids.map((id) => id.slice(14))).size).toBe(1000);
  expect(ids.every((id) => mintedAtMs(id) >= beforeMs && mintedAtMs(id) <= Date.now())).toBe(true);
});
