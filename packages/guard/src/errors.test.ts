// What a refusal says, and how it is found behind other errors.
import type { Denied, Refusal } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { BudgetExceededError } from './errors.ts';

const refusal: Refusal = {
  reason: 'EXHAUSTED',
  budget: 'team-daily',
  scope: { user: 'u1' },
  unit: 'cost',
  window: 'day',
  limit: 5_000_000_000,
  committed: 5_000_000_000,
  reserved: 0,
  requested: 20_000_000,
  resetAtMs: Date.UTC(2026, 10, 23),
};

function denied(change: Partial<Refusal>, more: Partial<Denied> = {}): Denied {
  const changed = { ...refusal, ...change };
  return { kind: 'denied', reason: changed.reason, refusals: [changed], waitedMs: 0, ...more };
}

describe('the message is one line that says which budget, why, and until when', () => {
  const resetAtMs = Date.UTC(2026, 10, 23);
  test.each([
    [
      denied({}, { resetAtMs }),
      'Budget "team-daily" is exhausted: $5.00 of $5.00/day spent (user=u1); resets at 2026-11-23T00:00:00.000Z',
    ],
    [
      denied({ committed: 4_990_000_000, scope: {} }),
      'Budget "team-daily" is exhausted: $4.99 of $5.00/day spent, this call may need $0.02',
    ],
    [
      denied({ unit: 'tokens', window: 'lifetime', limit: 100, committed: 100 }),
      'Budget "team-daily" is exhausted: 100 tokens of 100 tokens in all spent (user=u1)',
    ],
    [
      denied({ reason: 'TOO_LARGE', window: 'request', scope: {} }),
      'Budget "team-daily" can never fit this call: this call may need $0.02 of $5.00/request',
    ],
    [
      denied(
        { reason: 'IN_FLIGHT', committed: 0, reserved: 5_000_000_000, scope: {} },
        { retryAfterMs: 1000 },
      ),
      'Budget "team-daily" is held by calls in flight: $0.00 spent and $5.00 held of $5.00/day, this call may need $0.02; try again in 1 s',
    ],
    [
      denied({ reason: 'UNPRICED', scope: {} }),
      'Budget "team-daily" limits cost, and the price of this model is not known: give it one in the prices of the budgets',
    ],
  ])('%#', (denial, message) => {
    expect(new BudgetExceededError(denial).message).toBe(message);
  });

  test('a model without a price is named', () => {
    const call = { provider: 'ollama_cloud', model: 'gpt-oss:120b' };
    const error = new BudgetExceededError(denied({ reason: 'UNPRICED', scope: {} }), { call });
    expect(error.message).toContain('"gpt-oss:120b" at ollama_cloud');
  });

  test('no decision: why there is none', () => {
    const cause = new Error('the authority at 127.0.0.1:1 cannot be reached');
    const none: Denied = { kind: 'denied', reason: 'UNAVAILABLE', refusals: [], waitedMs: 0 };
    expect(new BudgetExceededError(none, { cause }).message).toBe(
      'No budget decision could be had for this call, so it is refused: the authority at 127.0.0.1:1 cannot be reached',
    );
  });
});

test('frameworks are told that another attempt is of no use', () => {
  expect(new BudgetExceededError(denied({}))).toMatchObject({ status: 402 });
});

describe('from', () => {
  const error = new BudgetExceededError(denied({}));

  test('finds it as it is, and along causes', () => {
    expect(BudgetExceededError.from(error)).toBe(error);
    const wrapped = new Error('outer', { cause: new Error('inner', { cause: error }) });
    expect(BudgetExceededError.from(wrapped)).toBe(error);
  });

  test('finds it where SDKs and frameworks keep what they wrap', () => {
    const retried = Object.assign(new Error('twice'), { errors: [new Error('cut'), error] });
    const last = Object.assign(new Error('twice'), { lastError: new Error('x', { cause: error }) });
    const inTool = Object.assign(new Error('a tool failed'), { error });
    const some = new AggregateError([undefined, 'text', inTool]);
    for (const thrown of [retried, last, inTool, some, { error }, { type: 'error', error }]) {
      expect(BudgetExceededError.from(thrown)).toBe(error);
    }
  });

  test('of several it finds the nearest', () => {
    const other = new BudgetExceededError(denied({}), { cause: error });
    expect(BudgetExceededError.from(new Error('x', { cause: other }))).toBe(other);
    const retried = Object.assign(new Error('twice'), { errors: [error, other], lastError: other });
    expect(BudgetExceededError.from(retried)).toBe(other);
  });

  test('ends where causes run in a circle, and finds nothing in nothing', () => {
    const a = new Error('a');
    a.cause = new Error('b', { cause: a });
    const many = new AggregateError([a]);
    many.errors.push(many);
    for (const thrown of [a, many, undefined, null, 'text', 7, {}, { errors: 'none' }]) {
      expect(BudgetExceededError.from(thrown)).toBeUndefined();
    }
  });

  test('knows the error of another copy of this package', async () => {
    const copy = (await import(`${'./errors.ts'}?copy`)) as typeof import('./errors.ts');
    const foreign = new copy.BudgetExceededError(denied({}));
    expect(BudgetExceededError.from(new Error('x', { cause: foreign }))).toBe(foreign);
  });
});
