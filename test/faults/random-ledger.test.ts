// Random verbs, edits and jumps of time on a whole authority, against a naive ledger that shares no code.
import { openAuthority } from '@spendfuse/authority';
import { createFakeClock } from '@spendfuse/testkit';
import fc from 'fast-check';
import { it } from 'vitest';
import { Contest, sequences, start, START_MS, TIMES } from './random-contest.ts';

it(`L1 to L12: the engine agrees with a naive ledger over ${2000 * TIMES} sequences`, async () => {
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const clock = createFakeClock(START_MS);
    const real = await openAuthority({ ...start, clock });
    const contest = new Contest(real, clock);
    for (const step of sequence) {
      await contest.step(step);
      await contest.compareCounters(real);
    }
    await real.close();
  });
  await fc.assert(property, { numRuns: 2000 * TIMES });
}, 3_600_000);
