// What a ledger tells: its history, and counters that have room again.
import { describe, expect, test } from 'vitest';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  tell,
  testId,
  wholeHistory,
} from '../ledger-plans.ts';
import { failing, held, MINUTE_MS, type Open } from './scenario.ts';

export function history(open: Open): void {
  describe('history', () => {
    test('has each change once, the newest first', async () => {
      const ledger = await open();
      const plan = reservePlan({ entries: [entry('a'), entry('b', { expireAmount: 3 })] });
      await ledger.reserve(plan);
      await ledger.reserve(plan);
      const expiresAtMs = plan.expiresAtMs + MINUTE_MS;
      await ledger.extend({ id: plan.id, nowMs: NOON_MS + 1, expiresAtMs });
      const commit = settleRequest({ id: plan.id, nowMs: NOON_MS + 2, amounts: [4, 5] });
      await ledger.commit(commit);
      const note = { id: testId(), nowMs: NOON_MS + 3, meta: { note: 'denied "$1"\n' } };
      await ledger.settle(note);
      const gone = testId();
      await ledger.release(settleRequest({ id: gone, nowMs: NOON_MS + 4, meta: undefined }));
      const time = (afterMs: number) => new Date(NOON_MS + afterMs).toISOString();
      const { id } = plan;
      expect(await wholeHistory(ledger)).toMatchObject([
        { verb: 'release', id: gone, time: time(4) },
        { verb: 'deny', id: note.id, time: time(3) },
        { verb: 'commit', id, time: time(2), late: false },
        { verb: 'extend', id, time: time(1) },
        { verb: 'reserve', id, time: time(0) },
      ]);
    });

    test.each([1, 2, 3, 7, 8, 100])('pages of %i have all, none twice', async (limit) => {
      const ledger = await open();
      const plans = Array.from({ length: 7 }, () => recordPlan());
      for (const plan of plans.slice(0, 4)) await ledger.record(plan);
      await Promise.all(plans.slice(4).map((plan) => ledger.record(plan)));
      const ids = (await wholeHistory(ledger, { limit })).map(({ id }) => id);
      expect(ids).toEqual(plans.map(({ id }) => id).reverse());
    });

    test('a page stays where it is while more is written', async () => {
      const ledger = await open();
      const [first, second, third] = [recordPlan(), recordPlan(), recordPlan()];
      await ledger.record(first);
      await ledger.record(second);
      const { entries, next } = await tell(ledger, { limit: 1 });
      expect(entries).toMatchObject([{ id: second.id }]);
      await ledger.record(third);
      const rest = await tell(ledger, { limit: 5, cursor: next });
      expect(rest.entries).toMatchObject([{ id: first.id }]);
      expect(rest.next).toBeUndefined();
    });

    test('an empty ledger has an empty page; a strange cursor is an error', async () => {
      const ledger = await open();
      expect(await tell(ledger, { limit: 5 })).toEqual({ entries: [] });
      const attempt = tell(ledger, { limit: 5, cursor: '../x' });
      await expect(attempt).rejects.toEqual(failing('INVALID_ARGUMENT'));
    });
  });
}

export function room(open: Open): void {
  describe('onEnded', () => {
    test('tells of the counters of each call that has ended', async () => {
      const ledger = await open();
      const told: (readonly string[])[] = [];
      ledger.onEnded((ended) => told.push(ended.map(({ counter }) => counter.key)));
      const reserve = async () => {
        const plan = reservePlan({ entries: [entry('a'), entry('b', { expireAmount: 2 })] });
        await ledger.reserve(plan);
        return plan.id;
      };
      const [first, second, third] = [await reserve(), await reserve(), await reserve()];
      expect(told).toEqual([]);
      await ledger.commit(settleRequest({ id: first, amounts: [10, 4] }));
      expect(told).toEqual([['a', 'b']]);
      await ledger.release(settleRequest({ id: second, amounts: [0, 0] }));
      await ledger.release(settleRequest({ id: testId() }));
      expect(told).toHaveLength(2);
      await ledger.expire({ nowMs: NOON_MS + 3 * MINUTE_MS, max: 10 });
      await ledger.commit(settleRequest({ id: third, amounts: [12, 1] }));
      expect(told).toEqual(Array(4).fill(['a', 'b']));
    });

    test('a listener may reserve what has become free', async () => {
      const ledger = await open();
      const blocker = await held(ledger, 'a', 95);
      const waiting = reservePlan();
      expect(await ledger.reserve(waiting)).toMatchObject({ kind: 'refused' });
      const granted = new Promise((resolve) => {
        ledger.onEnded(() => resolve(ledger.reserve(waiting)));
      });
      await ledger.release(settleRequest({ id: blocker }));
      expect(await granted).toMatchObject({ kind: 'granted' });
      expect(standing(ledger)).toBe('0+10');
    });
  });
}
