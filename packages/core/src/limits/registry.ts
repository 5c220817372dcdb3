// The units there are: one line each, and one rule for all custom ones.
import type { BuiltInUnit, Unit } from '../budget.ts';
import { concurrency } from './concurrency.ts';
import { cost } from './cost.ts';
import { custom } from './custom.ts';
import { inputTokens, outputTokens, tokens } from './tokens.ts';
import { requests } from './requests.ts';
import type { UnitRule } from './unit.ts';

const builtIn: Readonly<Record<BuiltInUnit, UnitRule>> = {
  cost,
  tokens,
  input_tokens: inputTokens,
  output_tokens: outputTokens,
  requests,
  concurrency,
};

export const BUILT_IN_UNITS = Object.keys(builtIn) as readonly BuiltInUnit[];

/** The underscore tells a custom unit from a misspelt word. */
export const CUSTOM_UNIT = /^(?=.{1,63}$)[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/;

const rules = new Map<Unit, UnitRule>(Object.entries(builtIn));

/** The rule of a unit; whatever is not built in is a custom one. */
export function unitRule(unit: Unit): UnitRule {
  // Every commit asks for each of its limits, and most are these two: a map would take longer.
  if (unit === 'cost') return cost;
  if (unit === 'tokens') return tokens;
  let rule = rules.get(unit);
  if (!rule) {
    rule = custom(unit);
    rules.set(unit, rule);
  }
  return rule;
}
