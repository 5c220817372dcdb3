// Answers survive the wire, and what an older version does not know is a denial.
import {
  type Balance,
  type Decision,
  type Denied,
  type Extended,
  MAX_AMOUNT,
  type Refusal,
} from '@spendfuse/core';
import { expect, test } from 'vitest';
import {
  balancesFromWire,
  balancesToWire,
  committedFromWire,
  committedToWire,
  decisionFromWire,
  decisionToWire,
  extendedFromWire,
  extendedToWire,
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
    model: 'gpt-5-nano',
    heldOutputTokens: 512,
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
  'cost',
  'tokens',
  'input_tokens',
  'output_tokens',
  'requests',
  'concurrency',
  'tool_calls',
])('a refusal tells of %s', (unit) => {
  const refusals = [{ ...refusal, unit, detail: 'the bound is a soft one' }];
  const denied: Decision = { ...(decisions[3] as Denied), refusals };
  expect(send(denied)).toEqual(denied);
});

function sendExtended(answer: Extended | Denied): Extended | Denied {
  const { responseSerialize, responseDeserialize } = budgetService.extend;
  return extendedFromWire(responseDeserialize(responseSerialize(extendedToWire(id, answer))));
}

test.each<Extended | Denied>([
  { kind: 'extended', expiresAtMs: 1_790_000_000_000, held: { costNanoUsd: 7, tokens: 9 } },
  { kind: 'extended', expiresAtMs: 1, held: { costNanoUsd: undefined, tokens: 0 } },
  { ...(decisions[3] as Denied) },
])('the answer of an extend arrives as it was made: $kind', (answer) => {
  expect(sendExtended(answer)).toEqual(answer);
});

test('an extend answered by a server that knows only of time is extended', () => {
  const held = { costNanoUsd: undefined, tokens: 0 };
  expect(extendedFromWire({ id, expiresAtMs: 5 })).toEqual({
    kind: 'extended',
    expiresAtMs: 5,
    held,
  });
  expect(extendedFromWire({ id, expiresAtMs: 5, outcome: 9 as never })).toMatchObject({
    kind: 'denied',
    reason: 'UNAVAILABLE',
  });
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
  const refusals = [...(wire.refusals ?? []), { ...wire.refusals?.[0], unit: 99 as never }];
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
    { ...place, unit: 'tool_calls', remaining: 3, mode: 'enforce' },
  ];
  const { responseSerialize, responseDeserialize } = budgetService.getBalances;
  const sent = responseDeserialize(responseSerialize(balancesToWire(balances)));
  expect(balancesFromWire(sent)).toEqual(balances);
});
