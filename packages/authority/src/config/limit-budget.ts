// A budget from limits alone, as given on a command line.
import { type Budget, budgetOf, invalid, parseLimit, windowKey } from '@spendfuse/core';

/**
 * One budget that all calls count for, such as `limitBudget(['$5/day', '100 requests/minute'])`.
 * @throws SpendfuseError `INVALID_ARGUMENT` for a text that is no limit, or two of the same kind.
 */
export function limitBudget(texts: string | readonly string[], id = 'limit'): Budget {
  const limits = [texts].flat().map((text) => parseLimit(text));
  const kinds = limits.map(({ unit, window }) => `${unit}/${windowKey(window)}`);
  const twice = kinds.findIndex((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== -1) {
    const text = String([texts].flat()[twice]);
    throw invalid('limit', `"${text}": there is a limit of this unit and window already; keep one`);
  }
  return budgetOf({ id, limits });
}
