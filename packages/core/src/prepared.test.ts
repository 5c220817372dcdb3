// Which scopes a call falls into, and that they are the same objects each time.
import { describe, expect, it } from 'vitest';
import { type Budget, budgetOf } from './budget.ts';
import { parseLimit } from './grammar.ts';
import { prepare } from './prepared.ts';

const call = {
  labels: { team: 'search', run: 'a/b' },
  provider: 'openai',
  model: 'gpt-5-mini',
  operation: 'chat',
};

function scopesOf(part: Partial<Budget>) {
  const [prepared] = prepare([budgetOf({ id: 'b', limits: [parseLimit('$1')], ...part })]).prepared;
  return prepared?.scopes(call).map(({ labels }) => labels);
}

describe('scopes', () => {
  it('one for all without `per`', () => expect(scopesOf({})).toEqual([{}]));

  it('a missing label is the shared scope (none)', () => {
    expect(scopesOf({ per: ['user'] })).toEqual([{ user: '(none)' }]);
  });

  it('one for each ancestor of a run', () => {
    expect(scopesOf({ per: ['team', 'run'] })).toEqual([
      { team: 'search', run: 'a' },
      { team: 'search', run: 'a/b' },
    ]);
  });

  it('are made once, whichever way they are asked for', () => {
    const budget = budgetOf({ id: 'b', per: ['team', 'user'], limits: [parseLimit('$1')] });
    const [prepared] = prepare([budget]).prepared;
    const [scope] = prepared?.scopes(call) ?? [];
    expect(scope?.counters[0]?.ref.key).toBe('b|cost|lifetime|team=search,user=(none)');
    expect(prepared?.scopes({ ...call, labels: { team: 'search' } })[0]).toBe(scope);
    expect(prepared?.scopeOf({ user: '(none)', team: 'search' })).toBe(scope);
  });
});
