// The rows of the journal: every record comes back as it went in.
import type { LedgerRecord } from '@spendfuse/core';
import { counterRef, testId } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { Codec } from './codec.ts';

type Meta = unknown;

const recordedEntry = (key: string, fields: object = {}) => ({
  counter: counterRef(key),
  bucket: 1_767_225_600_000,
  oldestBucket: 1_767_225_600_000,
  amount: Number.MAX_SAFE_INTEGER,
  expireAmount: 7,
  forgetAtMs: Number.POSITIVE_INFINITY,
  ...fields,
});

const common = () => ({ id: testId(), atMs: 1_767_268_800_123 });

const RECORDS: readonly LedgerRecord<Meta>[] = [
  {
    ...common(),
    verb: 'reserve',
    fingerprint: 4_294_967_295,
    expiresAtMs: 1_767_268_900_000,
    entries: [recordedEntry('a'), recordedEntry('a', { bucket: 3 }), recordedEntry('b')],
    meta: { text: 'quote " backslash \\ newline \n 東京 \u2028 \ud83d\ude00', list: [1.5, null] },
  },
  { ...common(), verb: 'reserve', fingerprint: 0, expiresAtMs: 1, entries: [], meta: null },
  {
    ...common(),
    verb: 'record',
    fingerprint: 1,
    entries: [recordedEntry('odd "key" \\ 東', { forgetAtMs: 99, oldestBucket: -60, bucket: 0 })],
    meta: {},
  },
  {
    ...common(),
    verb: 'commit',
    fingerprint: 2,
    amounts: [0, 5, Number.MAX_SAFE_INTEGER],
    meta: { cost: '12' },
    late: false,
  },
  { ...common(), verb: 'release', fingerprint: 2, amounts: [], meta: undefined, late: true },
  { ...common(), verb: 'expire', fingerprint: 0, amounts: [3], meta: undefined, late: false },
  { ...common(), verb: 'extend', expiresAtMs: 1_767_268_900_001 },
  { ...common(), verb: 'tombstone', fingerprint: 5 },
  { ...common(), verb: 'note', meta: ['denied'] },
];

describe('the rows of the journal', () => {
  test('every kind of record comes back, in one row or in many', () => {
    for (const perRow of [1, 2, RECORDS.length]) {
      const writer = new Codec<Meta>();
      const reader = new Codec<Meta>();
      const back: LedgerRecord<Meta>[] = [];
      for (let i = 0; i < RECORDS.length; i += perRow) {
        for (const record of RECORDS.slice(i, i + perRow)) writer.add(record);
        back.push(...reader.decode(writer.take().body));
      }
      expect(back).toEqual(RECORDS);
    }
  });

  test('a codec that has read a journal goes on with its counters', () => {
    const [first] = RECORDS;
    if (!first) throw new Error('no record');
    const before = new Codec<Meta>();
    before.add(first);
    const row = before.take();
    const after = new Codec<Meta>();
    after.decode(row.body);
    after.add(first);
    const next = after.take();
    expect(JSON.parse(row.body)).toMatchObject([[{}, {}], {}, {}]);
    expect(JSON.parse(next.body)[0]).toEqual([]);
    expect(after.decode(next.body)).toEqual([first]);
  });

  test('a row knows its latest time', () => {
    const codec = new Codec<Meta>();
    for (const atMs of [5, 9, 7]) codec.add({ verb: 'note', id: testId(), atMs, meta: null });
    expect(codec.take().atMs).toBe(9);
  });

  test.each([Number.NaN, 0.5, -0.1, 2 ** 53])(
    '%d is no amount, so it is never written',
    (amount) => {
      const entries = [recordedEntry('a', { amount })];
      const codec = new Codec<Meta>();
      const add = () =>
        codec.add({ ...common(), verb: 'record', fingerprint: 1, entries, meta: null });
      expect(add).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    },
  );
});
