// What an engine keeps and lets go of: ids in generations, counters by a sweep that ends by time, places as hints.
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { type CounterRef, PlacedRef, type PlanEntry } from './entry.ts';
import { mintId } from './id.ts';

const idAt = (ms: number): string => mintId({ nowMs: ms, random: new Uint8Array(10) });
const refOf = (key: string): CounterRef => ({ key, budget: 'b', unit: 'requests', scope: {} });

function entryOf(counter: CounterRef, forgetAtMs = Infinity): PlanEntry {
  const place = { bucket: 0, oldestBucket: 0, forgetAtMs };
  const amounts = { amount: 1, expireAmount: 0, ceiling: 1e6 };
  return { counter, ...place, ...amounts, shadow: false, maxCounters: 1e6 };
}

function reserve(engine: Engine<undefined>, id: string, counter = refOf('a')): void {
  const common = { nowMs: 0, fingerprint: 1, expiresAtMs: 1e9, meta: undefined };
  engine.reserve({ ...common, id, entries: [entryOf(counter)] });
}

function commit(engine: Engine<undefined>, id: string): void {
  engine.commit({ id, nowMs: 0, fingerprint: 1, amounts: [1], meta: undefined });
}

test.each([1, 5, 100])(
  'knows all that are open, and at least the latest %i others',
  (maxSettled) => {
    const engine = new Engine<undefined>({ maxSettled });
    const ids = Array.from({ length: 1000 }, (_, ms) => idAt(ms));
    const open = ids.filter((_, n) => n % 10 === 0);
    const ended = ids.filter((_, n) => n % 10 !== 0);
    for (const id of ids) {
      reserve(engine, id);
      if (!open.includes(id)) commit(engine, id);
    }
    for (const id of open) expect(engine.find(id)?.state).toBe('open');
    for (const id of ended.slice(-maxSettled)) expect(engine.find(id)?.state).toBe('committed');
    const [first = ''] = ended;
    expect(engine.find(first)).toBeUndefined();
    expect(engine.mayHaveForgotten(first)).toBe(true);
    expect(engine.mayHaveForgotten(idAt(5000))).toBe(false);
    for (const id of open) commit(engine, id);
    expect(engine.openCount()).toBe(0);
  },
);

test('a burst of open calls is not remembered for ever', () => {
  const engine = new Engine<undefined>({ maxSettled: 16 });
  const burst = Array.from({ length: 500 }, (_, ms) => idAt(ms));
  for (const id of burst) reserve(engine, id);
  for (const id of burst) commit(engine, id);
  for (let ms = 500; ms < 1500; ms++) {
    reserve(engine, idAt(ms));
    commit(engine, idAt(ms));
  }
  const reservations = [...engine.dump()].filter(({ kind }) => kind === 'reservation');
  expect(reservations.length).toBeLessThan(30);
});

test('forgets all that is committed when it is told to, and nothing that can still change', () => {
  const engine = new Engine<undefined>({ maxSettled: 32 });
  const ids = Array.from({ length: 100 }, (_, ms) => idAt(ms));
  for (const id of ids) reserve(engine, id);
  const released = ids.filter((_, n) => n % 3 === 1);
  const committed = ids.filter((_, n) => n % 3 === 2);
  const common = { nowMs: 0, fingerprint: 1, amounts: [0], meta: undefined };
  for (const id of released) engine.release({ id, ...common });
  expect(engine.forgetCommitted()).toBe(100);
  expect(engine.mayHaveForgotten(idAt(0))).toBe(false);

  for (const id of committed) commit(engine, id);
  expect(engine.forgetCommitted()).toBe(67);
  for (const id of committed) {
    expect(engine.find(id)).toBeUndefined();
    expect(engine.mayHaveForgotten(id)).toBe(true);
  }
  expect(engine.mayHaveForgotten(idAt(99))).toBe(false);
  for (const id of released) {
    expect(engine.find(id)?.state).toBe('released');
    commit(engine, id);
  }
  expect(engine.openCount()).toBe(34);
  for (const id of ids.filter((_, n) => n % 3 === 0)) commit(engine, id);
  expect(engine.openCount()).toBe(0);
  expect(engine.read({ counter: refOf('a'), oldestBucket: 0 })).toEqual({
    committed: 100,
    reserved: 0,
  });
});

test('finds an id that was minted before those that came before it', () => {
  const engine = new Engine<undefined>({ maxSettled: 32 });
  for (const ms of [5000, 9, 4000, 3000, 8, 6000]) {
    reserve(engine, idAt(ms));
    expect(engine.find(idAt(ms))?.state).toBe('open');
    reserve(engine, idAt(ms));
  }
  expect(engine.openCount()).toBe(6);
});

test('a sweep ends when its time is up, and the next goes on from there', () => {
  const engine = new Engine<undefined>();
  for (let n = 0; n < 200; n++) {
    const entries = [entryOf(refOf(`k${n}`), 100)];
    engine.record({ id: idAt(n), nowMs: 0, fingerprint: 1, entries, meta: undefined });
  }
  let looks = 0;
  const isTimeUp = (): boolean => ++looks > 2;
  const first = engine.forget({ nowMs: 100, max: Infinity, isTimeUp });
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(200);
  const rest = engine.forget({ nowMs: 100, max: Infinity });
  expect(new Set([...first, ...rest]).size).toBe(200);
});

test('a ref that was used with one engine finds its own counter in another', () => {
  const [one, other] = [new Engine<undefined>(), new Engine<undefined>()];
  const ref = new PlacedRef(refOf('mine'));
  reserve(other, idAt(1), refOf('first'));
  reserve(one, idAt(1), ref);
  expect(other.read({ counter: ref, oldestBucket: 0 }).reserved).toBe(0);
  reserve(other, idAt(2), ref);
  reserve(other, idAt(3), refOf('mine'));
  expect(other.read({ counter: ref, oldestBucket: 0 }).reserved).toBe(2);
  expect(one.read({ counter: ref, oldestBucket: 0 }).reserved).toBe(1);
  expect(JSON.parse(JSON.stringify(ref))).toEqual(refOf('mine'));
});
