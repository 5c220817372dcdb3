// The unit `concurrency`: calls that are open at the same time. Whatever ends one gives its place back.
import type { UnitRule } from './unit.ts';

export const concurrency: UnitRule = {
  hold: () => 1,
  afterExpiry: () => 0,
  settle: () => 0,
  afterRelease: () => 0,
  perRequest: false,
  countsInput: false,
};
