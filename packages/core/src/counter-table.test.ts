// The table of counters: places are given back when a counter is forgotten, and no longer its reservations'.
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import type { PlanEntry } from './entry.ts';
import { mintId } from './id.ts';
import { CounterTable } from './counter-table.ts';

test('a place that was given back is taken again', () => {
  const table = new CounterTable();
  const taken = table.take();
  const beside = table.take();
  expect(beside).not.toEqual(taken);
  table.giveBack(taken.place);
  expect(table.take()).toEqual(taken);
});

test('a block of which nothing is taken any more is let go of', () => {
  const table = new CounterTable();
  const places = Array.from({ length: 1500 }, () => table.take());
  const blocks = new Set(places.map(({ numbers }) => numbers));
  expect(blocks.size).toBe(2);
  const [first] = blocks;
  for (const { numbers, place } of places) if (numbers === first) table.giveBack(place);
  const later = Array.from({ length: 3000 }, () => table.take());
  expect(later.map(({ numbers }) => numbers)).not.toContain(first);
  expect(new Set(later.map(({ place }) => place)).size).toBe(3000);
  expect(table.end).toBeLessThan(5000);
});

test('a late commit changes nothing in the counter that has the place of a forgotten one', () => {
  const engine = new Engine<undefined>();
  const id = mintId({ nowMs: 0, random: new Uint8Array(10) });
  const common = { nowMs: 0, fingerprint: 1, meta: undefined };
  const entries = [entryOf('old', 100), entryOf('beside', 1000)];
  engine.reserve({ ...common, id, expiresAtMs: 10, entries });
  engine.expire({ nowMs: 20, max: 1 });
  expect(engine.forget({ nowMs: 100, max: 10 })).toEqual(['old']);
  const other = mintId({ nowMs: 1, random: new Uint8Array(10) });
  engine.record({ ...common, id: other, entries: [entryOf('new', 1000)] });
  engine.commit({ ...common, id, amounts: [7, 7] });
  const { counter, oldestBucket } = entryOf('new', 1000);
  expect(engine.read({ counter, oldestBucket })).toEqual({ committed: 5, reserved: 0 });
});

function entryOf(key: string, forgetAtMs: number): PlanEntry {
  const counter = { key, budget: 'b', unit: 'requests', scope: {} } as const;
  const place = { bucket: 0, oldestBucket: 0, forgetAtMs };
  const amounts = { amount: 5, expireAmount: 0, ceiling: 10 };
  return { counter, ...place, ...amounts, shadow: false, maxCounters: 10 };
}
