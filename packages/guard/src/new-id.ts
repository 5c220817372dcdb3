// Ids of attempts. Random bytes are drawn for many at once: a draw costs as much as the rest of a decision.
import { mintId } from '@spendfuse/core';

const BYTES = 10;
const pool = new Uint8Array(BYTES * 128);
let used = pool.length;

export function newId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + BYTES);
  used += BYTES;
  return mintId({ nowMs: Date.now(), random });
}
