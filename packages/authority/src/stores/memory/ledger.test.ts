// The store in memory: the contract, and what it forgets.
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  type TestMeta,
  wholeHistory,
} from '@spendfuse/testkit';
import { ledgerContract } from '@spendfuse/testkit/ledger-contract';
import { describe, expect, test } from 'vitest';
import { openMemoryLedger } from './ledger.ts';

ledgerContract('memory', async () => openMemoryLedger<TestMeta>());

describe('what the store in memory forgets', () => {
  test('settled ids beyond the last few are ID_EXPIRED, and count once', async () => {
    const ledger = openMemoryLedger<TestMeta>({ maxSettled: 2 });
    const plans = Array.from({ length: 6 }, (_, i) => recordPlan({ nowMs: NOON_MS + i }));
    for (const plan of plans) await ledger.record(plan);
    const [forgotten] = plans;
    const remembered = plans.slice(-2);
    if (!forgotten) throw new Error('no plan');
    const { id } = forgotten;
    const expired = expect.objectContaining({ code: 'ID_EXPIRED' });
    await expect(ledger.record(forgotten)).rejects.toEqual(expired);
    await expect(ledger.reserve(reservePlan({ id }))).rejects.toEqual(expired);
    await expect(ledger.commit(settleRequest({ id }))).rejects.toEqual(expired);
    await expect(ledger.release(settleRequest({ id }))).rejects.toEqual(expired);
    await expect(ledger.find(id)).rejects.toEqual(expired);
    for (const plan of remembered) await ledger.record(plan);
    expect(standing(ledger)).toBe('60+0');
  });

  test('open reservations are never forgotten', async () => {
    const ledger = openMemoryLedger<TestMeta>({ maxSettled: 1 });
    const plan = reservePlan({ entries: [entry('a')] });
    await ledger.reserve(plan);
    for (let i = 1; i <= 5; i++) await ledger.record(recordPlan({ nowMs: NOON_MS + i }));
    expect(ledger.openReservations()).toBe(1);
    await ledger.commit(settleRequest({ id: plan.id, amounts: [4] }));
    expect(standing(ledger)).toBe('54+0');
  });

  test('the history has the last records', async () => {
    const ledger = openMemoryLedger<TestMeta>({ maxHistory: 3 });
    const plans = Array.from({ length: 8 }, () => recordPlan());
    for (const plan of plans) await ledger.record(plan);
    const ids = (await wholeHistory(ledger, { limit: 2 })).map(({ id }) => id);
    const latest = plans.map(({ id }) => id).reverse();
    expect(ids.slice(0, 3)).toEqual(latest.slice(0, 3));
    // They go in halves.
    expect(ids.length).toBeLessThan(6);
  });

  test('after close every verb is UNAVAILABLE', async () => {
    const ledger = openMemoryLedger<TestMeta>();
    await ledger.close();
    await ledger.close();
    expect(ledger.ready()).toBe(false);
    const unavailable = expect.objectContaining({ code: 'UNAVAILABLE' });
    await expect(ledger.reserve(reservePlan())).rejects.toEqual(unavailable);
  });
});
