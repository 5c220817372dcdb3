// The command as users have it, for tests that start it.
import { fileURLToPath } from 'node:url';

export const spendfuse = fileURLToPath(
  new URL('../../packages/spendfuse/bin/spendfuse.cjs', import.meta.url),
);
