// The rows of the journal: every record comes back as it went in.
import type { CounterRef, LedgerRecord } from '@spendfuse/core';
import { counterRef, testId } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { LateValue } from './bytes-reader.ts';
import { decodeRow, lacksCall, withCall } from './decoder.ts';
import { Encoder } from './encoder.ts';
import { idKey, idKeys } from './ids.ts';
import { readGroup } from './row.ts';

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
  { ...common(), verb: 'tombstone', fingerprint: 5 },
  {
    ...common(),
    verb: 'extend',
    expiresAtMs: 1_767_268_900_001,
    grown: { amounts: [1, 2], expireAmounts: [0, 2] },
  },
  { ...common(), verb: 'extend', expiresAtMs: 1_767_268_900_001 },
  { ...common(), verb: 'reset', budget: 'a', scope: { team: 'x' }, meta: { by: 'me' } },
  { ...common(), verb: 'reset', budget: 'a', scope: undefined, meta: null },
  { ...common(), verb: 'put', key: 'budget/a', value: { limits: [1, '2'] }, meta: null },
  { ...common(), verb: 'put', key: 'budget/a', value: null, meta: null },
  { ...common(), verb: 'note', meta: ['denied'] },
];

/** An encoder, and what it has defined. */
function encoder() {
  const refs = new Map<number, CounterRef>();
  const written = new Encoder<Meta>();
  const take = () => {
    const group = written.take();
    for (const { number, ref } of group.definitions) refs.set(number, ref);
    return { ...group, ...readGroup(group.packed) };
  };
  const refOf = (number: number): CounterRef => {
    const ref = refs.get(number);
    if (!ref) throw new Error(`counter ${number} has no definition`);
    return ref;
  };
  const decode = (body: Uint8Array) => decodeRow<Meta>(body, { refOf });
  const count = (body: Uint8Array) => decodeRow<Meta>(body, { refOf, skipsMetas: true });
  return { written, take, decode, count };
}

describe('the rows of the journal', () => {
  test('every kind of record comes back, in one row or in many', () => {
    for (const perRow of [1, 2, RECORDS.length]) {
      const { written, take, decode } = encoder();
      const back: LedgerRecord<Meta>[] = [];
      for (let i = 0; i < RECORDS.length; i += perRow) {
        for (const record of RECORDS.slice(i, i + perRow)) written.add(record);
        back.push(...decode(take().body));
      }
      expect(back).toEqual(RECORDS);
    }
  });

  test('who only counts gets all but metas, and that of a reserve when it asks for it', () => {
    const { written, take, count } = encoder();
    for (const record of [...RECORDS, ...RECORDS]) written.add(record);
    const counted = count(take().body);
    const kept = ['reserve', 'release', 'expire'];
    const expected = RECORDS.map((record) => {
      return 'meta' in record && !kept.includes(record.verb)
        ? { ...record, meta: undefined }
        : record;
    });
    const back = counted.map((record) => {
      if (record.verb !== 'reserve') return record;
      expect(record.meta).toBeInstanceOf(LateValue);
      return { ...record, meta: (record.meta as LateValue).read() };
    });
    expect(back).toEqual([...expected, ...expected]);
  });

  test('a counter is defined once, and gets another number after it was forgotten', () => {
    const { written, take, decode } = encoder();
    const record = (key: string) =>
      ({
        ...common(),
        verb: 'record',
        fingerprint: 1,
        entries: [recordedEntry(key)],
        meta: null,
      }) as const;
    written.add(record('a'));
    expect(take().definitions).toEqual([{ number: 0, ref: counterRef('a') }]);
    written.add(record('a'));
    expect(take()).toMatchObject({ definitions: [], retired: [] });
    written.forget('a');
    written.forget('never seen');
    written.add(record('a'));
    const again = take();
    expect(again).toMatchObject({ definitions: [{ number: 1 }], retired: [0] });
    expect(decode(again.body)).toMatchObject([{ entries: [{ counter: { key: 'a' } }] }]);
  });

  test('an encoder goes on with the counters of the journal', () => {
    const { written, take } = encoder();
    written.startAt(8);
    written.define({ number: 7, ref: counterRef('a') });
    written.define({ number: 3, ref: counterRef('a') });
    const entries = [recordedEntry('a'), recordedEntry('b')];
    written.add({ ...common(), verb: 'record', fingerprint: 1, entries, meta: null });
    const { body, definitions } = take();
    expect(definitions).toEqual([{ number: 8, ref: counterRef('b') }]);
    const asked: number[] = [];
    const refOf = (number: number): CounterRef => {
      asked.push(number);
      return counterRef('any');
    };
    decodeRow(body, { refOf });
    expect(asked).toEqual([7, 8]);
  });

  test('a call is written with the reserve, and once more only where it is another', () => {
    const id = testId();
    const call = { model: 'm' };
    const { written, take, decode } = encoder();
    const settle = {
      ...common(),
      id,
      verb: 'commit',
      fingerprint: 1,
      amounts: [],
      late: false,
    } as const;
    const begun = { held: 2, call };
    written.add({ ...settle, meta: { cost: 1, call } }, begun);
    written.add({ ...settle, meta: { cost: 1, call: { model: 'n' } } }, begun);
    const { body } = take();
    const [first, second] = decode(body);
    if (!first || !second) throw new Error('no records');
    expect(Buffer.from(body).toString('latin1')).not.toMatch(/model.*m.*model/);
    expect([lacksCall(first), lacksCall(second)]).toEqual([true, false]);
    expect(withCall(first, call)).toEqual({ ...settle, meta: { cost: 1, call } });
    expect(second).toEqual({ ...settle, meta: { cost: 1, call: { model: 'n' } } });
  });

  test('a row knows its latest time, and the ids that it says something of', () => {
    const { written, take } = encoder();
    for (const record of RECORDS) written.add(record);
    for (const atMs of [5, 9, 7]) written.add({ verb: 'note', id: testId(), atMs, meta: null });
    const { atMs, keys } = take();
    expect(atMs).toBe(1_767_268_800_123);
    expect([...keys]).toEqual(RECORDS.slice(0, 8).map(({ id }) => idKey(id)));
    expect(idKeys(RECORDS)).toEqual(new Set(keys));
  });

  test.each([Number.NaN, 0.5, -0.1, 2 ** 53])(
    '%d is no amount, so it is never written',
    (amount) => {
      const { written } = encoder();
      const entries = [recordedEntry('a', { amount })];
      const add = () =>
        written.add({ ...common(), verb: 'record', fingerprint: 1, entries, meta: null });
      expect(add).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    },
  );
});
