// The same through SQLite: random verbs, edits and jumps of time, and then what is read again from disk.
import { openAuthority } from '@spendfuse/authority';
import { createFakeClock, tempFolder } from '@spendfuse/testkit';
import fc from 'fast-check';
import { it } from 'vitest';
import { Contest, sequences, start, START_MS, TIMES } from './random-contest.ts';

it(`L3: through SQLite, and read again from disk, over ${100 * TIMES} sequences`, async () => {
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const clock = createFakeClock(START_MS);
    const folder = await tempFolder();
    const options = { ...start, clock, dataFolder: folder.path, durability: 'process' } as const;
    const real = await openAuthority(options);
    const contest = new Contest(real, clock);
    for (const [index, step] of sequence.entries()) {
      await contest.step(step);
      if (index % 20 === 0) await contest.compareCounters(real);
    }
    // The time that is known after a start is that of the latest record (L10).
    await real.admin.reset({ by: 'test', budget: 'look' });
    await real.close();
    const again = await openAuthority(options);
    contest.resetLook();
    await contest.compareCounters(again);
    await again.close();
    await folder.remove();
  });
  // Shrinking would open a ledger for each guess; the seed that is printed leads back here.
  await fc.assert(property, { numRuns: 100 * TIMES, endOnFailure: true });
}, 3_600_000);
