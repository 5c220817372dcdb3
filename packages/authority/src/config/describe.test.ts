// A budgets file in plain words.
import { expect, test } from 'vitest';
import { describeConfig } from './describe.ts';
import { limitBudget } from './limit-budget.ts';
import { parseConfig } from './load.ts';

test('one aligned line per budget and price', () => {
  const text = describeConfig(
    parseConfig(`
budgets:
  - id: team-daily
    match: { team: search, model: [gpt-*, '!gpt-4*'] }
    per: [user]
    limits: [$5/day, 100k tokens/minute]
    zone: Europe/Berlin
    onShortage: [wait: 10s, clamp: { minOutputTokens: 256 }, deny]
    onExpire: input
    alerts: [80%, 100%]
    repeat: 1h
  - { id: all, limits: $100/month, mode: shadow }
prices:
  - { model: my-local-*, input: 0, output: 0 }
  - { provider: azure, model: gpt-4o, input: $2.75, output: '11', maxOutputTokens: 16384 }
`),
  );
  expect(text.split('\n')).toEqual([
    'team-daily  $5.00/day (Europe/Berlin), 100000 tokens/rolling 60s  per user  calls with team=search model=gpt-*|!gpt-4*  wait 10s > clamp to 256 > deny  on expiry: input, alerts at 80% 100% every 1h',
    'all         $100.00/month                                         together  every call                                  shadow: never refuses',
    'price  my-local-*    input $0, output $0 per 1M tokens',
    'price  azure/gpt-4o  input $2.75, output $11 per 1M tokens  at most 16384 output tokens',
  ]);
});

test('what is rarely said', () => {
  const text = describeConfig(
    parseConfig(`
budgets:
  - id: a
    limits: [$50/30d, { amount: { by: plan, free: $1, default: $2 }, window: month }]
    anchor: 2026-01-01
    hold: adaptive
    softBound: deny
    maxScopes: 10
    forgetAfterIdle: 7d
    onShortage: { downgrade: { from: 95%, gpt-5: gpt-5-mini } }
unpriced: { as: gpt-5 }
`),
  );
  expect(text.split('\n')[0]).toBe(
    'a  $50.00/30d (from 2026-01-01T00:00:00.000Z), $1.00 to $2.00 by plan/month  together  every call  gpt-5 to gpt-5-mini from 95%  holds what is usual, unknown prices: fallback, no soft bounds, up to 10 scopes, forgotten after 7d',
  );
});

test('a budget from the command line', () => {
  expect(describeConfig({ budgets: [limitBudget('$5/day')], prices: [] })).toBe(
    'limit  $5.00/day  together  every call  wait 10s > clamp to 1024 > deny',
  );
});

test('no budget at all', () => {
  expect(describeConfig({ budgets: [], prices: [] })).toBe(
    'no budgets: calls are counted, none is refused',
  );
});
