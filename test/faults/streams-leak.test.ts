// A thousand streams, a third of them broken off, leave nothing behind.
import { fileURLToPath } from 'node:url';
import { runNode } from '@spendfuse/testkit';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../support/outcomes-leaks.ts', import.meta.url));

interface Standing {
  /** Reservations that have not ended. */
  readonly open: number;
  readonly heapBytes: number;
  readonly handles: number;
}

test('heap, handles and reservations are as before', { timeout: 120_000 }, async () => {
  const { stdout, stderr, code } = await runNode({
    args: ['--expose-gc', '--conditions=@spendfuse/source', program, '1000'],
    timeoutMs: 110_000,
  });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const result = JSON.parse(stdout) as {
    readonly before: Standing;
    readonly after: Standing;
    readonly isCollecting: boolean;
  };
  const { before, after, isCollecting } = result;
  expect(isCollecting).toBe(true);
  expect([before.open, after.open]).toEqual([0, 0]);
  // One that is kept has more than 10 kB; the heap itself is measured to 2 MB or so.
  expect(after.heapBytes - before.heapBytes).toBeLessThan(5_000_000);
  expect(after.handles).toBeLessThanOrEqual(before.handles + 1);
});
