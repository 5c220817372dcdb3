// What an administrator does: resets, and documents kept in the store.
import { describe, expect, test } from 'vitest';
import { entry, NOON_MS, recordPlan, settleRequest, standing, testId } from '../ledger-plans.ts';
import { held, type Open, STATES } from './scenario.ts';

export function administering(open: Open): void {
  describe('reset and put', () => {
    const reset = (budget: string, scope?: Record<string, string>) => ({
      id: testId(),
      nowMs: NOON_MS + 1,
      budget,
      scope,
      meta: { note: 'reset' },
    });

    test('a reset clears what is committed, and what is open stays reserved', async () => {
      const ledger = await open();
      const id = await held(ledger, 'a', 20);
      await ledger.record(recordPlan({ entries: [entry('a'), entry('b')] }));
      await ledger.reset(reset('a', { team: 'another' }));
      expect(standing(ledger)).toBe('10+20');
      await ledger.reset(reset('a', { team: 'a' }));
      expect([standing(ledger, 'a'), standing(ledger, 'b')]).toEqual(['0+20', '10+0']);
      await ledger.commit(settleRequest({ id, nowMs: NOON_MS + 2, amounts: [7] }));
      expect(standing(ledger)).toBe('7+0');
    });

    test('a late commit after a reset counts in full', async () => {
      const ledger = await open();
      const id = await STATES.released(ledger, 'a');
      await ledger.record(recordPlan());
      await ledger.reset(reset('a'));
      await ledger.commit(settleRequest({ id, nowMs: NOON_MS + 2, amounts: [4] }));
      expect(standing(ledger)).toBe('4+0');
    });

    test('documents come in the order of their keys, whenever they were put', async () => {
      const ledger = await open();
      const keys = ['budget/b', 'budget/c', 'budget/a'];
      for (const key of keys) {
        await ledger.put({ id: testId(), nowMs: NOON_MS, key, value: 1, meta: { note: 'put' } });
      }
      expect(ledger.documents('budget/').map(({ key }) => key)).toEqual(keys.sort());
    });

    test('documents are kept by key, replaced, and removed', async () => {
      const ledger = await open();
      const put = (key: string, value: unknown) =>
        ledger.put({ id: testId(), nowMs: NOON_MS, key, value, meta: { note: 'put' } });
      await put('budget/a', { limits: ['$5/day'] });
      await put('budget/b', 1);
      await put('override/x', [1, { until: null }]);
      await put('budget/a', { limits: [] });
      await put('budget/b', null);
      expect(ledger.documents('budget/')).toEqual([{ key: 'budget/a', value: { limits: [] } }]);
      expect(ledger.documents('')).toHaveLength(2);
    });
  });
}
