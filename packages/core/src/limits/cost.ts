// The unit `cost`: nano-USD.
import type { UnitRule } from './unit.ts';

export const cost: UnitRule = {
  hold: (worst) => worst.costNanoUsd,
  holdOfInput: (worst) => worst.inputCostNanoUsd ?? 0,
  settle: (actual) => actual.costNanoUsd ?? 0,
  afterRelease: () => 0,
  perRequest: true,
};
