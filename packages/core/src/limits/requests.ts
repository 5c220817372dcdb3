// The unit `requests`: attempts sent, whatever became of them.
import type { UnitRule } from './unit.ts';

export const requests: UnitRule = {
  hold: () => 1,
  afterExpiry: () => 1,
  settle: () => 1,
  afterRelease: (sent) => (sent ? 1 : 0),
  perRequest: false,
  countsInput: false,
};
