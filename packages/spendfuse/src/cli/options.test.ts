// What is typed: labels and counts.
import { expect, test } from 'vitest';
import { parseCount, parseLabels } from './options.ts';

test('labels come one by one or as a list, later ones win', () => {
  expect(parseLabels(['team=search,user=u1', 'user=u2'], '--label')).toEqual({
    team: 'search',
    user: 'u2',
  });
  expect(parseLabels([''], '--label')).toEqual({});
});

test.each([
  ['team', /--label: "team" is no label; write it like team=search/],
  ['Team=x', /--label.Team: a label name is/],
  ['team=', /--label.team: needs a value/],
  ['model=gpt', /is computed from the call/],
])('label %s is refused', (text, message) => {
  expect(() => parseLabels([text], '--label')).toThrow(message);
});

test.each(['', '-1', '1.5', '1e3', 'x', '99999999999999999999'])(
  'count "%s" is refused',
  (text) => {
    expect(() => parseCount(text, '--input')).toThrow(/--input: .* is no count/);
  },
);
