// What a ledger tells: its history, and counters that have room again.
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
import { failing, held, MINUTE_MS, type Open, STATES } from './scenario.ts';

export function history(open: Open): void {
  describe('history', () => {
    test('has each change once, the newest first, with all it was made of', async () => {
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
      const { id, fingerprint } = plan;
      // What a plan asks is not what it did: the ceilings are not kept.
      const entries = plan.entries.map((each) => {
        const { counter, bucket, oldestBucket, amount, expireAmount, forgetAtMs } = each;
        return { counter, bucket, oldestBucket, amount, expireAmount, forgetAtMs };
      });
      expect(await wholeHistory(ledger)).toMatchObject([
        { verb: 'tombstone', id: gone, atMs: NOON_MS + 4, fingerprint: 2 },
        { verb: 'note', id: note.id, atMs: NOON_MS + 3, meta: note.meta },
        {
          verb: 'commit',
          id,
          atMs: NOON_MS + 2,
          fingerprint: 2,
          amounts: [4, 5],
          meta: { note: 'settled' },
          late: false,
        },
        { verb: 'extend', id, atMs: NOON_MS + 1, expiresAtMs },
        {
          verb: 'reserve',
          id,
          atMs: NOON_MS,
          fingerprint,
          expiresAtMs: plan.expiresAtMs,
          entries,
          meta: plan.meta,
        },
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
      const { records, next } = await ledger.history({ limit: 1 });
      expect(records).toMatchObject([{ id: second.id }]);
      await ledger.record(third);
      const rest = await ledger.history({ limit: 5, cursor: next });
      expect(rest.records).toMatchObject([{ id: first.id }]);
      expect(rest.next).toBeUndefined();
    });

    test('`where` filters, and the last page has no cursor', async () => {
      const ledger = await open();
      const id = await STATES.committed(ledger);
      await ledger.record(recordPlan());
      await ledger.record(recordPlan());
      const where = ({ verb }: { readonly verb: string }) => verb === 'record';
      const page = await ledger.history({ limit: 1, where });
      expect(page.records).toMatchObject([{ verb: 'record' }]);
      const last = await ledger.history({ limit: 1, where, cursor: page.next });
      expect(last.records).toMatchObject([{ verb: 'record' }]);
      expect(last.next).toBeUndefined();
      const ofId = await ledger.history({ limit: 9, where: (record) => record.id === id });
      expect(ofId.records.map(({ verb }) => verb)).toEqual(['commit', 'reserve']);
    });

    test('an empty ledger has an empty page; a strange cursor is an error', async () => {
      const ledger = await open();
      expect(await ledger.history({ limit: 5 })).toEqual({ records: [] });
      const attempt = ledger.history({ limit: 5, cursor: '../x' });
      await expect(attempt).rejects.toEqual(failing('INVALID_ARGUMENT'));
    });
  });
}

export function room(open: Open): void {
  describe('onEnded', () => {
    test('tells of the counters of each call that has ended', async () => {
      const ledger = await open();
      const told: (readonly string[])[] = [];
      ledger.onEnded((counters) => told.push(counters));
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
