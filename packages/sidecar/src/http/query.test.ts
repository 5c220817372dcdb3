// Queries become what the schema of an operation reads.
import { describe, expect, test } from 'vitest';
import { readInput } from '../admin/input.ts';
import { listBalances } from '../admin/operations/list-balances.ts';
import { listEntries } from '../admin/operations/list-entries.ts';
import { queryUsage } from '../admin/operations/query-usage.ts';
import { readQuery } from './query.ts';

const read = ({ input }: typeof listEntries, query: string) =>
  readInput(input, readQuery(input, new URLSearchParams(query)));

test.each([
  [listEntries, 'limit=100&verb=commit', { limit: 100, verb: ['commit'] }],
  [listEntries, 'verb=commit,deny&verb=record', { verb: ['commit', 'deny', 'record'] }],
  [listEntries, 'from=2026-01-31', { from: Date.UTC(2026, 0, 31) }],
  [listEntries, 'to=2026-01-31T18:00%2B01:00', { to: Date.UTC(2026, 0, 31, 17) }],
  [listBalances, 'label.user=u1&label.a.b=x%2Cy', { label: { user: 'u1', 'a.b': 'x,y' } }],
  [
    queryUsage,
    'groupBy=team,model&orderBy=tokens',
    { groupBy: ['team', 'model'], orderBy: 'tokens' },
  ],
])('$0.name?%s', (operation, query, expected) => {
  expect(read(operation, query)).toEqual(expected);
});

describe('what is no query is told with its field', () => {
  test.each([
    [listEntries, 'limit=0', 'limit'],
    [listEntries, 'limit=1001', 'limit'],
    [listEntries, 'limit=x', 'limit'],
    [listEntries, 'limit=', 'limit'],
    [listEntries, 'limit=1.5', 'limit'],
    [listEntries, 'limit=1&limit=2', 'limit'],
    [listEntries, 'verb=commit,spend', 'verb.1'],
    [listEntries, 'page=2', 'page'],
    [listEntries, 'from=yesterday', 'from'],
    [listBalances, 'user=u1', 'user'],
    [listBalances, 'label=u1', 'label'],
    [listBalances, 'label.=u1', 'label.'],
    [listBalances, 'label.user=', 'label.user'],
    [listBalances, 'label.User=u1', 'label.User'],
    [listBalances, 'label.user=u1&label.user=u2', 'label.user'],
    [listBalances, '__proto__=x', '__proto__'],
  ])('$0.name?%s', (operation, query, field) => {
    expect(() => read(operation, query)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field }),
    );
  });
});
