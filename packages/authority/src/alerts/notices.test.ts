// Notices: the first at once, the others as counts, and never more than a few at a time.
import { describe, expect, test } from 'vitest';
import type { Notice } from './alert.ts';
import { Notices } from './notices.ts';

const MINUTE_MS = 60_000;

function denied(user: string, fields: Partial<Extract<Notice, { event: 'denied' }>> = {}): Notice {
  return {
    event: 'denied',
    budget: 'per-user',
    scope: { user },
    unit: 'cost',
    window: 'day',
    limit: 100,
    committed: 100,
    reserved: 0,
    requested: 5,
    reason: 'EXHAUSTED',
    provider: 'openai',
    model: 'gpt-4o',
    count: 1,
    ...fields,
  };
}

const of = (model: string): Notice => ({ event: 'unpriced', provider: 'openai', model, count: 1 });

describe('denials', () => {
  test('the first at once, then one count for each minute that has any, then the first again', () => {
    const notices = new Notices({ denialsEveryMs: MINUTE_MS });
    const log: (readonly [number, number])[] = [];
    const add = (nowMs: number) => {
      const told = notices.add(denied('u1'), nowMs);
      if (told) log.push([nowMs, told.count]);
    };
    const flush = (nowMs: number) => {
      for (const { count } of notices.flush({ nowMs, all: false })) log.push([nowMs, count]);
    };
    add(0);
    for (let i = 0; i < 30; i++) add(i * 1000);
    flush(MINUTE_MS - 1);
    flush(MINUTE_MS);
    add(MINUTE_MS + 1);
    flush(2 * MINUTE_MS);
    flush(3 * MINUTE_MS);
    add(3 * MINUTE_MS + 1);
    expect(log).toEqual([
      [0, 1],
      [MINUTE_MS, 30],
      [2 * MINUTE_MS, 1],
      [3 * MINUTE_MS + 1, 1],
    ]);
  });

  test('budget, scope and reason tell them apart; the facts are those of the latest', () => {
    const notices = new Notices({ denialsEveryMs: MINUTE_MS });
    expect(notices.add(denied('u1'), 0)).toBeDefined();
    expect(notices.add(denied('u2'), 0)).toBeDefined();
    expect(notices.add(denied('u1', { reason: 'IN_FLIGHT' }), 0)).toBeDefined();
    expect(notices.add(denied('u1', { budget: 'other' }), 0)).toBeDefined();
    expect(notices.add(denied('u1', { requested: 7 }), 0)).toBeUndefined();
    expect(notices.flush({ nowMs: 0, all: true })).toEqual([denied('u1', { requested: 7 })]);
  });

  test('of very many scopes: twenty by name, the others as one', () => {
    const notices = new Notices({ denialsEveryMs: MINUTE_MS });
    const told: Notice[] = [];
    for (let i = 0; i < 10_000; i++) {
      const notice = notices.add(denied(`u${i}`), 0);
      if (notice) told.push(notice);
    }
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toEqual(denied('', { scope: undefined }));
    const counts = notices.flush({ nowMs: MINUTE_MS, all: false });
    expect(counts).toEqual([denied('', { scope: undefined, count: 10_000 - 21 })]);
  });
});

test('an unpriced model is told once an hour, each model for itself', () => {
  const notices = new Notices({ denialsEveryMs: MINUTE_MS });
  expect(notices.add(of('a'), 0)).toEqual(of('a'));
  expect(notices.add(of('b'), 0)).toEqual(of('b'));
  expect(notices.add(of('a'), 1)).toBeUndefined();
  expect(notices.flush({ nowMs: 59 * MINUTE_MS, all: false })).toEqual([]);
  expect(notices.flush({ nowMs: 60 * MINUTE_MS, all: false })).toEqual([of('a')]);
});

test('overruns add up', () => {
  const notices = new Notices({ denialsEveryMs: MINUTE_MS });
  const overrun = (overrunNanoUsd: number): Notice => {
    return { event: 'overrun', provider: 'openai', model: 'a', count: 1, overrunNanoUsd };
  };
  notices.add(overrun(1), 0);
  notices.add(overrun(20), 1);
  notices.add(overrun(300), 2);
  expect(notices.flush({ nowMs: 3, all: true })).toMatchObject([{ count: 2, overrunNanoUsd: 320 }]);
});
