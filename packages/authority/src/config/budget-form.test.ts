// A budget written as a form is read back as the same budget; mistakes in a form have paths.
import { type Budget, budgetOf, parseLimit } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { budgetFormSchema, budgetFromForm, budgetToForm } from './budget-form.ts';

const everything: Budget = budgetOf({
  id: 'all',
  match: { team: ['search', '!intern-*'], model: ['gpt-*'] },
  per: ['user', 'run'],
  limits: [
    parseLimit('$0.000000001/day', { zone: 'Europe/Berlin' }),
    parseLimit('100k tokens/minute'),
    parseLimit('10 requests/rolling 90s'),
    parseLimit('3 concurrent'),
    parseLimit('$0.10/request'),
    parseLimit('50 tool_calls/quarter', { zone: 'Europe/Berlin' }),
    {
      unit: 'cost',
      amount: { by: 'plan', values: { free: 1, pro: 20_000_000_000 }, default: 0 },
      window: { kind: 'fixed', lengthMs: 30 * 86_400_000, anchorMs: Date.UTC(2026, 0, 31, 18) },
    },
  ],
  mode: 'shadow',
  onShortage: [
    { kind: 'wait', maxWaitMs: 90_000 },
    { kind: 'downgrade', from: 0.95, models: { 'gpt-5': 'gpt-5-mini' } },
    { kind: 'clamp', minOutputTokens: 256 },
    { kind: 'deny' },
  ],
  onExpire: 'input',
  hold: 'adaptive',
  unpriced: 'fallback',
  softBound: 'deny',
  alerts: { thresholds: [0.5, 0.8, 1], repeatMs: 3_600_000 },
  maxScopes: 7,
  forgetAfterIdleMs: 30 * 86_400_000,
});

describe('a form', () => {
  test.each([everything, budgetOf({ id: 'least', limits: [parseLimit('$5')] })])(
    'of $id is read back as the same budget',
    (budget) => {
      const form = JSON.parse(JSON.stringify(budgetToForm(budget)));
      expect(budgetFromForm({ id: budget.id, form })).toEqual(budget);
    },
  );

  test.each([
    [{}, 'limits', /`limits` is missing/],
    [{ limits: [] }, 'limits', /at least one limit/],
    [{ limits: ['$5/day', '5 bananas'] }, 'limits.1', /limits.1: "5 bananas": unknown unit/],
    [{ limits: ['$5/day'], match: { team: [3] } }, 'match.team.0', /must be text/],
    [{ limits: ['$5/day'], onShortage: ['wait'] }, 'onShortage.0', /no rung/],
    [{ limit: ['$5/day'] }, 'limit', /did you mean `limits`/],
    [{ limits: ['$5/dya'], mode: 'shadwo' }, 'limits.0', /limits\.0: .*; mode: .*shadow/],
  ])('%j is refused at %s', (form, field, message) => {
    const read = () => budgetFromForm({ id: 'b', form });
    expect(read).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', field }));
    expect(read).toThrow(message);
  });

  test('stands at the path it is said to', () => {
    const read = (id: string, limits: readonly string[]) => () =>
      budgetFromForm({ id, form: { limits }, field: 'definition' });
    expect(read('b', ['x'])).toThrow(expect.objectContaining({ field: 'definition.limits.0' }));
    expect(() => budgetFromForm({ id: 'b', form: {}, field: 'definition' })).toThrow(
      expect.objectContaining({ field: 'definition.limits' }),
    );
    expect(read('B', ['$5'])).toThrow(expect.objectContaining({ field: 'id' }));
  });

  test('may have the id of the budget, and no other', () => {
    const form = { limits: ['$5'] };
    expect(budgetFromForm({ id: 'b', form: { ...form, id: 'b' } }).id).toBe('b');
    expect(() => budgetFromForm({ id: 'b', form: { ...form, id: 'c' } })).toThrow(
      expect.objectContaining({ field: 'id' }),
    );
  });

  test('has a schema that editors and clients can use', () => {
    expect(budgetFormSchema()).toMatchObject({
      type: 'object',
      required: ['limits'],
      properties: { limits: expect.any(Object), mode: expect.any(Object) },
      additionalProperties: false,
    });
    expect(budgetFormSchema()['properties']).not.toHaveProperty('id');
  });
});
