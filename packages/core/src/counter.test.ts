// A counter that is looked at: what only a look has moved is not forgotten before its time.
import { expect, it } from 'vitest';
import { Counter } from './counter.ts';
import { CounterTable } from './counter-table.ts';

const ref = { key: 'b|tokens|day:UTC', budget: 'b', unit: 'tokens', scope: {} } as const;
const [MONDAY, TUESDAY] = [1000, 2000];

function spentOnMonday(table = new CounterTable()): Counter {
  const counter = new Counter(ref, table.take());
  counter.open({ bucket: MONDAY, oldestBucket: MONDAY, forgetAtMs: 3000 }, { atMs: MONDAY });
  counter.add({ bucket: MONDAY }, 0, 7);
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
  const asked = { amount: 5, ceiling: 4, oldestBucket: TUESDAY };
  expect(counter.refusal(asked)).toBe('TOO_LARGE');
  expect(counter.refusal({ ...asked, ceiling: 100 })).toBeUndefined();
  expect(counter.forget(2999)).toBe(false);
  expect(counter.forget(3000)).toBe(true);
});

it('begins anew where a later bucket is opened', () => {
  const counter = spentOnMonday();
  counter.sums(TUESDAY);
  counter.open({ bucket: TUESDAY, oldestBucket: TUESDAY, forgetAtMs: 4000 }, { atMs: TUESDAY });
  counter.add({ bucket: TUESDAY }, 2, 3);
  expect(counter.sums(TUESDAY)).toEqual({ committed: 3, reserved: 2 });
  // What is reserved there has no end yet.
  expect(counter.forget(5000)).toBe(false);
  counter.add({ bucket: TUESDAY }, -2, 0);
  expect(counter.forget(3999)).toBe(false);
  expect(counter.forget(4000)).toBe(true);
});

it('knows nothing of the counter that had its numbers before', () => {
  const table = new CounterTable();
  const before = spentOnMonday(table);
  before.leave();
  table.giveBack(before.place);
  const counter = new Counter(ref, table.take());
  expect(counter.sums(MONDAY)).toEqual({ committed: 0, reserved: 0 });
  expect(counter.forget(1)).toBe(true);
  // What still knows the one before changes nothing here.
  before.add({ bucket: MONDAY }, 5, 5);
  counter.open({ bucket: MONDAY, oldestBucket: MONDAY, forgetAtMs: 3000 }, { atMs: MONDAY });
  expect(counter.sums(MONDAY)).toEqual({ committed: 0, reserved: 0 });
});
