// The budgets of the bench: four that all match each call, six limits in all, none ever reached.
import { type Budget, budgetOf, type ReserveRequest, mintId, parseLimit } from '@spendfuse/core';

export const benchBudgets: readonly Budget[] = [
  budget('org', [], ['$9000000/month']),
  budget('team', ['team'], ['$9000000/day', '9000000000k tokens/day']),
  budget('user', ['team', 'user'], ['$9000000/day', '9000000000k tokens/minute']),
  budget('session', ['session'], ['$9000000']),
];

function budget(id: string, per: readonly string[], limits: readonly string[]): Budget {
  return budgetOf({ id, per, limits: limits.map((limit) => parseLimit(limit)) });
}

/** Random bytes in bulk: one call for ten bytes costs more than a reserve. */
const pool = new Uint8Array(65_530);
let used = pool.length;

export function benchId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 10);
  used += 10;
  return mintId({ nowMs: Date.now(), random });
}

/** Labels that come back every 1,000 calls, or those of 1,000 users, each call in a session of its own. */
export type LabelMix = 'recurring' | 'fresh';

export function benchReserve(n: number, mix: LabelMix = 'recurring'): ReserveRequest {
  const labels =
    mix === 'fresh'
      ? { team: `t${n % 8}`, user: `u${n % 1000}`, session: `s${n}` }
      : { team: `t${n % 8}`, user: `u${n % 100}`, session: `s${n % 1000}` };
  return {
    id: benchId(),
    call: { labels, provider: 'openai', model: 'gpt-4o-mini', operation: 'chat' },
    estimate: {
      inputBound: { tokens: 900, exact: false },
      maxOutputTokens: 1000,
      choices: 1,
      clampable: true,
    },
  };
}
