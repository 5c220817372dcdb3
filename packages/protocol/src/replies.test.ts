// Answers survive the wire, and what an older version does not know is a denial.
import { type Balance, type Decision, MAX_AMOUNT, type Refusal } from '@spendfuse/core';
import { expect, test } from 'vitest';
import {
  balancesFromWire,
  balancesToWire,
  committedFromWire,
  committedToWire,
  decisionFromWire,
  decisionToWire,
} from './replies.ts';
import { budgetService } from './service.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const refusal: Refusal = {
  reason: 'EXHAUSTED',
  budget: 'team-daily',
  scope: { team: 'search' },
  unit: 'cost',
  window: 'day',
  limit: MAX_AMOUNT,
  committed: MAX_AMOUNT - 1,
  reserved: 0,
  requested: 2,
  resetAtMs: 1_790_000_000_000,
};

function send(decision: Decision): Decision {
  const { responseSerialize, responseDeserialize } = budgetService.reserve;
  return decisionFromWire(responseDeserialize(responseSerialize(decisionToWire(id, decision))));
}

const decisions: readonly Decision[] = [
  {
    kind: 'granted',
    id,
    expiresAtMs: 1_790_000_120_000,
    held: { costNanoUsd: MAX_AMOUNT, tokens: 5000 },
    maxOutputTokens: 1024,
    waitedMs: 17,
    shadow: [refusal, { ...refusal, reason: 'IN_FLIGHT', unit: 'tokens', resetAtMs: undefined }],
  },
  {
    kind: 'granted',
    id,
    expiresAtMs: 1,
    held: { costNanoUsd: undefined, tokens: 0 },
    waitedMs: 0,
    shadow: [],
  },
  {
    kind: 'granted',
    id,
    expiresAtMs: 1,
    held: { costNanoUsd: 0, tokens: 0 },
    waitedMs: 0,
    shadow: [],
  },
  {
    kind: 'denied',
    reason: 'EXHAUSTED',
    refusals: [refusal],
    resetAtMs: 1_790_000_000_000,
    retryAfterMs: 0,
    waitedMs: 0,
  },
  { kind: 'denied', reason: 'TOO_LARGE', refusals: [], waitedMs: 10_000 },
  { kind: 'refine' },
];

test.each(decisions)('a decision arrives as it was made: $kind', (decision) => {
  expect(send(decision)).toEqual(decision);
});

test.each([
  ['an outcome of a newer version', { outcome: 9 as never }],
  ['no outcome', {}],
  ['a denial of a newer reason', { outcome: 2, reason: 99 as never }],
])('%s is a denial', (_, wire) => {
  expect(decisionFromWire(wire)).toMatchObject({ kind: 'denied', reason: 'UNAVAILABLE' });
});

test('a refusal that cannot be told does not hide the others', () => {
  const wire = decisionToWire(id, { ...(decisions[3] as Decision) });
  const refusals = [...(wire.refusals ?? []), { ...wire.refusals?.[0], unit: 12 as never }];
  const decision = decisionFromWire({ ...wire, refusals });
  expect(decision).toMatchObject({ kind: 'denied', reason: 'EXHAUSTED', refusals: [refusal] });
});

test('a settlement arrives as it was made', () => {
  const committed = {
    id,
    costNanoUsd: MAX_AMOUNT,
    catalogue: 'genai-prices@0.1.8',
    overrunNanoUsd: 3,
    late: true,
  };
  const unpriced = { ...committed, costNanoUsd: undefined, late: false };
  expect(committedFromWire(committedToWire(committed))).toEqual(committed);
  expect(committedFromWire(committedToWire(unpriced))).toEqual(unpriced);
});

test('balances arrive as they are', () => {
  const { reason: _, requested: __, ...place } = refusal;
  const balances: readonly Balance[] = [
    { ...place, remaining: 1, mode: 'enforce' },
    { ...place, unit: 'requests', scope: {}, remaining: 0, mode: 'shadow', resetAtMs: undefined },
  ];
  const { responseSerialize, responseDeserialize } = budgetService.getBalances;
  const sent = responseDeserialize(responseSerialize(balancesToWire(balances)));
  expect(balancesFromWire(sent)).toEqual(balances);
});
