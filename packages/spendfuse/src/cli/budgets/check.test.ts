// Which edits of a file make budgets count anew.
import { budgetOf, parseLimit } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { newCounters } from './check.ts';

const day = parseLimit('$5/day');
const before = budgetOf({ id: 'b', per: ['user', 'team'], limits: [day] });

test.each([
  ['nothing', before, []],
  ['the amount', { ...before, limits: [parseLimit('$9/day')] }, []],
  ['the match', { ...before, match: { team: ['x'] } }, []],
  ['the order of labels', { ...before, per: ['team', 'user'] }, []],
  ['per', { ...before, per: ['user'] }, [/it is per user, and was per team, user/]],
  ['no per at all', { ...before, per: [] }, [/it is per nothing/]],
  ['the window', { ...before, limits: [parseLimit('$5/week')] }, [/counts \$5\.00\/week anew/]],
  [
    'the zone',
    { ...before, limits: [parseLimit('$5/day', { zone: 'Europe/Berlin' })] },
    [/counts \$5\.00\/day anew/],
  ],
  ['a limit more', { ...before, limits: [day, parseLimit('9 requests')] }, [/9 requests anew/]],
  ['the id', { ...before, id: 'c' }, [/b is not in the file/]],
])('an edit of %s', (_, after, expected) => {
  const warnings = newCounters([before], [after]);
  expect(warnings).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});
