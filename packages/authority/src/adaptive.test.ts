// What is usual: a high quantile, of recent calls, in bounded memory.
import { describe, expect, test } from 'vitest';
import { OutputHabits } from './adaptive.ts';

const call = { provider: 'openai', model: 'm' };

function learned(outputs: readonly number[], habits = new OutputHabits()): OutputHabits {
  for (const output of outputs) habits.learn({ ...call, budgets: ['b'] }, output);
  return habits;
}

const usual = (habits: OutputHabits, budgets = ['b'], model = 'm'): number | undefined =>
  habits.usual({ ...call, model, budgets });

const times = (count: number, output: number): number[] => Array<number>(count).fill(output);

describe('the usual output', () => {
  test('is not known after a few calls', () => {
    expect(usual(learned(times(19, 100)))).toBeUndefined();
    expect(usual(learned(times(20, 100)))).toBeDefined();
  });

  test.each([
    [times(100, 0), 0, 0],
    [times(100, 1), 1, 1],
    [times(100, 100), 100, 119],
    [times(100, 1_000_000), 1_000_000, 1_190_000],
    // Of twenty calls, one may have more.
    [[...times(95, 100), ...times(5, 9000)], 100, 119],
    [[...times(90, 100), ...times(10, 9000)], 9000, 10_710],
  ])('%#: at least what nineteen of twenty have, at most a fifth above', (outputs, least, most) => {
    const tokens = usual(learned(outputs)) ?? -1;
    expect(tokens).toBeGreaterThanOrEqual(least);
    expect(tokens).toBeLessThanOrEqual(most);
  });

  test('follows what calls have become', () => {
    const habits = learned(times(2000, 5000));
    expect(usual(learned(times(5000, 50), habits))).toBeLessThan(60);
  });

  test('is that of the budget; before it knows enough, that of the model anywhere', () => {
    const habits = learned(times(100, 100));
    expect(usual(habits, ['new'])).toBe(usual(habits, ['b']));
    for (let i = 0; i < 50; i++) habits.learn({ ...call, budgets: ['new'] }, 10);
    expect(usual(habits, ['new'])).toBeLessThan(20);
    expect(usual(habits, ['new', 'b'])).toBe(usual(habits, ['b']));
    expect(usual(habits, ['b'], 'other')).toBeUndefined();
  });

  test('is forgotten for models that nobody has used for long', () => {
    const habits = learned(times(100, 100));
    for (let i = 0; i < 1000; i++) habits.learn({ ...call, model: `m${i}`, budgets: ['b'] }, 10);
    expect(usual(habits)).toBeUndefined();
  });
});
