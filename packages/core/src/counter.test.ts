// A counter that is looked at: what only a look has moved is not forgotten before its time.
import { expect, it } from 'vitest';
import { Counter } from './counter.ts';
import { Numbers } from './numbers.ts';

const ref = { key: 'b|tokens|day:UTC', budget: 'b', unit: 'tokens', scope: {} } as const;
const [MONDAY, TUESDAY] = [1000, 2000];

function spentOnMonday(numbers = new Numbers()): Counter {
  const counter = new Counter(ref, numbers);
  counter.open({ bucket: MONDAY, oldestBucket: MONDAY, forgetAtMs: 3000 }, MONDAY);
  counter.add(MONDAY, 0, 7);
  return counter;
}

it('is over when the time of its latest bucket is', () => {
  expect(spentOnMonday().forget(2999)).toBe(false);
  expect(spentOnMonday().forget(3000)).toBe(true);
});

it('is over no earlier for having been read when its window had turned', () => {
  // Nobody writes down that it was read, so after a restart the bucket would be there again.
  const counter = spentOnMonday();
  expect(counter.sums(TUESDAY)).toEqual({ committed: 0, reserved: 0 });
  expect(counter.forget(2999)).toBe(false);
  expect(counter.forget(3000)).toBe(true);
});

it('is over no earlier for a call that was refused when its window had turned', () => {
  const counter = spentOnMonday();
  const amounts = { amount: 5, expireAmount: 5, ceiling: 4, shadow: false, maxCounters: 1 };
  const place = { bucket: TUESDAY, oldestBucket: TUESDAY, forgetAtMs: 4000 };
  expect(counter.refusal({ counter: ref, ...amounts, ...place })).toBe('TOO_LARGE');
  expect(counter.refusal({ counter: ref, ...amounts, ...place, ceiling: 100 })).toBeUndefined();
  expect(counter.forget(2999)).toBe(false);
  expect(counter.forget(3000)).toBe(true);
});

it('begins anew where a later bucket is opened', () => {
  const counter = spentOnMonday();
  counter.sums(TUESDAY);
  counter.open({ bucket: TUESDAY, oldestBucket: TUESDAY, forgetAtMs: 4000 }, TUESDAY);
  counter.add(TUESDAY, 2, 3);
  expect(counter.sums(TUESDAY)).toEqual({ committed: 3, reserved: 2 });
  // What is reserved there has no end yet.
  expect(counter.forget(5000)).toBe(false);
  counter.add(TUESDAY, -2, 0);
  expect(counter.forget(3999)).toBe(false);
  expect(counter.forget(4000)).toBe(true);
});

it('knows nothing of the counter that had its numbers before', () => {
  const numbers = new Numbers();
  const before = spentOnMonday(numbers);
  before.leave(numbers);
  const counter = new Counter(ref, numbers);
  expect(counter.sums(MONDAY)).toEqual({ committed: 0, reserved: 0 });
  expect(counter.forget(1)).toBe(true);
  // What still knows the one before changes nothing here.
  before.add(MONDAY, 5, 5);
  counter.open({ bucket: MONDAY, oldestBucket: MONDAY, forgetAtMs: 3000 }, MONDAY);
  expect(counter.sums(MONDAY)).toEqual({ committed: 0, reserved: 0 });
});
