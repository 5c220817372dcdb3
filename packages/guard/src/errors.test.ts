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
      'Budget "team-daily" is exhausted: 100 of 100 tokens used in all (user=u1)',
    ],
    [
      denied({ reason: 'TOO_LARGE', window: 'request', scope: {} }),
      'Budget "team-daily" can never fit this call: it may need $0.02, and the limit is $5.00/request',
    ],
    [
      denied(
        { reason: 'IN_FLIGHT', committed: 0, reserved: 5_000_000_000, scope: {} },
        { retryAfterMs: 1000 },
      ),
      'Budget "team-daily" is held by calls in flight: $0.00 of $5.00/day spent and $5.00 held, this call may need $0.02; try again in 1 s',
    ],
    [
      denied({ reason: 'UNPRICED', scope: {} }),
      'Budget "team-daily" limits cost, and the price of this model is not known: give it one under `prices` in the budgets file',
    ],
  ])('%#', (denial, message) => {
    expect(new BudgetExceededError(denial).message).toBe(message);
  });

  const all = { window: 'lifetime' };
  const inFlight = { reason: 'IN_FLIGHT', committed: 0, requested: 1 } as const;
  const none = { reason: 'TOO_LARGE', limit: 0, requested: 1 } as const;
  const held = 'is held by calls in flight';
  const never = 'can never fit this call';
  test.each<[Partial<Refusal>, string]>([
    [
      { unit: 'tokens', limit: 9, committed: 8, requested: 2 },
      '8 of 9 tokens/day used, this call may need 2 tokens',
    ],
    [{ unit: 'tokens', limit: 1, committed: 1 }, '1 of 1 token/day used'],
    [{ unit: 'input_tokens', limit: 9, committed: 9, ...all }, '9 of 9 input tokens used in all'],
    [
      { unit: 'output_tokens', limit: 9, committed: 8, requested: 1, ...all },
      '8 of 9 output tokens used in all, this call may need 1 output token',
    ],
    [{ unit: 'requests', limit: 1, committed: 1 }, '1 of 1 request/day used'],
    [{ unit: 'tool_calls', limit: 5, committed: 5 }, '5 of 5 tool_calls/day used'],
    [all, '$5.00 of $5.00 spent in all'],
  ])('exhausted: %j', (change, text) => {
    const { message } = new BudgetExceededError(denied({ scope: {}, ...change }));
    expect(message).toBe(`Budget "team-daily" is exhausted: ${text}`);
  });

  test.each<[Partial<Refusal>, string]>([
    [
      { ...inFlight, unit: 'concurrency', limit: 3, reserved: 3, ...all },
      'is full: 3 of 3 calls in flight',
    ],
    [
      { ...inFlight, unit: 'concurrency', limit: 1, reserved: 1, ...all },
      'is full: 1 of 1 call in flight',
    ],
    [
      {
        ...inFlight,
        unit: 'concurrency',
        limit: 3,
        reserved: 2,
        ...all,
        detail: 'others wait for it',
      },
      'is full: 2 of 3 calls in flight; others wait for it',
    ],
    [
      { ...inFlight, unit: 'requests', limit: 5, committed: 4, reserved: 1 },
      `${held}: 4 of 5 requests/day used and 1 request held, this call may need 1 request`,
    ],
    [
      { ...inFlight, unit: 'page_reads', limit: 5, reserved: 4, requested: 2 },
      `${held}: 0 of 5 page_reads/day used and 4 page_reads held, this call may need 2 page_reads`,
    ],
    [
      { ...inFlight, reserved: 1e9, detail: 'others wait for it' },
      `${held}: $0.00 of $5.00/day spent and $1.00 held; others wait for it`,
    ],
    [{ ...none, unit: 'concurrency', ...all }, `${never}: it allows 0 calls in flight`],
    [
      { ...none, unit: 'requests' },
      `${never}: it may need 1 request, and the limit is 0 requests/day`,
    ],
    [
      { ...none, unit: 'tokens', limit: 1, requested: 7, ...all },
      `${never}: it may need 7 tokens, and the limit is 1 token in all`,
    ],
    [
      { ...none, unit: 'tool_calls', requested: 7 },
      `${never}: it may need 7 tool_calls, and the limit is 0 tool_calls/day`,
    ],
    [{ ...none, detail: 'the provider may add input' }, `${never}: the provider may add input`],
  ])('%j', (change, text) => {
    const { message } = new BudgetExceededError(denied({ scope: {}, ...change }));
    expect(message).toBe(`Budget "team-daily" ${text}`);
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
