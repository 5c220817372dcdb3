// Custom units (`tool_calls`): the caller says how many a call takes, and how many it has taken.
import type { Unit } from '../budget.ts';
import { expireLikeInput, type UnitRule } from './unit.ts';

export function custom(unit: Unit): UnitRule {
  const hold: UnitRule['hold'] = ({ amounts }) => amounts?.[unit] ?? 0;
  return {
    hold,
    afterExpiry: expireLikeInput(hold),
    settle: ({ amounts }, held) => amounts?.[unit] ?? held,
    afterRelease: () => 0,
    perRequest: true,
    countsInput: false,
  };
}
