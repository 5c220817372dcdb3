// The units `tokens`, `input_tokens`, `output_tokens`.
import { totalTokens } from '../usage.ts';
import { expireLikeInput, type UnitRule } from './unit.ts';

export const tokens: UnitRule = {
  hold: (worst) => worst.inputTokens + worst.outputTokens,
  afterExpiry: expireLikeInput((worst) => worst.inputTokens),
  settle: ({ usage }) => totalTokens(usage),
  afterRelease: () => 0,
  perRequest: true,
  countsInput: true,
};

export const inputTokens: UnitRule = {
  hold: (worst) => worst.inputTokens,
  afterExpiry: expireLikeInput((worst) => worst.inputTokens),
  settle: ({ usage }) => usage.inputTokens,
  afterRelease: () => 0,
  perRequest: true,
  countsInput: true,
};

export const outputTokens: UnitRule = {
  hold: (worst) => worst.outputTokens,
  afterExpiry: expireLikeInput(() => 0),
  settle: ({ usage }) => usage.outputTokens,
  afterRelease: () => 0,
  perRequest: true,
  countsInput: false,
};
