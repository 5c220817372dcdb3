// A map of counters like any other, whatever its keys end with.
import { expect, test } from 'vitest';
import { Counter } from './counter.ts';
import { CounterMap } from './counter-map.ts';
import { CounterTable } from './counter-table.ts';

const keys = [
  '',
  'a',
  'ab',
  'abc',
  'é',
  '日本',
  ...Array.from({ length: 500 }, (_, i) => `u=${i}`),
];

test('finds, counts and lists what was added, and nothing that was deleted', () => {
  const table = new CounterTable();
  const map = new CounterMap();
  for (const key of keys) {
    map.add(key, new Counter({ key, budget: 'b', unit: 'cost', scope: {} }, table.take()));
  }
  expect(map.size).toBe(keys.length);
  for (const key of keys) expect(map.get(key)?.ref.key).toBe(key);
  map.delete('abc');
  map.delete('abc');
  expect(map.get('abc')).toBeUndefined();
  expect(map.size).toBe(keys.length - 1);
  const left = [...map.values()].map(({ ref }) => ref.key);
  expect(left.sort()).toEqual(keys.filter((key) => key !== 'abc').sort());
});
