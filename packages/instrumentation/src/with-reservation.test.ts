// What may be reserved, and what is told where it may not: before anybody is asked, or anything runs.
import { expect, test } from 'vitest';
import { type SpentAmounts, withReservation } from './with-reservation.ts';

const BAD = [
  [{ cost: 'a lot' }, 'cost'],
  [{ cost: '$1.0000000001' }, 'cost'],
  [{ cost: -1 }, 'cost'],
  [{ cost: Number.NaN }, 'cost'],
  [{ cost: Infinity }, 'cost'],
  [{ cost: null }, 'cost'],
  [{ tool_calls: 1.5 }, 'tool_calls'],
  [{ tool_calls: '1' }, 'tool_calls'],
  [{ tokens: 5 }, 'tokens'],
  [{ input_tokens: 5 }, 'input_tokens'],
  [{ toolCalls: 1 }, 'toolCalls'],
] as unknown as readonly (readonly [SpentAmounts, string])[];

test.each(BAD)('%o is refused by name, and the function is not run', async (amounts, field) => {
  let ran = false;
  const refused = withReservation(amounts, () => void (ran = true));
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
  expect(ran).toBe(false);
});

test.each(BAD)('%o is refused as what was used', async (amounts, field) => {
  const refused = withReservation({ tool_calls: 1 }, ({ used }) => used(amounts));
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
});

test.each(['', 'x'.repeat(257), 5])('the name %j is none', async (name) => {
  const named = withReservation({ name: name as string }, () => {});
  await expect(named).rejects.toMatchObject({ field: 'name' });
});

test('without a function nothing is reserved', async () => {
  const named = withReservation({ tool_calls: 1 }, undefined as unknown as () => void);
  await expect(named).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'fn' });
});

test('without an endpoint the function just runs', async () => {
  const amounts = { tool_calls: 1, cost: '$0.02', pages_read: undefined };
  const answer = await withReservation(amounts, ({ used }) => {
    used({ cost: 0.1 + 0.2 });
    return 'done';
  });
  expect(answer).toBe('done');
});
