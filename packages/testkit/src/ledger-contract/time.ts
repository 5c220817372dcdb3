// What ids and time do: repeats, the horizon, expiry, windows that move on.
import { SpendfuseError } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  testId,
  wholeHistory,
} from '../ledger-plans.ts';
import { DAY_MS, failing, held, MINUTE_MS, type Open, STATES } from './scenario.ts';

export function identity(open: Open): void {
  describe('ids', () => {
    test('a repeated reserve is granted again and changes nothing, in every state', async () => {
      const ledger = await open();
      const plan = reservePlan();
      const verbs = [
        () => ledger.reserve(plan),
        () => ledger.commit(settleRequest({ id: plan.id, amounts: [4] })),
      ];
      for (const [i, verb] of verbs.entries()) {
        await verb();
        expect(await ledger.reserve(plan)).toMatchObject({ kind: 'granted', repeated: true });
        expect(standing(ledger)).toBe(['0+10', '4+0'][i]);
      }
    });

    test('repeats that arrive together count once', async () => {
      const ledger = await open();
      const plan = reservePlan();
      const outcomes = await Promise.all([1, 2, 3].map(() => ledger.reserve(plan)));
      const repeated = outcomes.map((each) => each.kind === 'granted' && each.repeated);
      expect(repeated).toEqual([false, true, true]);
      expect(standing(ledger)).toBe('0+10');
    });

    test('the same id with other content is ID_REUSED', async () => {
      const ledger = await open();
      const plan = reservePlan();
      const record = recordPlan();
      await ledger.reserve(plan);
      await ledger.record(record);
      const reserveAgain = ledger.reserve({ ...plan, fingerprint: 99 });
      await expect(reserveAgain).rejects.toEqual(failing('ID_REUSED'));
      const recordAgain = ledger.record({ ...record, fingerprint: 99 });
      await expect(recordAgain).rejects.toEqual(failing('ID_REUSED'));
      await expect(ledger.record({ ...record, id: plan.id })).rejects.toEqual(failing('ID_REUSED'));
      expect(standing(ledger)).toBe('10+10');
    });

    test('a denial consumes no id', async () => {
      const ledger = await open();
      const blocker = await held(ledger, 'a', 95);
      const plan = reservePlan();
      expect(await ledger.reserve(plan)).toMatchObject({ kind: 'refused' });
      await ledger.release(settleRequest({ id: blocker }));
      expect(await ledger.reserve(plan)).toMatchObject({ kind: 'granted', repeated: false });
    });

    test('an id older than the horizon is ID_EXPIRED for every verb', async () => {
      const ledger = await open();
      const nowMs = NOON_MS;
      const id = testId(nowMs - DAY_MS - 1);
      const attempts = [
        ledger.reserve(reservePlan({ id })),
        ledger.commit(settleRequest({ id })),
        ledger.release(settleRequest({ id })),
        ledger.extend({ id, nowMs, expiresAtMs: nowMs + 1 }),
        ledger.record(recordPlan({ id })),
      ];
      for (const attempt of attempts) await expect(attempt).rejects.toEqual(failing('ID_EXPIRED'));
      expect(standing(ledger)).toBe('0+0');
    });

    test('errors are SpendfuseErrors', async () => {
      const ledger = await open();
      const attempt = ledger.commit(settleRequest({ id: testId() }));
      await expect(attempt).rejects.toBeInstanceOf(SpendfuseError);
    });
  });
}

export function expiring(open: Open): void {
  describe('expire', () => {
    test('charges what each entry says, and only when its time is up', async () => {
      const ledger = await open();
      const entries = [entry('a', { expireAmount: 7 }), entry('b', { expireAmount: 0 })];
      const plan = reservePlan({ entries });
      await ledger.reserve(plan);
      const at = (ms: number) => ledger.expire({ nowMs: plan.expiresAtMs + ms, max: 10 });
      expect(await at(-1)).toEqual([]);
      expect(await at(0)).toMatchObject([
        { id: plan.id, state: 'expired', meta: { note: 'reserved' } },
      ]);
      expect(await at(1)).toEqual([]);
      expect(standing(ledger, 'a')).toBe('7+0');
      expect(standing(ledger, 'b')).toBe('0+0');
    });

    test('ends at most `max` at a time, the earliest first', async () => {
      const ledger = await open();
      const plans = [3, 1, 2].map((minutes) =>
        reservePlan({ expiresAtMs: NOON_MS + minutes * MINUTE_MS }),
      );
      for (const plan of plans) await ledger.reserve(plan);
      const request = { nowMs: NOON_MS + 5 * MINUTE_MS, max: 2 };
      const first = await ledger.expire(request);
      expect(first.map(({ id }) => id)).toEqual([plans[1]?.id, plans[2]?.id]);
      expect(await ledger.expire(request)).toHaveLength(1);
    });

    test('a late commit replaces the charge, and both stay in the history', async () => {
      const ledger = await open();
      const id = await STATES.expired(ledger);
      expect(standing(ledger)).toBe('10+0');
      const late = await ledger.commit(settleRequest({ id, amounts: [4] }));
      expect(late).toMatchObject({ state: 'committed', settlement: { late: true } });
      expect(standing(ledger)).toBe('4+0');
      const verbs = (await wholeHistory(ledger)).map(({ verb }) => verb);
      expect(verbs).toEqual(['commit', 'expire', 'reserve']);
    });
  });
}

export function windows(open: Open): void {
  describe('buckets', () => {
    const granule = (bucket: number, amount: number) =>
      entry('a', { bucket, oldestBucket: bucket - 60, amount });

    test('count until they leave the window', async () => {
      const ledger = await open();
      for (const bucket of [1000, 1030, 1060]) {
        await ledger.record(recordPlan({ entries: [granule(bucket, 30)] }));
      }
      const reserve = (bucket: number) =>
        ledger.reserve(reservePlan({ entries: [granule(bucket, 40)] }));
      expect(await reserve(1060)).toMatchObject({
        kind: 'refused',
        refusals: [{ kind: 'EXHAUSTED', committed: 90, leavingBucket: 1000 }],
      });
      expect(await reserve(1061)).toMatchObject({ kind: 'granted' });
      expect(standing(ledger, 'a', 1061 - 60)).toBe('60+40');
    });

    test('a commit belongs to the bucket of its reserve, however late', async () => {
      const ledger = await open();
      const plan = reservePlan({ entries: [granule(1000, 30)] });
      await ledger.reserve(plan);
      await ledger.reserve(reservePlan({ entries: [granule(1061, 10)] }));
      await ledger.commit(settleRequest({ id: plan.id, amounts: [30] }));
      expect(standing(ledger, 'a', 1061 - 60)).toBe('0+10');
      expect(await ledger.find(plan.id)).toMatchObject({ state: 'committed' });
    });

    test('closed buckets are forgotten, with the counter that has no other', async () => {
      const ledger = await open();
      const forgetAtMs = NOON_MS + DAY_MS;
      await ledger.record(recordPlan({ entries: [entry('a', { forgetAtMs })] }));
      ledger.forget({ nowMs: forgetAtMs - 1, max: 100 });
      expect([...ledger.counters('a')]).toHaveLength(1);
      ledger.forget({ nowMs: forgetAtMs, max: 100 });
      ledger.forget({ nowMs: forgetAtMs, max: 100 });
      expect([...ledger.counters('a')]).toHaveLength(0);
    });
  });
}
