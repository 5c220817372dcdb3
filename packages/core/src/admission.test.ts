// The plan of a reserve: which counters a call touches, and what no plan may have.
import { describe, expect, it } from 'vitest';
import { draftReserve } from './admission.ts';
import { type Budget, budgetOf } from './budget.ts';
import { parseLimit } from './grammar.ts';
import { prepare, scopeKeyOf } from './prepared.ts';

const nowMs = Date.parse('2026-11-22T08:00:00Z');
const worst = { inputTokens: 10, outputTokens: 20, costNanoUsd: 300, inputCostNanoUsd: 100 };
const call = {
  labels: { team: 'a', run: 'x/y' },
  provider: 'openai',
  model: 'm',
  operation: 'chat',
};

function budget(id: string, limits: readonly string[], part: Partial<Budget> = {}): Budget {
  return budgetOf({ id, limits: limits.map((text) => parseLimit(text)), ...part });
}

function draft(...budgets: readonly Budget[]) {
  const admission = prepare(budgets);
  return draftReserve({ matching: admission.matching(call), call, worst, nowMs });
}

describe('a draft', () => {
  it('has an entry for each counted limit of each matching budget, in its unit', () => {
    const { entries } = draft(
      budget('all', ['$1/day', '1k tokens', '5 requests/minute']),
      budget('others', ['$1/day'], { match: { team: ['b'] } }),
    );
    expect(entries.map(({ counter, amount }) => [counter.key, amount])).toEqual([
      ['all|cost|day:UTC|', 300],
      ['all|tokens|lifetime|', 30],
      ['all|requests|rolling:60000|', 1],
    ]);
  });

  it('has one for each ancestor of a run', () => {
    const { entries } = draft(budget('runs', ['$1'], { per: ['run', 'team'] }));
    expect(entries.map(({ counter }) => counter.key)).toEqual([
      'runs|cost|lifetime|run=x,team=a',
      'runs|cost|lifetime|run=x/y,team=a',
    ]);
  });

  it.each([
    ['charge', 300],
    ['input', 100],
    ['release', 0],
  ] as const)('expires with onExpire %s at %d', (onExpire, amount) => {
    const { entries } = draft(budget('b', ['$1'], { onExpire }));
    expect(entries[0]?.expireAmount).toBe(amount);
  });

  it('refuses by itself what is too large for a limit per request, or has no price', () => {
    const { refusals, entries } = draft(budget('b', ['29 tokens/request', '$1/request', '$1']));
    expect(refusals).toMatchObject([{ reason: 'TOO_LARGE', limit: 29, requested: 30 }]);
    expect(entries).toHaveLength(1);
    const admission = prepare([budget('b', ['$1/day'])]);
    const unpriced = { ...worst, costNanoUsd: undefined };
    const matching = admission.matching(call);
    expect(draftReserve({ matching, call, worst: unpriced, nowMs }).refusals).toMatchObject([
      { reason: 'UNPRICED' },
    ]);
  });

  it('gives a scope the same counter each time', () => {
    const admission = prepare([budget('b', ['$1'], { per: ['team'] })]);
    const keep = () => draftReserve({ matching: admission.matching(call), call, worst, nowMs });
    expect(keep().entries[0]?.counter).toBe(keep().entries[0]?.counter);
  });
});

it('keeps scopes apart whose values hold separators', () => {
  expect(scopeKeyOf({ b: 'x', a: 'y,b=x' })).not.toBe(scopeKeyOf({ a: 'y', b: 'x,b=x' }));
  expect(scopeKeyOf({ b: '2', a: '1' })).toBe('a=1,b=2');
});

it('refuses two limits that would be one counter', () => {
  expect(() => prepare([budget('b', ['$1']), budget('b', ['$2/day'])])).toThrow(/the id "b"/);
  expect(() => prepare([budget('b', ['$1/day', '$2/day'])])).toThrow(/two limits of cost per day/);
});
