// The unit `cost`: nano-USD.
import { expireLikeInput, type UnitRule } from './unit.ts';

export const cost: UnitRule = {
  hold: (worst) => worst.costNanoUsd,
  afterExpiry: expireLikeInput((worst) => worst.inputCostNanoUsd ?? 0),
  settle: (actual) => actual.costNanoUsd ?? 0,
  afterRelease: () => 0,
  perRequest: true,
  countsInput: true,
};
