// The unit `tokens`: input and output together.
import { totalTokens } from '../usage.ts';
import type { UnitRule } from './unit.ts';

export const tokens: UnitRule = {
  hold: (worst) => worst.inputTokens + worst.outputTokens,
  holdOfInput: (worst) => worst.inputTokens,
  settle: (actual) => totalTokens(actual.usage),
  afterRelease: () => 0,
  perRequest: true,
};
