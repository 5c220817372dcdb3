// Alerts in words, as people read them.
import { expect, test } from 'vitest';
import type { AlertContent } from './alert.ts';
import { alertText } from './alert-text.ts';

const NOON_MS = Date.UTC(2026, 9, 18, 12);

const limit = {
  budget: 'team-daily',
  scope: { team: 'search', user: 'u1' },
  unit: 'cost',
  window: 'day',
  limit: 50_000_000_000,
  committed: 41_301_234_567,
  reserved: 0,
  resetAtMs: NOON_MS + 12 * 3_600_000,
} as const;
const model = { provider: 'openai', model: 'gpt-4o', count: 1 } as const;

test.each<readonly [AlertContent, string, string]>([
  [
    { ...limit, event: 'threshold', mode: 'enforce', threshold: 0.8, repeated: false },
    'team-daily: 80 % spent',
    'team-daily (team=search,user=u1) is at 80 % or more: $41.30 of $50.00/day spent. It starts anew at 2026-10-19 00:00 UTC.',
  ],
  [
    {
      ...limit,
      event: 'threshold',
      mode: 'shadow',
      threshold: 0.625,
      repeated: true,
      scope: {},
      unit: 'tool_calls',
      window: 'lifetime',
      limit: 2000,
      committed: 1300,
      resetAtMs: undefined,
    },
    'team-daily: 62.5 % spent',
    'team-daily is still at 62.5 % or more: 1,300 tool calls of 2,000 tool calls spent. The budget is in shadow mode: no call is refused.',
  ],
  [
    { ...limit, event: 'overdraft', mode: 'enforce', limit: 40_000_000_000, reserved: 12_345 },
    'team-daily: above its limit',
    'team-daily (team=search,user=u1) is above its limit: $41.30 of $40.00/day spent, $0.000012345 held for calls in flight. It starts anew at 2026-10-19 00:00 UTC.',
  ],
  [
    { ...limit, ...model, event: 'denied', reason: 'EXHAUSTED', requested: 9e9, count: 12 },
    'team-daily: 12 calls refused (EXHAUSTED)',
    '12 calls of gpt-4o (openai) refused by team-daily (team=search,user=u1): EXHAUSTED, $41.30 of $50.00/day spent. The latest asked for $9.00. It starts anew at 2026-10-19 00:00 UTC.',
  ],
  [
    {
      ...limit,
      ...model,
      event: 'denied',
      reason: 'IN_FLIGHT',
      scope: undefined,
      unit: 'concurrency',
      window: 'lifetime',
      limit: 3,
      committed: 0,
      reserved: 3,
      requested: 1,
      resetAtMs: undefined,
    },
    'team-daily: 1 call refused (IN_FLIGHT)',
    '1 call of gpt-4o (openai) refused by team-daily (in other scopes): IN_FLIGHT, 3 of 3 in flight. The latest asked for 1.',
  ],
  [
    { ...model, event: 'unpriced' },
    'no price: gpt-4o (openai)',
    'No price is known for gpt-4o (openai) (1 call). Add a price under `prices:` in the budgets file.',
  ],
  [
    { event: 'expired', provider: undefined, model: undefined, count: 3 },
    '3 reservations expired',
    '3 reservations of other models expired before the calls were settled.',
  ],
  [
    { ...model, event: 'overrun', count: 2, overrunNanoUsd: 2_500_000_000 },
    '2 calls over the reservation',
    '2 calls of gpt-4o (openai) came to $2.50 more than was reserved.',
  ],
  [
    { event: 'clock_jump', jumpMs: -3_600_000 },
    'the clock was set back by 60 min',
    'On this host the clock was set back by 60 min. No window is opened again.',
  ],
  [
    { event: 'ledger_failed' },
    'the ledger is not ready',
    'The ledger cannot be written; no call is decided until it can.',
  ],
  [
    { event: 'ledger_recovered', downMs: 4000 },
    'the ledger is ready again',
    'The ledger is ready again after 4 s.',
  ],
  [
    { event: 'config_rejected', detail: 'budgets.yaml:3:5: unknown key `limts`' },
    'the budgets file was not taken',
    'The budgets file is wrong; the one before stays in force. budgets.yaml:3:5: unknown key `limts`',
  ],
])('%j', (content, title, text) => {
  expect(alertText({ ...content, id: 'any', atMs: NOON_MS })).toEqual({ title, text });
});
