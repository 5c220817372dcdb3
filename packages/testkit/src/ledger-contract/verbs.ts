// What the verbs do: ceilings, all or nothing, and every verb in every state of an id.
import type { Ledger } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  type TestMeta,
} from '../ledger-plans.ts';
import { failing, held, MINUTE_MS, type Open, shared, STATES } from './scenario.ts';

export function ceilings(open: Open): void {
  describe('ceilings hold for a reserve, not for a commit', () => {
    const ledger = shared(open);

    test.each([
      { actual: 0, after: '0+0' },
      { actual: 4, after: '4+0' },
      { actual: 10, after: '10+0' },
      { actual: 250, after: '250+0' },
    ])('a commit of $actual of 10 is never refused: $after', async ({ actual, after }) => {
      const key = `actual ${actual}`;
      const id = await held(ledger(), key);
      const committed = await ledger().commit(settleRequest({ id, amounts: [actual] }));
      expect(committed).toMatchObject({
        state: 'committed',
        settlement: { meta: { note: 'settled' }, late: false },
      });
      expect(standing(ledger(), key)).toBe(after);
    });

    test.each([
      { committed: 0, reserved: 0, amount: 100, refused: undefined },
      { committed: 0, reserved: 0, amount: 101, refused: 'TOO_LARGE' },
      { committed: 60, reserved: 0, amount: 40, refused: undefined },
      { committed: 60, reserved: 0, amount: 41, refused: 'EXHAUSTED' },
      { committed: 0, reserved: 60, amount: 40, refused: undefined },
      { committed: 0, reserved: 60, amount: 41, refused: 'IN_FLIGHT' },
      { committed: 30, reserved: 30, amount: 41, refused: 'IN_FLIGHT' },
      { committed: 60, reserved: 30, amount: 41, refused: 'EXHAUSTED' },
      { committed: 60, reserved: 30, amount: 101, refused: 'TOO_LARGE' },
      { committed: 100, reserved: 0, amount: 1, refused: 'EXHAUSTED' },
      { committed: 100, reserved: 0, amount: 0, refused: undefined },
      { committed: 130, reserved: 0, amount: 0, refused: undefined },
    ])(
      '$committed committed, $reserved reserved of 100: $amount more is refused as $refused',
      async ({ committed, reserved, amount, refused }) => {
        const key = `${committed}+${reserved}+${amount}`;
        await ledger().record(recordPlan({ entries: [entry(key, { amount: committed })] }));
        if (reserved > 0) await held(ledger(), key, reserved);
        const outcome = await ledger().reserve(reservePlan({ entries: [entry(key, { amount })] }));
        if (refused === undefined) {
          expect(outcome.kind).toBe('granted');
          expect(standing(ledger(), key)).toBe(`${committed}+${reserved + amount}`);
        } else {
          const refusals = [{ index: 0, kind: refused, committed, reserved }];
          expect(outcome).toMatchObject({ kind: 'refused', refusals });
          expect(standing(ledger(), key)).toBe(`${committed}+${reserved}`);
        }
      },
    );
  });
}

export function reserving(open: Open): void {
  describe('reserve', () => {
    test('takes every entry and says what it holds', async () => {
      const ledger = await open();
      const plan = reservePlan({ entries: [entry('a'), entry('b', { amount: 3 })] });
      const outcome = await ledger.reserve(plan);
      expect(outcome).toMatchObject({ kind: 'granted', repeated: false, shadow: [] });
      expect(await ledger.find(plan.id)).toMatchObject({
        id: plan.id,
        state: 'open',
        fingerprint: 1,
        expiresAtMs: plan.expiresAtMs,
        meta: { note: 'reserved' },
        settlement: undefined,
        entries: [
          { counter: { key: 'a' }, amount: 10 },
          { counter: { key: 'b' }, amount: 3 },
        ],
      });
      expect(standing(ledger, 'a')).toBe('0+10');
      expect(standing(ledger, 'b')).toBe('0+3');
      expect([...ledger.counters('b')]).toEqual([plan.entries[1]?.counter]);
    });

    test('takes all entries or none, and names every one that refuses', async () => {
      const ledger = await open();
      const full = [entry('b', { amount: 95 }), entry('c', { amount: 95 })];
      await ledger.reserve(reservePlan({ entries: full }));
      const plan = reservePlan({ entries: [entry('a'), entry('b'), entry('c')] });
      expect(await ledger.reserve(plan)).toMatchObject({
        kind: 'refused',
        refusals: [{ index: 1 }, { index: 2 }],
      });
      expect(standing(ledger, 'a')).toBe('0+0');
      expect(standing(ledger, 'b')).toBe('0+95');
      expect(await ledger.find(plan.id)).toBeUndefined();
    });

    test('a shadow entry counts and reports, and never refuses', async () => {
      const ledger = await open();
      const shadow = entry('a', { amount: 150, shadow: true });
      const outcome = await ledger.reserve(reservePlan({ entries: [shadow, entry('b')] }));
      const report = [{ index: 0, kind: 'TOO_LARGE' }];
      expect(outcome).toMatchObject({ kind: 'granted', shadow: report });
      expect(standing(ledger, 'a')).toBe('0+150');
    });

    test('of two hundred at once exactly those with room are granted', async () => {
      const ledger = await open();
      const plans = Array.from({ length: 200 }, () =>
        reservePlan({ entries: [entry('a', { amount: 2 }), entry('b', { amount: 0 })] }),
      );
      const outcomes = await Promise.all(plans.map((plan) => ledger.reserve(plan)));
      expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(50);
      expect(standing(ledger)).toBe('0+100');
    });
  });
}

export function settling(open: Open): void {
  describe('commit, release, record, extend', () => {
    test('an answer says how things stood when it was made', async () => {
      const ledger = await open();
      const plan = reservePlan();
      const granted = await ledger.reserve(plan);
      await ledger.commit(settleRequest({ id: plan.id, amounts: [4] }));
      expect(granted).toMatchObject({ reservation: { state: 'open', settlement: undefined } });
    });

    test('a release gives back all but what it says', async () => {
      const ledger = await open();
      const plan = reservePlan({ entries: [entry('a'), entry('calls', { amount: 1 })] });
      await ledger.reserve(plan);
      await ledger.release(settleRequest({ id: plan.id, amounts: [0, 1] }));
      expect(standing(ledger, 'a')).toBe('0+0');
      expect(standing(ledger, 'calls')).toBe('1+0');
    });

    test('a record counts above every ceiling', async () => {
      const ledger = await open();
      const plan = recordPlan({ entries: [entry('a', { amount: 1000 })] });
      expect(await ledger.record(plan)).toMatchObject({
        state: 'committed',
        settlement: { meta: { note: 'recorded' } },
      });
      expect(standing(ledger)).toBe('1000+0');
    });

    test('a sum past 2^53 - 1 is an error and changes nothing', async () => {
      const ledger = await open();
      await ledger.record(recordPlan({ entries: [entry('a', { amount: 10 })] }));
      const plan = recordPlan({ entries: [entry('a', { amount: Number.MAX_SAFE_INTEGER })] });
      await expect(ledger.record(plan)).rejects.toEqual(failing('INVALID_ARGUMENT'));
      expect(standing(ledger)).toBe('10+0');
      expect(await ledger.find(plan.id)).toBeUndefined();
    });

    test('an extend moves the expiry forward only', async () => {
      const ledger = await open();
      const id = await held(ledger);
      const extend = (ms: number) =>
        ledger.extend({ id, nowMs: NOON_MS, expiresAtMs: NOON_MS + ms });
      const until = { kind: 'extended', reservation: { expiresAtMs: NOON_MS + 5 * MINUTE_MS } };
      expect(await extend(5 * MINUTE_MS)).toMatchObject(until);
      expect(await extend(MINUTE_MS)).toMatchObject(until);
      expect(await ledger.expire({ nowMs: NOON_MS + 4 * MINUTE_MS, max: 10 })).toEqual([]);
    });
  });
}

export function growing(open: Open): void {
  describe('an extend that asks for more', () => {
    const growTo = (amounts: readonly [number, number]) => [
      entry('a', { amount: amounts[0] }),
      entry('b', { amount: amounts[1], expireAmount: 1 }),
    ];

    async function started(ledger: Ledger<TestMeta>) {
      const plan = reservePlan({ entries: growTo([10, 10]) });
      await ledger.reserve(plan);
      const extend = (amounts: readonly [number, number]) => {
        const entries = growTo(amounts);
        return ledger.extend({ id: plan.id, nowMs: NOON_MS, expiresAtMs: NOON_MS + 1, entries });
      };
      return { plan, extend };
    }

    test('holds more of every entry, and a smaller amount changes nothing', async () => {
      const ledger = await open();
      const { plan, extend } = await started(ledger);
      const grown = {
        kind: 'extended',
        reservation: { entries: [{ amount: 60 }, { amount: 10 }] },
      };
      expect(await extend([60, 5])).toMatchObject(grown);
      expect([standing(ledger, 'a'), standing(ledger, 'b')]).toEqual(['0+60', '0+10']);
      await ledger.commit(settleRequest({ id: plan.id, amounts: [4, 5] }));
      expect([standing(ledger, 'a'), standing(ledger, 'b')]).toEqual(['4+0', '5+0']);
    });

    test('is refused as a whole where one of them has no room', async () => {
      const ledger = await open();
      const { plan, extend } = await started(ledger);
      await held(ledger, 'b', 85);
      expect(await extend([60, 20])).toMatchObject({ kind: 'refused', refusals: [{ index: 1 }] });
      expect([standing(ledger, 'a'), standing(ledger, 'b')]).toEqual(['0+10', '0+95']);
      expect(await ledger.find(plan.id)).toMatchObject({
        entries: [{ amount: 10 }, { amount: 10 }],
      });
    });

    test('expires with what it has grown to', async () => {
      const ledger = await open();
      const { plan, extend } = await started(ledger);
      await extend([60, 20]);
      expect(await ledger.expire({ nowMs: plan.expiresAtMs + 1000, max: 10 })).toHaveLength(1);
      expect([standing(ledger, 'a'), standing(ledger, 'b')]).toEqual(['60+0', '1+0']);
    });
  });
}

export function verbsAndStates(open: Open): void {
  describe('every verb in every state', () => {
    const ledger = shared(open);

    test.each([
      { state: 'open', verb: 'commit', answer: 'ok', after: '4+0', late: false },
      { state: 'open', verb: 'release', answer: 'ok', after: '0+0', late: false },
      { state: 'open', verb: 'extend', answer: 'ok', after: '0+10', late: undefined },
      { state: 'committed', verb: 'commit', answer: 'ok', after: '4+0', late: false },
      { state: 'committed', verb: 'other commit', answer: 'ID_REUSED', after: '4+0', late: false },
      { state: 'committed', verb: 'release', answer: 'SETTLED', after: '4+0', late: false },
      { state: 'committed', verb: 'extend', answer: 'SETTLED', after: '4+0', late: false },
      { state: 'released', verb: 'commit', answer: 'ok', after: '4+0', late: true },
      { state: 'released', verb: 'release', answer: 'ok', after: '0+0', late: false },
      { state: 'released', verb: 'extend', answer: 'SETTLED', after: '0+0', late: false },
      { state: 'expired', verb: 'commit', answer: 'ok', after: '4+0', late: true },
      { state: 'expired', verb: 'release', answer: 'ok', after: '0+0', late: true },
      { state: 'expired', verb: 'extend', answer: 'EXPIRED', after: '10+0', late: false },
      { state: 'unknown', verb: 'commit', answer: 'NOT_FOUND', after: '0+0', late: undefined },
      { state: 'unknown', verb: 'release', answer: 'ok', after: '0+0', late: undefined },
      { state: 'unknown', verb: 'extend', answer: 'NOT_FOUND', after: '0+0', late: undefined },
    ] as const)(
      '$state, $verb: $answer, then $after',
      async ({ state, verb, answer, after, late }) => {
        const key = `${state}, ${verb}`;
        const id = await STATES[state](ledger(), key);
        const request = settleRequest({ id, amounts: [4] });
        const expiresAtMs = NOON_MS + 10 * MINUTE_MS;
        const attempt = {
          commit: () => ledger().commit(request),
          'other commit': () => ledger().commit({ ...request, fingerprint: 77, amounts: [5] }),
          release: () => ledger().release({ ...request, amounts: [0] }),
          extend: () => ledger().extend({ id, nowMs: NOON_MS, expiresAtMs }),
        }[verb]();
        if (answer === 'ok') await attempt;
        else await expect(attempt).rejects.toEqual(failing(answer));
        expect(standing(ledger(), key)).toBe(after);
        expect((await ledger().find(id))?.settlement?.late).toBe(late);
      },
    );
  });
}

export function tombstones(open: Open): void {
  describe('tombstones', () => {
    test('a reserve that arrives after the release of its id is refused', async () => {
      const ledger = await open();
      const plan = reservePlan();
      await ledger.release(settleRequest({ id: plan.id }));
      await ledger.release(settleRequest({ id: plan.id }));
      await expect(ledger.reserve(plan)).rejects.toEqual(failing('SETTLED'));
      expect(await ledger.find(plan.id)).toMatchObject({ state: 'tombstone' });
      expect(standing(ledger)).toBe('0+0');
    });

    test('what was spent after such a release is recorded all the same, once', async () => {
      const ledger = await open();
      const plan = recordPlan();
      await ledger.release(settleRequest({ id: plan.id }));
      expect(await ledger.record(plan)).toMatchObject({ state: 'committed' });
      expect(await ledger.record(plan)).toMatchObject({ state: 'committed' });
      expect(standing(ledger)).toBe('10+0');
    });
  });
}
