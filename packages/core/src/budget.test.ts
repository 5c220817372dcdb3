// Which budgets match a call.
import { describe, expect, it } from 'vitest';
import { type Budget, budgetOf, globMatches, matches } from './budget.ts';

const call = {
  labels: { team: 'search', run: 'a/b' },
  provider: 'openai',
  model: 'gpt-5-mini',
  operation: 'chat',
};

function budget(part: Partial<Budget>): Budget {
  return budgetOf({ id: 'b', limits: [], ...part });
}

describe('matches', () => {
  it.each([
    ['nothing asked', {}, true],
    ['an equal label', { team: ['search'] }, true],
    ['another label', { team: ['ads'] }, false],
    ['one of a list', { team: ['ads', 'search'] }, true],
    ['a glob on the model', { model: ['gpt-5*'] }, true],
    ['a negated glob', { model: ['!gpt-5*'] }, false],
    ['a list with an exception', { model: ['gpt-*', '!*-mini'] }, false],
    ['a label the call lacks', { user: ['*'] }, false],
    ['a negation of a label the call lacks', { user: ['!root'] }, true],
    ['all of several', { team: ['search'], provider: ['openai'] }, true],
    ['not all of several', { team: ['search'], provider: ['anthropic'] }, false],
  ])('%s', (_what, match, expected) => expect(matches(budget({ match }), call)).toBe(expected));
});

describe('globs', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acd', false],
    ['ab*ba', 'aba', false],
    ['*b*', 'abc', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, value, expected) => {
    expect(globMatches(pattern, value)).toBe(expected);
  });

  it('does not blow up on many stars', () => {
    expect(globMatches('*a'.repeat(50), 'b'.repeat(10_000))).toBe(false);
  });
});
